import io

import numpy as np
import pytest
from PIL import Image

from jaxticket import decoding
from jaxticket.decoding import UndecodableError, decode_mask, decode_square


def encoded(pixels, format="PNG", **options) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(out, format, **options)
    return out.getvalue()


def test_colours_stay_in_the_order_rgb():
    pixels = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [1, 2, 3]]], np.uint8)
    np.testing.assert_array_equal(decode_square(encoded(pixels), 2), pixels)


def test_shrinking_averages_areas():
    pixels = np.zeros((8, 8, 3))
    pixels[0, 0] = 160
    pixels[4:, 4:] = 40
    assert decode_square(encoded(pixels), 2)[..., 0].tolist() == [[10, 0], [0, 40]]


def test_growing_interpolates_linearly():
    pixels = np.array([[[0] * 3, [80] * 3]] * 2)
    grown = decode_square(encoded(pixels), 4)
    assert grown[0, :, 0].tolist() == [0, 20, 60, 80]


def test_sides_are_scaled_each_for_itself():
    pixels = np.zeros((2, 8, 3))
    pixels[:, 4:] = 90
    assert decode_square(encoded(pixels), 2)[..., 2].tolist() == [[0, 90], [0, 90]]


def test_jpeg_is_close():
    pixels = np.full((16, 16, 3), (200, 60, 20))
    out = decode_square(encoded(pixels, "JPEG", quality=95), 16)
    assert out.dtype == np.uint8
    assert np.abs(out.astype(int) - pixels).max() <= 4


def test_exif_rotation_is_not_applied():
    exif = Image.Exif()
    exif[0x0112] = 3
    pixels = np.zeros((8, 8, 3))
    pixels[:4] = 255
    out = decode_square(encoded(pixels, "JPEG", quality=100, exif=exif), 8)
    assert out[0].mean() > 200 > out[-1].mean()


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture(data):
    with pytest.raises(UndecodableError, match="not a picture that can be read"):
        decode_square(data, 8)


def test_too_large_by_the_header():
    data = encoded(np.zeros((5, 7, 3)))
    decode_square(data, 2, max_pixels=35)
    with pytest.raises(UndecodableError, match="too large: 7 x 5 pixels"):
        decode_square(data, 2, max_pixels=34)


def test_mask_is_set_where_half_of_its_area_is():
    mask = np.zeros((4, 4))
    mask[0, :2] = 255  # half of the first quarter
    mask[0, 2] = 255  # a quarter of the second
    mask[2:, 2:] = 128
    mask[2:, :2] = 127
    assert decode_mask(encoded(mask), 2).tolist() == [[True, False], [False, True]]


def test_mask_of_the_same_size():
    mask = np.array([[0, 255], [128, 127]])
    out = decode_mask(encoded(mask), 2)
    assert out.dtype == np.bool_
    assert out.tolist() == [[False, True], [True, False]]


def test_the_scans_and_segments_of_a_jpeg_are_limited():
    data = encoded(np.arange(192).reshape(8, 8, 3), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    comments = data[:2] + b"\xff\xfe\0\2" * 10_001 + data[2:]

    def with_scans(times):
        return data[:last] + data[last:-2] * times + data[-2:]

    assert decode_square(with_scans(91), 8).shape == (8, 8, 3)
    assert decode_square(data + b"\xff\xda\0\2" * 200, 8).shape == (8, 8, 3)  # behind its end
    for hostile in (with_scans(92), comments):
        with pytest.raises(UndecodableError, match="takes too long: more than 100 scans, 1000"):
            decode_square(hostile, 8)


def test_the_pixels_of_all_scans_of_a_jpeg_are_limited(monkeypatch):
    data = encoded(np.arange(192).reshape(8, 8, 3), "JPEG", progressive=True)
    assert data.count(b"\xff\xda") == 10
    monkeypatch.setattr(decoding, "PICTURE_WORK", 640)
    assert decode_square(data, 8).shape == (8, 8, 3)
    monkeypatch.setattr(decoding, "PICTURE_WORK", 639)
    with pytest.raises(UndecodableError, match="takes too long"):
        decode_square(data, 8)


def test_other_forms_are_not_decoded():
    with pytest.raises(UndecodableError, match="not a picture that can be read"):
        decode_square(encoded(np.zeros((8, 8, 3)), "WEBP"), 8)


@pytest.mark.parametrize("name", [b"IDAT", b"IEND"])
def test_a_png_chunk_that_is_longer_than_the_file(name):
    data = bytearray(encoded(np.zeros((8, 8, 3))))
    place = data.index(name) - 4
    data[place : place + 4] = b"\x10\0\0\0"
    with pytest.raises(UndecodableError, match="damaged: a part of the PNG is longer than the"):
        decode_square(bytes(data), 8)
    whole = encoded(np.zeros((8, 8, 3)))
    assert decode_square(whole + bytes(3), 8).shape == (8, 8, 3)


def test_a_png_of_chunks_without_end():
    whole = encoded(np.zeros((8, 8, 3)))
    empty = bytes(4) + b"teXt" + bytes(4)
    with pytest.raises(UndecodableError, match="damaged: a part of the PNG"):
        decode_square(whole[:-12] + empty * 1_000_000 + whole[-12:], 8)
