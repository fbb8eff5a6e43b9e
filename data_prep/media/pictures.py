"""Reading one picture safely: checked whole, and RGB of 8 bits when it leaves here."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from data_prep.limits import (
    PICTURE_BYTES,
    PICTURE_PIXELS,
    PICTURE_SCANS,
    PICTURE_SEGMENTS,
    PICTURE_WORK,
    PICTURES_MEMORY,
)
from data_prep.media.jpeg_segments import count_segments
from data_prep.media.memory import Memory
from data_prep.media.perceptual_hash import perceptual_hash

PICTURE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".tif", ".tiff"}
)
_MAX_CHUNKS = 1_000_000
T = TypeVar("T")

MEMORY = Memory(PICTURES_MEMORY)
"""What the pictures that threads decode side by side may take together; larger ones wait."""

# What is opened is decided by content, and Pillow knows forms that run other programs.
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "DIB", "TIFF", "GIF")
# At 64 million pixels JPEG and PNG take 10, with alpha or 16 bits 19, WebP with alpha 22.
_BYTES_A_PIXEL = 24
# Pillow parts a large picture into blocks; those beyond 32 MiB go back to the system when it goes,
# smaller ones stay with the thread that decoded it, some 300 MB each.
Image.core.set_block_size(64 << 20)
_EXIF_ORIENTATION = 0x0112
_TILE_WIDTH, _TILE_LENGTH = 322, 323


class BadPictureError(ValueError):
    """A file that is not a whole, readable picture; the text is the reason alone."""


@dataclass(frozen=True)
class Picture:
    """A verified picture.

    Attributes:
        encoded: JPEG or PNG, 8-bit RGB; the file's own bytes where `conversion` is None.
        pixels_sha256: of height, width and the decoded RGB pixels.
        perceptual_hash: of what it shows, see `data_prep.media.perceptual_hash`; None for a flat
            picture.
        file_sha256: of the file as it lies on the disk.
        container: format, size and, for JPEG, a hash of the quantisation tables: what the file
            shows of its making without its pixels.
        conversion: what was changed, for example `grey`; None if nothing.
    """

    encoded: bytes
    pixels_sha256: str
    perceptual_hash: bytes | None
    file_sha256: str
    container: str
    conversion: str | None


def read_picture(path: Path, max_pixels: int = PICTURE_PIXELS) -> Picture:
    """Read, check and, where needed, convert the picture at `path`.

    The header's size is checked before anything is decoded, and decoding waits until `MEMORY` has
    room for so many pixels; then the whole picture is decoded.
    8-bit RGB JPEG and PNG files without rotation keep their bytes; everything else becomes an RGB
    PNG: grey is repeated, transparent pixels are laid over black, 16 bits are scaled to 8, the
    EXIF rotation is applied, and of an animation the first picture is taken.

    Args:
        path: the file.
        max_pixels: the largest width times height accepted.

    Raises:
        BadPictureError: empty, truncated, too large, with too many scans, not a picture, or not
            readable.
    """
    return _decoded(path, max_pixels, _picture)


def _picture(opened: Image.Image, data: bytes) -> Picture:
    container = _container(opened)
    conversion = _conversion(opened, data)
    rgb = _as_rgb(opened) if conversion else opened
    pixels = rgb.tobytes()
    shape = f"{rgb.height}x{rgb.width}:".encode()
    return Picture(
        encoded=_png(rgb) if conversion else data,
        pixels_sha256=hashlib.sha256(shape + pixels).hexdigest(),
        perceptual_hash=perceptual_hash(
            np.frombuffer(pixels, np.uint8).reshape(rgb.height, rgb.width, 3)
        ),
        file_sha256=hashlib.sha256(data).hexdigest(),
        container=container,
        conversion=conversion,
    )


def read_pixels(
    path: Path, size: tuple[int, int] | None = None, max_pixels: int = PICTURE_PIXELS
) -> tuple[np.ndarray, str | None]:
    """Read and check the picture at `path` as `read_picture` does, and return its pixels.

    Args:
        path: the file.
        size: width and height that annotations say it has. Where only the stored picture has this
            size the annotations were made on it, and the EXIF rotation is not applied.
        max_pixels: the largest width times height accepted.

    Returns:
        RGB, uint8 [H, W, 3], and what was changed on the way, for example `grey`; None if nothing.

    Raises:
        BadPictureError: as `read_picture`, or the picture has another size.
    """

    def pixels(opened: Image.Image, data: bytes) -> tuple[np.ndarray, str | None]:
        conversion = _conversion(opened, data)
        upright = opened.size[::-1] if _lies(opened) else opened.size
        if size is None or upright == size:
            return np.asarray(_as_rgb(opened)), conversion
        if opened.size != size:
            actual, wanted = (f"{width} x {height}" for width, height in (upright, size))
            raise BadPictureError(f"has {actual} pixels, but {wanted} by its annotations")
        if conversion == "EXIF-rotated":
            conversion = "EXIF rotation left aside"
        return np.asarray(_as_rgb(opened, turn=False)), conversion

    return _decoded(path, max_pixels, pixels)


def decode_prepared(encoded: bytes, mode: Literal["RGB", "L"]) -> np.ndarray:
    """Return the pixels of a picture of a prepared set: uint8 [H, W, 3], or [H, W] of `L`.

    Raises:
        BadPictureError: no JPEG or PNG, damaged, or larger than `data_prep.limits` has it.
    """
    try:
        with Image.open(io.BytesIO(encoded), formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > PICTURE_PIXELS:
                raise BadPictureError(_too_large(*opened.size, PICTURE_PIXELS))
            return np.asarray(opened.convert(mode))
    except BadPictureError:
        raise
    except Exception as error:  # decoders raise whatever they like on damaged files
        raise BadPictureError(f"damaged: {error}") from None


def is_picture(path: Path) -> bool:
    """Return whether a file begins as a picture that can be read, whatever its name."""
    try:
        with Image.open(path, formats=_FORMATS):
            return True
    except Exception:  # Pillow raises whatever it likes on damaged files
        return False


def _decoded(path: Path, max_pixels: int, take: Callable[[Image.Image, bytes], T]) -> T:
    """Return what is taken of the decoded picture and the file's bytes, in the memory they need.

    Whatever goes wrong with it inside is a `BadPictureError`.
    """
    try:
        size = _size_of_file(path)
        with Image.open(path, formats=_FORMATS) as header:
            width, height = _largest_array(header)
        if width * height > max_pixels:
            raise BadPictureError(_too_large(width, height, max_pixels))
        with MEMORY.reserved(_BYTES_A_PIXEL * width * height + 2 * size):
            return _taken(path, width * height, take)
    except BadPictureError:
        raise
    except UnidentifiedImageError:
        raise BadPictureError("not a picture that can be read") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPictureError(f"too large: {error}") from None
    except OSError as error:
        # Pillow's own, of damaged files, have no number.
        said = f"cannot be read: {error.strerror}" if error.errno else f"damaged: {error}"
        raise BadPictureError(said) from None
    except Exception as error:  # decoders raise whatever they like on damaged files
        raise BadPictureError(f"damaged: {error}") from None


def _taken(path: Path, pixels: int, take: Callable[[Image.Image, bytes], T]) -> T:
    """Return what is taken; all else is gone when this returns, and its memory free."""
    data = path.read_bytes()
    with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
        if opened.format in ("JPEG", "MPO"):
            _check_segments(data, pixels)
        opened.load()
        return take(opened, data)


def _size_of_file(path: Path) -> int:
    size = path.stat().st_size
    if size == 0:
        raise BadPictureError("empty file")
    if size > PICTURE_BYTES:
        raise BadPictureError(f"too large: {size:,} bytes")
    return size


def _check_segments(data: bytes, pixels: int) -> None:
    segments = count_segments(data, PICTURE_SEGMENTS)
    scans = segments.scans
    if scans > PICTURE_SCANS:
        raise BadPictureError(f"takes too long: {scans:,} scans, more than {PICTURE_SCANS}")
    if scans * pixels > PICTURE_WORK:
        raise BadPictureError(
            f"takes too long: {scans} scans of {pixels:,} pixels, more than "
            f"{PICTURE_WORK / 1e6:g} million pixels in all scans"
        )
    if segments.number > PICTURE_SEGMENTS:
        raise BadPictureError(f"takes too long: more than {PICTURE_SEGMENTS:,} segments")


def _largest_array(header: Image.Image) -> tuple[int, int]:
    """Return width and height of the picture, or of the tiles of a TIFF that are larger than it."""
    tags = getattr(header, "tag_v2", {})
    tile = (tags.get(_TILE_WIDTH, 0), tags.get(_TILE_LENGTH, 0))
    return max(header.size, tile, key=lambda size: size[0] * size[1])


def _too_large(width: int, height: int, max_pixels: int) -> str:
    return f"too large: {width} x {height} pixels, more than {max_pixels / 1e6:g} million"


def _conversion(image: Image.Image, data: bytes) -> str | None:
    """Return the kind of conversion the picture needs, or None if its bytes can stay."""
    # MPO is how Pillow calls a JPEG file that carries further pictures after the first.
    if image.format != "MPO" and getattr(image, "is_animated", False):
        return "animated"
    if image.mode == "CMYK":
        return "CMYK"
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        return "alpha"
    if image.mode == "P":
        return "palette"
    if image.mode.startswith("I") or _is_deep_png(image, data):
        return "16-bit"
    if image.mode in ("L", "1"):
        return "grey"
    if image.mode != "RGB":
        return image.mode
    if image.getexif().get(_EXIF_ORIENTATION, 1) not in (0, 1):
        return "EXIF-rotated"
    if image.format == "PNG" and _overruns(data):
        return "damaged chunks"
    if image.format not in ("JPEG", "MPO", "PNG"):
        return str(image.format)
    return None


def _container(image: Image.Image) -> str:
    text = f"{image.format} {image.mode} {image.width}x{image.height}"
    tables = getattr(image, "quantization", None)
    if tables:
        text += " " + hashlib.sha256(repr(sorted(tables.items())).encode()).hexdigest()[:8]
    return text


def _is_deep_png(image: Image.Image, data: bytes) -> bool:
    """Return whether the PNG's header says 16 bits a channel, which Pillow silently reduces."""
    return image.format == "PNG" and data[24] == 16


