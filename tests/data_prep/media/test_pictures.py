import io
import struct
import weakref
import zlib
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image

from data_prep.media import pictures
from data_prep.media.pictures import (
    BadPictureError,
    decode_prepared,
    read_picture,
    read_pixels,
)


def decoded(encoded: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(encoded)) as image:
        assert (image.format, image.mode) == ("PNG", "RGB")
        return np.asarray(image)


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_plain_pictures_keep_their_bytes(tmp_path, picture, name):
    path = tmp_path / name
    picture(0).save(path)
    read = read_picture(path)
    assert read.encoded == path.read_bytes()
    assert read.conversion is None


def test_upright_exif_keeps_the_bytes(tmp_path, picture):
    path = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif[0x0112] = 1
    picture(0).save(path, exif=exif)
    assert read_picture(path).encoded == path.read_bytes()


def test_exif_rotation_is_applied(tmp_path):
    path = tmp_path / "a.png"
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    pixels = np.arange(18, dtype=np.uint8).reshape(2, 3, 3)
    Image.fromarray(pixels).save(path, exif=exif)
    read = read_picture(path)
    assert read.conversion == "EXIF-rotated"
    np.testing.assert_array_equal(decoded(read.encoded), np.rot90(pixels, k=-1))


def test_grey_is_repeated(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(np.array([[0, 7], [100, 255]], np.uint8)).save(path)
    read = read_picture(path)
    assert read.conversion == "grey"
    assert decoded(read.encoded)[..., 1].tolist() == [[0, 7], [100, 255]]


def test_palette(tmp_path):
    path = tmp_path / "a.png"
    indexed = Image.new("P", (2, 1))
    indexed.putpalette([10, 20, 30, 40, 50, 60])
    indexed.putdata([0, 1])
    indexed.save(path)
    read = read_picture(path)
    assert read.conversion == "palette"
    assert decoded(read.encoded).tolist() == [[[10, 20, 30], [40, 50, 60]]]


def test_transparent_pixels_lie_over_black(tmp_path):
    path = tmp_path / "a.png"
    pixels = np.array([[[200, 100, 50, 255], [200, 100, 50, 0], [255, 255, 255, 51]]], np.uint8)
    Image.fromarray(pixels).save(path)
    read = read_picture(path)
    assert read.conversion == "alpha"
    assert decoded(read.encoded).tolist() == [[[200, 100, 50], [0, 0, 0], [51, 51, 51]]]


def test_sixteen_bit_grey_is_scaled(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(np.array([[0, 257, 32768, 65535]], np.uint16)).save(path)
    read = read_picture(path)
    assert read.conversion == "16-bit"
    assert decoded(read.encoded)[0, :, 0].tolist() == [0, 1, 128, 255]


def test_sixteen_bit_rgb_becomes_eight(tmp_path):
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    row = b"\0" + struct.pack(">3H", 0x1234, 0xABCD, 0xFFFF)
    path = tmp_path / "a.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 16, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(row))
        + chunk(b"IEND", b"")
    )
    read = read_picture(path)
    assert read.conversion == "16-bit"
    assert decoded(read.encoded).tolist() == [[[0x12, 0xAB, 0xFF]]]


def test_cmyk(tmp_path):
    path = tmp_path / "a.jpg"
    Image.new("CMYK", (8, 8), (0, 0, 0, 255)).save(path)
    read = read_picture(path)
    assert read.conversion == "CMYK"
    assert decoded(read.encoded).max() <= 2


@pytest.mark.parametrize(
    ("name", "kind"), [("a.webp", "WEBP"), ("a.bmp", "BMP"), ("a.tiff", "TIFF")]
)
def test_other_formats_become_png(tmp_path, picture, name, kind):
    path = tmp_path / name
    options = {"lossless": True} if kind == "WEBP" else {}
    picture(3).save(path, **options)
    read = read_picture(path)
    assert read.conversion == kind
    np.testing.assert_array_equal(decoded(read.encoded), np.asarray(picture(3)))


@pytest.mark.parametrize(
    ("name", "options"), [("a.png", {}), ("a.tiff", {}), ("a.webp", {"lossless": True})]
)
def test_first_picture_of_an_animation(tmp_path, picture, name, options):
    path = tmp_path / name
    picture(1).save(path, save_all=True, append_images=[picture(2)], **options)
    read = read_picture(path)
    assert read.conversion == "animated"
    np.testing.assert_array_equal(decoded(read.encoded), np.asarray(picture(1)))


def test_pixels_are_hashed_whatever_the_format(tmp_path, picture):
    picture(4).save(tmp_path / "a.png")
    picture(4).save(tmp_path / "a.bmp")
    picture(5).save(tmp_path / "b.png")
    one, same, other = (read_picture(tmp_path / name) for name in ("a.png", "a.bmp", "b.png"))
    assert one.pixels_sha256 == same.pixels_sha256 != other.pixels_sha256
    assert one.file_sha256 != same.file_sha256


def test_pixels_of_another_shape_differ(tmp_path):
    Image.new("RGB", (2, 8)).save(tmp_path / "a.png")
    Image.new("RGB", (8, 2)).save(tmp_path / "b.png")
    wide, high = (read_picture(tmp_path / name) for name in ("a.png", "b.png"))
    assert wide.pixels_sha256 != high.pixels_sha256


def test_container_shows_the_quantisation(tmp_path, picture):
    picture(0).save(tmp_path / "a.jpg", quality=50)
    picture(1).save(tmp_path / "b.jpg", quality=50)
    picture(0).save(tmp_path / "c.jpg", quality=90)
    a, b, c = (read_picture(tmp_path / f"{name}.jpg").container for name in "abc")
    assert a == b != c
    assert a.startswith("JPEG RGB 8x8 ")


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "bmp", "tiff"])
def test_truncated_pictures_are_bad(tmp_path, picture, suffix):
    path = tmp_path / f"a.{suffix}"
    picture(0).resize((64, 64)).save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(BadPictureError):
        read_picture(path)


