"""From a video to the pictures of its face, each with its mask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data_prep.faces.boxes import Box, nearest_box
from data_prep.faces.crop import BoxOutsideError, Square, crop_face, crop_mask, face_square
from data_prep.faces.encode import FacePicture, face_picture, pack_faces, unpack_faces
from data_prep.media.video import BadVideoError, evenly_spaced
from data_prep.running.pieces import Pieces
from data_prep.videos.frames import count_frames, mask_positions, read_frames, read_masks


@dataclass(frozen=True)
class Faces:
    """The faces of a video, and what became of its mask video.

    Attributes:
        faces: position in the video, from 0 -> the face in that frame, ascending.
        beyond_masks: how many frames lie beyond the end of the mask video.
        bad_masks: why the mask video was left aside, None if it was not.
    """

    faces: Mapping[int, FacePicture]
    beyond_masks: int = 0
    bad_masks: str | None = None


def pieces_in(folder: Path) -> Pieces[Faces]:
    """Return the faces of the videos that an unfinished preparation has read into `folder`."""
    return Pieces(
        folder,
        lambda faces: pack_faces(
            faces.faces, {"beyond_masks": faces.beyond_masks, "bad_masks": faces.bad_masks}
        ),
        lambda about, read: Faces(
            unpack_faces(about, read), about["beyond_masks"], about["bad_masks"]
        ),
    )


def read_faces(
    video: Path,
    masks: Path | None,
    boxes: Sequence[Box | None],
    frames: int,
    size: int,
    part: tuple[int, int] = (0, 1),
) -> Faces:
    """Read and crop evenly spaced frames of a video, and the same squares of its masks.

    Args:
        video: the file, or the folder of its frames.
        masks: the file of the mask video, or the folder of its masks, or None.
        boxes: of the face, by frame; a frame without one takes the nearest frame's.
        frames: how many frames are taken; all if the video has fewer.
        size: the side of the pictures.
        part: which frames, see `evenly_spaced`.

    Raises:
        BadVideoError: the video is not whole, or no frame has a box that lies in the picture.
    """
    positions: list[int] = []
    squares: list[Square] = []
    crops: list[np.ndarray] = []
    shape = (0, 0)
    for position, square, picture in _placed(video, boxes, frames, part):
        shape = picture.shape[:2]
        positions.append(position)
        squares.append(square)
        crops.append(crop_face(picture, square, size))
    of_masks: list[np.ndarray | None] = [None] * len(crops)
    bad_masks = None
    if masks is not None:
        try:
            places = mask_positions(video, masks, positions)
            of_masks = list(_mask_crops(masks, places, squares, shape, size))
        except BadVideoError as error:
            bad_masks = str(error)
    without = sum(mask is None for mask in of_masks)
    faces = dict(zip(positions, map(face_picture, crops, of_masks), strict=True))
    return Faces(faces, 0 if masks is None or bad_masks else without, bad_masks)


def read_squares(
    video: Path, boxes: Sequence[Box | None], frames: int, part: tuple[int, int] = (0, 1)
) -> list[tuple[int, Square]]:
    """Return which frames `read_faces` takes of a video, and the square it crops from each.

    Arguments and errors are those of `read_faces`.
    """
    return [(position, square) for position, square, _ in _placed(video, boxes, frames, part)]


def _placed(
    video: Path, boxes: Sequence[Box | None], frames: int, part: tuple[int, int]
) -> Iterator[tuple[int, Square, np.ndarray]]:
    """Yield position, square of the face and picture of each frame that is taken."""
    positions = evenly_spaced(count_frames(video), frames, part)
    for position, picture in zip(positions, read_frames(video, positions), strict=True):
        height, width = picture.shape[:2]
        yield position, _square(nearest_box(boxes, position), width, height, position), picture


def _square(box: Box | None, width: int, height: int, position: int) -> Square:
    if box is None:
        raise BadVideoError("no frame has a face box")
    try:
        return face_square(box, width, height)
    except BoxOutsideError as error:
        raise BadVideoError(f"frame {position}: {error}") from None


def _mask_crops(
    masks: Path, places: Sequence[int | None], squares: Sequence[Square], shape: tuple, size: int
) -> Iterator[np.ndarray | None]:
    """Yield the squares of the masks, None where there is no mask."""
    read = read_masks(masks, [place for place in places if place is not None])
    for place, square in zip(places, squares, strict=True):
        if place is None:
            yield None
            continue
        mask = next(read)
        if mask.shape != shape:
            raise BadVideoError(
                f"its masks have {mask.shape[1]} x {mask.shape[0]} pixels, the video {shape[1]} x "
                f"{shape[0]}"
            )
        yield crop_mask(mask, square, size)