def _overruns(png: bytes) -> bool:
    """Return whether a chunk says that it is longer than the file.

    Pillow does not need those behind the pixels, but OpenCV makes room for what is not there.
    """
    place = 8
    for _ in range(_MAX_CHUNKS):
        if place + 8 > len(png):
            return False
        length, name = int.from_bytes(png[place : place + 4]), png[place + 4 : place + 8]
        place += 12 + length
        if place > len(png):
            return True
        if name == b"IEND":
            return False
    return True


def _lies(image: Image.Image) -> bool:
    """Return whether its EXIF entry turns a picture by a quarter."""
    return image.getexif().get(_EXIF_ORIENTATION, 1) in (5, 6, 7, 8)


def _as_rgb(image: Image.Image, turn: bool = True) -> Image.Image:
    """Return a picture as RGB, upright; the one that is given may be turned in place."""
    if turn:
        ImageOps.exif_transpose(image, in_place=True)
    if image.mode.startswith("I"):
        return _sixteen_bit_as_rgb(image)
    if image.mode == "F":
        raise BadPictureError("floating-point pixels have no known range")
    if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        over_black = Image.new("RGBA", image.size, (0, 0, 0, 255))
        over_black.alpha_composite(image if image.mode == "RGBA" else image.convert("RGBA"))
        return over_black.convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def _sixteen_bit_as_rgb(image: Image.Image) -> Image.Image:
    values = np.asarray(image).astype(np.int64)
    if values.min() < 0 or values.max() > 65535:
        raise BadPictureError("32-bit pixels have no known range")
    grey = ((values + 128) // 257).astype(np.uint8)
    return Image.fromarray(grey).convert("RGB")


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, format="PNG")
    return out.getvalue()