def test_empty_file_is_bad(tmp_path):
    path = tmp_path / "a.jpg"
    path.touch()
    with pytest.raises(BadPictureError, match=r"^empty file$"):
        read_picture(path)


def test_text_with_a_picture_suffix_is_bad(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_text("no picture")
    with pytest.raises(BadPictureError, match=r"^not a picture that can be read$"):
        read_picture(path)


def test_missing_file_is_bad(tmp_path):
    with pytest.raises(BadPictureError, match="cannot be read: No such file"):
        read_picture(tmp_path / "a.jpg")


@pytest.mark.parametrize("side", [8_001, 60_000])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_bombs_are_refused_by_their_header(tmp_path, png_header, side):
    path = tmp_path / "a.png"
    path.write_bytes(png_header(side, side))
    with pytest.raises(BadPictureError, match=r"^too large"):
        read_picture(path)


def test_the_largest_size_is_inclusive(tmp_path, picture):
    path = tmp_path / "a.png"
    picture(0).save(path)
    read_picture(path, max_pixels=64)
    with pytest.raises(BadPictureError, match="8 x 8 pixels"):
        read_picture(path, max_pixels=63)


def test_floating_point_pixels_are_refused(tmp_path):
    path = tmp_path / "a.tiff"
    Image.fromarray(np.ones((2, 2), np.float32)).save(path)
    with pytest.raises(BadPictureError, match="floating-point"):
        read_picture(path)


def test_thirty_two_bit_pixels_are_refused(tmp_path):
    path = tmp_path / "a.tiff"
    Image.fromarray(np.full((2, 2), 70_000, np.int32)).save(path)
    with pytest.raises(BadPictureError, match="32-bit"):
        read_picture(path)


def write_turned(path, orientation, pixels):
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(pixels).save(path, exif=exif)


STORED = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)  # 3 wide, 2 high


def test_pixels_alone(tmp_path, picture):
    picture(3).save(tmp_path / "a.png")
    pixels, conversion = read_pixels(tmp_path / "a.png", (8, 8))
    np.testing.assert_array_equal(pixels, np.asarray(picture(3)))
    assert (pixels.dtype, conversion) == (np.uint8, None)
    picture(3).convert("L").save(tmp_path / "grey.png")
    pixels, conversion = read_pixels(tmp_path / "grey.png")
    assert (pixels.shape, conversion) == ((8, 8, 3), "grey")


def test_pixels_are_turned_as_the_annotations_were_made(tmp_path):
    path = tmp_path / "a.png"
    write_turned(path, 6, STORED)  # shown a quarter to the right
    upright = np.rot90(STORED, -1)
    for size, wanted, conversion in (
        (None, upright, "EXIF-rotated"),
        ((2, 3), upright, "EXIF-rotated"),
        ((3, 2), STORED, "EXIF rotation left aside"),
    ):
        pixels, found = read_pixels(path, size)
        np.testing.assert_array_equal(pixels, wanted)
        assert found == conversion
    with pytest.raises(BadPictureError, match="has 2 x 3 pixels, but 4 x 5 by its annotations"):
        read_pixels(path, (4, 5))


def test_upside_down_is_turned_upright(tmp_path):
    write_turned(tmp_path / "a.png", 3, STORED)
    pixels, conversion = read_pixels(tmp_path / "a.png", (3, 2))
    np.testing.assert_array_equal(pixels, STORED[::-1, ::-1])
    assert conversion == "EXIF-rotated"


def test_pixels_of_bad_pictures(tmp_path, png_header):
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "bomb.png").write_bytes(png_header(8_000, 8_001))
    for name, reason in (("empty", "empty file"), ("bomb", "too large"), ("no", "cannot be read")):
        with pytest.raises(BadPictureError, match=reason):
            read_pixels(tmp_path / f"{name}.png")


