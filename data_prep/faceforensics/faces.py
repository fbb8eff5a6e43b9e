"""From a video to the pictures of its face, each with its mask."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data_prep.cropping import BoxOutsideError, Square, crop_face, crop_mask, face_square
from data_prep.face_boxes import Box, nearest_box
from data_prep.video import BadVideoError, count_frames, read_frames, read_masks


@dataclass(frozen=True)
class Face:
    """The face in one frame.

    Attributes:
        frame: position in the video, from 0.
        image: PNG, 8-bit RGB: lossless, since the traces of the codec are the data.
        mask: PNG of one channel, 0 or 255, or None.
        pixels_sha256: of the picture's pixels.
        content_sha256: of the pixels of picture and mask.
    """

    frame: int
    image: bytes
    mask: bytes | None
    pixels_sha256: str
    content_sha256: str


@dataclass(frozen=True)
class Faces:
    """The faces of a video, and what became of its mask video.

    Attributes:
        faces: in the order of the frames.
        beyond_masks: how many frames lie beyond the end of the mask video.
        bad_masks: why the mask video was left aside, None if it was not.
    """

    faces: tuple[Face, ...]
    beyond_masks: int = 0
    bad_masks: str | None = None


def read_faces(
    video: Path,
    masks: Path | None,
    boxes: Sequence[Box | None],
    frames: int,
    size: int,
    part: tuple[int, int] = (0, 1),
) -> Faces:
    """Reads and crops evenly spaced frames of a video, and the same squares of its masks.

    Args:
        video: the file.
        masks: the file of the mask video, or None.
        boxes: of the face, by frame; a frame without one takes the nearest frame's.
        frames: how many frames are taken; all if the video has fewer.
        size: the side of the pictures.
        part: which frames, see `evenly_spaced`.

    Raises:
        BadVideoError: the video is not whole, or no frame has a box that lies in the picture.
    """
    positions = evenly_spaced(count_frames(video), frames, part)
    squares: list[Square] = []
    crops: list[np.ndarray] = []
    shape = (0, 0)
    for position, picture in zip(positions, read_frames(video, positions), strict=True):
        height, width = shape = picture.shape[:2]
        squares.append(_square(nearest_box(boxes, position), width, height, position))
        crops.append(crop_face(picture, squares[-1], size))
    of_masks: list[np.ndarray] = []
    bad_masks = None
    if masks is not None:
        try:
            of_masks = list(_mask_crops(masks, positions, squares, shape, size))
        except BadVideoError as error:
            bad_masks = str(error)
    without = len(crops) - len(of_masks)
    faces = tuple(map(_face, positions, crops, [*of_masks, *[None] * without]))
    return Faces(faces, 0 if masks is None or bad_masks else without, bad_masks)


def evenly_spaced(length: int, count: int, part: tuple[int, int] = (0, 1)) -> list[int]:
    """One frame of each of `count` equal parts of `length` frames; all where there are not more.

    Args:
        length: of the video, frames.
        count: how many frames are wanted.
        part: (j, m): the middle of the j-th of m equal parts of each part. The m choices together
            are the frames that `m * count` would give, so that m forgeries of a video show the
            same frames as their original does: what an encoder does to a frame depends on its
            position in the video.

    Returns:
        floor((k + (j + 1/2) / m) * length / count) for k = 0, 1, ...
    """
    count = min(count, length)
    j, m = part
    return [(2 * (k * m + j) + 1) * length // (2 * count * m) for k in range(count)]


def _square(box: Box | None, width: int, height: int, position: int) -> Square:
    if box is None:
        raise BadVideoError("no frame has a face box")
    try:
        return face_square(box, width, height)
    except BoxOutsideError as error:
        raise BadVideoError(f"frame {position}: {error}") from None


def _mask_crops(
    masks: Path, positions: Sequence[int], squares: Sequence[Square], shape: tuple, size: int
) -> Iterator[np.ndarray]:
    """The squares of the masks, as far as the mask video goes."""
    length = count_frames(masks)
    within = [position for position in positions if position < length]
    for mask, square in zip(read_masks(masks, within), squares, strict=False):
        if mask.shape != shape:
            raise BadVideoError(
                f"its masks have {mask.shape[1]} x {mask.shape[0]} pixels, the video {shape[1]} x "
                f"{shape[0]}"
            )
        yield crop_mask(mask, square, size)


def _face(position: int, crop: np.ndarray, mask: np.ndarray | None) -> Face:
    shape = f"{crop.shape[0]}x{crop.shape[1]}:".encode()
    pixels = hashlib.sha256(shape + crop.tobytes())
    content = pixels.copy()
    if mask is not None:
        content.update(b"mask:" + mask.tobytes())
    return Face(
        frame=position,
        image=_png(crop[..., ::-1]),
        mask=None if mask is None else _png(mask),
        pixels_sha256=pixels.hexdigest(),
        content_sha256=content.hexdigest(),
    )


def _png(pixels: np.ndarray) -> bytes:
    """PNG of a grey or BGR picture, at the fastest level that still compresses."""
    import cv2

    written, encoded = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not written:
        raise ValueError(f"OpenCV cannot encode a picture of {pixels.shape} as PNG")
    return encoded.tobytes()
