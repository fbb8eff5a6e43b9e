"""From a video to the pictures of its face, each with its mask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from data_prep.faces.boxes import Box
from data_prep.faces.crop import BoxOutsideError, Square, crop_face, crop_mask, face_square
from data_prep.faces.encode import FacePicture, face_picture, pack_faces, unpack_faces
from data_prep.media.video import BadVideoError, evenly_spaced
from data_prep.running.pieces import Pieces
from data_prep.source.frame_names import Frame, record_numbers
from data_prep.videos.frames import (
    frame_numbers,
    header_remarks,
    mask_positions,
    mask_step,
    read_frames,
    read_masks,
)


@dataclass(frozen=True)
class Faces:
    """The faces of a video, and what became of its masks and of frames without a face.

    Attributes:
        faces: number of the frame -> the face in it, ascending.
        beyond_masks: how many of these frames have no mask, where others have.
        bad_masks: why the masks were left aside, None if they were not.
        not_forged: the numbers of the frames with a mask that has no pixel in the crop.
        without_box: how many frames of the video have no face box.
        remarks: what the header says of the picture, see `header_remarks`.
        mask_step: by how much the numbers of its masks differ from those of their frames.
    """

    faces: Mapping[int, FacePicture]
    beyond_masks: int = 0
    bad_masks: str | None = None
    not_forged: tuple[int, ...] = ()
    without_box: int = 0
    remarks: tuple[str, ...] = ()
    mask_step: int = 0


def pieces_in(folder: Path) -> Pieces[Faces]:
    """Return the faces of the videos that an unfinished preparation has read into `folder`."""
    return Pieces(
        folder,
        lambda faces: pack_faces(
            faces.faces,
            {field: value for field, value in vars(faces).items() if field != "faces"},
        ),
        lambda about, read: Faces(
            unpack_faces(about, read),
            about["beyond_masks"],
            about["bad_masks"],
            tuple(about["not_forged"]),
            about["without_box"],
            tuple(about["remarks"]),
            about["mask_step"],
        ),
    )


def read_faces(
    video: Path,
    masks: Path | None,
    boxes: Sequence[Box | None],
    frames: int,
    size: int,
    part: tuple[int, int] = (0, 1),
    like: Sequence[Frame] = (),
) -> Faces:
    """Read and crop evenly spaced frames of a video, and the same squares of its masks.

    Args:
        video: the file, or the folder of its frames.
        masks: the file of the mask video, or the folder of its masks, or None.
        boxes: of the face in each frame; a frame without one is left out.
        frames: how many frames are taken; all if fewer have a box.
        size: the side of the pictures.
        part: which frames, see `evenly_spaced`.
        like: numbers of the frames of its target, where these are to be met.

    Raises:
        BadVideoError: the video is not whole, or no frame has a box that lies in the picture.
    """
    positions: list[int] = []
    squares: list[Square] = []
    crops: list[np.ndarray] = []
    shape = (0, 0)
    numbers = record_numbers(frame_numbers(video))
    for position, square, picture in _placed(video, boxes, frames, part, like):
        shape = picture.shape[:2]
        positions.append(position)
        squares.append(square)
        crops.append(crop_face(picture, square, size))
    of_masks: list[np.ndarray | None] = [None] * len(crops)
    bad_masks, step = None, 0
    if masks is not None:
        try:
            step = mask_step(video, masks)
            places = mask_positions(video, masks, positions)
            of_masks = list(_mask_crops(masks, places, squares, shape, size))
        except BadVideoError as error:
            bad_masks = str(error)
    masked = masks is not None and bad_masks is None
    faces = encode_faces([numbers[position] for position in positions], crops, of_masks, masked)
    return replace(
        faces,
        bad_masks=bad_masks,
        without_box=sum(box is None for box in boxes),
        remarks=header_remarks(video),
        mask_step=step,
    )


def encode_faces(
    numbers: Sequence[int],
    crops: Iterable[np.ndarray],
    masks: Sequence[np.ndarray | None],
    masked: bool,
) -> Faces:
    """Encode the faces of a video.

    Args:
        numbers: of the frames, in records.
        crops: RGB, uint8 [H, W, 3].
        masks: uint8 [H, W]; None where there is none.
        masked: whether the video has masks, so that frames without one are counted.
    """
    of_numbers = dict(zip(numbers, masks, strict=True))
    without = sum(mask is None for mask in masks)
    return Faces(
        dict(zip(numbers, map(face_picture, crops, masks), strict=True)),
        beyond_masks=without if masked else 0,
        not_forged=tuple(
            number for number, mask in of_numbers.items() if mask is not None and not mask.any()
        ),
    )


def read_squares(
    video: Path,
    boxes: Sequence[Box | None],
    frames: int,
    part: tuple[int, int] = (0, 1),
    like: Sequence[Frame] = (),
) -> list[tuple[int, Square]]:
    """Return which frames `read_faces` takes of a video, and the square it crops from each.

    Arguments and errors are those of `read_faces`.
    """
    placed = _placed(video, boxes, frames, part, like)
    return [(position, square) for position, square, _ in placed]


def _placed(
    video: Path,
    boxes: Sequence[Box | None],
    frames: int,
    part: tuple[int, int],
    like: Sequence[Frame],
) -> Iterator[tuple[int, Square, np.ndarray]]:
    """Yield position, square of the face and picture of each frame that is taken."""
    known = {position: box for position, box in enumerate(boxes) if box is not None}
    if not known:
        raise BadVideoError("no frame has a face box")
    positions = _sampled(list(known), frame_numbers(video) if like else (), frames, part, like)
    for position, picture in zip(positions, read_frames(video, positions), strict=True):
        height, width = picture.shape[:2]
        try:
            square = face_square(known[position], width, height)
        except BoxOutsideError as error:
            raise BadVideoError(f"frame {position}: {error}") from None
        yield position, square, picture


def _sampled(
    places: Sequence[int],
    numbers: Sequence[Frame],
    frames: int,
    part: tuple[int, int],
    like: Sequence[Frame],
) -> list[int]:
    """Return evenly spaced ones of `places`: the frames that the target has, or those nearest.

    Where the target has fewer frames in that time, or frames have no numbers, they are evenly
    spaced over the video's own.
    """
    own = [places[place] for place in evenly_spaced(len(places), frames, part)]
    pairs = [(numbers[place], place) for place in places] if like else []
    have = {number: place for number, place in pairs if isinstance(number, int)}
    first, last = min(have, default=0), max(have, default=-1)
    of_target = [number for number in like if isinstance(number, int) and first <= number <= last]
    if len(of_target) < len(own):
        return own
    wanted = [of_target[place] for place in evenly_spaced(len(of_target), frames, part)]
    taken = have.keys() & wanted
    for number in wanted:
        if number not in have and (others := have.keys() - taken):
            taken.add(min(others, key=lambda other: (abs(other - number), other)))
    return sorted(have[number] for number in taken)


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