@pytest.fixture
def scans(tmp_path, picture):
    """Writes a progressive JPEG whose last scan stands there as often as is said."""

    def write(times):
        out = io.BytesIO()
        picture(0).save(out, format="JPEG", progressive=True)
        data = out.getvalue()
        last = data.rindex(b"\xff\xda")
        (tmp_path / "a.jpg").write_bytes(data[:last] + data[last:-2] * times + data[-2:])
        return tmp_path / "a.jpg"

    return write


def test_the_scans_of_a_progressive_picture_are_limited(scans):
    assert read_picture(scans(91)).conversion is None
    with pytest.raises(BadPictureError, match=r"^takes too long: 101 scans, more than 100$"):
        read_picture(scans(92))
    with pytest.raises(BadPictureError, match=r"^takes too long: "):
        read_pixels(scans(92))


def test_the_pixels_of_all_scans_are_limited(scans, monkeypatch):
    monkeypatch.setattr(pictures, "PICTURE_WORK", 640)
    read_picture(scans(1))
    monkeypatch.setattr(pictures, "PICTURE_WORK", 639)
    with pytest.raises(BadPictureError, match=r"^takes too long: 10 scans of 64 pixels, more than"):
        read_picture(scans(1))


def test_the_segments_of_a_picture_are_limited(tmp_path, scans):
    data = scans(1).read_bytes()
    (tmp_path / "a.jpg").write_bytes(data[:2] + b"\xff\xfe\0\2" * 10_001 + data[2:])
    with pytest.raises(BadPictureError, match=r"^takes too long: more than 10,000 segments$"):
        read_picture(tmp_path / "a.jpg")


def test_pictures_are_decoded_in_the_memory_that_all_share(tmp_path, picture, monkeypatch):
    picture(0).save(tmp_path / "a.png")  # 8 x 8
    seen = []
    load = Image.Image.load
    monkeypatch.setattr(
        Image.Image, "load", lambda image: (seen.append(pictures.MEMORY.held), load(image))[1]
    )
    read_picture(tmp_path / "a.png")
    assert max(seen) == 24 * 64 + 2 * (tmp_path / "a.png").stat().st_size
    assert pictures.MEMORY.held == 0
    assert pictures.MEMORY.total >= 24 * pictures.PICTURE_PIXELS


def test_a_picture_is_gone_before_another_may_take_its_memory(tmp_path, picture, monkeypatch):
    picture(0).save(tmp_path / "a.webp")
    held, left = [], []
    take, reserved = pictures._picture, pictures.MEMORY.reserved

    def watched_take(image, data):
        held.append(weakref.ref(image))
        return take(image, data)

    @contextmanager
    def watched(size):
        with reserved(size):
            yield
            left.extend(each() for each in held)

    monkeypatch.setattr(pictures, "_picture", watched_take)
    monkeypatch.setattr(pictures.MEMORY, "reserved", watched)
    read_picture(tmp_path / "a.webp")
    assert left == [None]


def test_a_prepared_picture_has_the_limit_of_others(picture, monkeypatch):
    content = io.BytesIO()
    picture(0).save(content, "png")
    assert decode_prepared(content.getvalue(), "RGB").shape == (8, 8, 3)
    assert decode_prepared(content.getvalue(), "L").shape == (8, 8)
    with pytest.raises(BadPictureError, match="damaged"):
        decode_prepared(content.getvalue()[:60], "RGB")
    monkeypatch.setattr(pictures, "PICTURE_PIXELS", 63)
    with pytest.raises(BadPictureError, match="too large: 8 x 8 pixels"):
        decode_prepared(content.getvalue(), "RGB")


def test_a_tile_that_is_larger_than_its_picture(tmp_path):
    """A TIFF of 64 x 64 pixels that is decoded to a tile of 16,384 x 16,384."""
    side, values = 16_384, zlib.compress(b"\0" * 99)
    ones = {256: 64, 257: 64, 258: 8, 259: 8, 262: 1, 277: 1, 322: side, 323: side, 324: 8}
    tags = [*ones.items(), (325, len(values))]
    file = b"II*\0" + struct.pack("<I", 8 + len(values)) + values + struct.pack("<H", len(tags))
    file += b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags) + bytes(4)
    (tmp_path / "a.tif").write_bytes(file)
    with pytest.raises(BadPictureError, match=r"^too large: 16384 x 16384 pixels, more than 64"):
        read_picture(tmp_path / "a.tif")


def test_what_would_run_another_program_is_not_opened(tmp_path):
    (tmp_path / "a.jpg").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    with pytest.raises(BadPictureError, match=r"^not a picture that can be read$"):
        read_picture(tmp_path / "a.jpg")


def test_a_png_whose_last_chunk_is_longer_than_the_file_is_written_anew(tmp_path, picture):
    path = tmp_path / "a.png"
    picture(0).save(path)
    data = path.read_bytes()
    path.write_bytes(data[:-12] + b"\x7f" + data[-11:])
    read = read_picture(path)
    assert read.conversion == "damaged chunks"
    np.testing.assert_array_equal(decoded(read.encoded), np.asarray(picture(0)))
    path.write_bytes(data + b"behind the end")
    assert read_picture(path).conversion is None
