"""Pictures of faces that were cut before, a folder a video: taken whole, never searched for faces.

DeepfakeBench and sets of its form keep such crops, aligned and of 256 x 256 pixels, in place of
videos. Whoever cut them chose the frames too: those without a face are missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from data_prep.faces.crop import Square, crop_face, crop_mask
from data_prep.media.pictures import BadPictureError, read_pixels
from data_prep.media.video import BadVideoError, evenly_spaced
from data_prep.source.frame_names import (
    counting_step,
    natural_order,
    number_names,
    record_numbers,
)
from data_prep.videos.crops import Faces, encode_faces
from data_prep.videos.frames import list_frames


def read_ready_crops(
    folder: Path,
    names: Sequence[str] | None,
    masks: Path | None,
    frames: int,
    size: int,
    part: tuple[int, int] = (0, 1),
) -> Faces:
    """Read evenly spaced crops of a video, whole, and the masks of the same names.

    Masks that are counted from another number (`counting_step`) are those of the same places.

    Args:
        folder: of the crops.
        names: which of its pictures are the video's; None for all.
        masks: the folder of the masks, or None.
        frames: how many crops are taken; all if there are fewer.
        size: the side of the pictures.
        part: which crops, see `evenly_spaced`.

    Raises:
        BadVideoError: there are no crops, or one cannot be read or is not square.
    """
    taken = taken_crops(folder, names, frames, part)
    pictures = [_read(path) for _, path in taken]
    of_masks: list[np.ndarray | None] = [None] * len(taken)
    bad_masks, step = None, 0
    if masks is not None:
        mask_of, step = _masks_of(_crops(folder, names), list_frames(masks))
        try:
            of_masks = [
                _read_mask(mask_of[path], picture, size) if path in mask_of else None
                for (_, path), picture in zip(taken, pictures, strict=True)
            ]
        except BadVideoError as error:
            bad_masks = str(error)
    crops = [crop_face(picture, whole(picture), size) for picture in pictures]
    masked = masks is not None and bad_masks is None
    faces = encode_faces([number for number, _ in taken], crops, of_masks, masked)
    return replace(faces, bad_masks=bad_masks, mask_step=step)


def read_ready_squares(
    folder: Path, names: Sequence[str] | None, frames: int, part: tuple[int, int] = (0, 1)
) -> list[tuple[int, Path, Square]]:
    """Return number, file and square of the crops that `read_ready_crops` takes.

    Arguments and errors are those of `read_ready_crops`.
    """
    taken = taken_crops(folder, names, frames, part)
    return [(number, path, whole(_read(path))) for number, path in taken]


def taken_crops(
    folder: Path, names: Sequence[str] | None, frames: int, part: tuple[int, int]
) -> list[tuple[int, Path]]:
    """Return number and file of evenly spaced crops, in the natural order of their names.

    Raises:
        BadVideoError: there are none.
    """
    crops = _crops(folder, names)
    if not crops:
        raise BadVideoError("holds no frames")
    numbers = record_numbers(number_names([path.stem for path in crops]))
    positions = evenly_spaced(len(crops), frames, part)
    return [(numbers[position], crops[position]) for position in positions]


def _crops(folder: Path, names: Sequence[str] | None) -> list[Path]:
    if names is None:
        return list_frames(folder)
    return [folder / name for name in sorted(names, key=natural_order)]


def _masks_of(crops: Sequence[Path], masks: Sequence[Path]) -> tuple[dict[Path, Path], int]:
    """Return the mask of each crop that has one, and by how much their numbers differ."""
    numbers, of_masks = (number_names([path.stem for path in paths]) for paths in (crops, masks))
    if step := counting_step(numbers, of_masks):
        return dict(zip(crops, masks, strict=True)), step
    by_name = {path.stem: path for path in masks}
    return {path: by_name[path.stem] for path in crops if path.stem in by_name}, 0


def whole(picture: np.ndarray) -> Square:
    """Return the square that is all of a square picture."""
    return Square(0, 0, picture.shape[0])


def _read(path: Path) -> np.ndarray:
    try:
        picture, _ = read_pixels(path)
    except BadPictureError as error:
        raise BadVideoError(f"{error} ({path.name})") from None
    height, width = picture.shape[:2]
    if height != width:
        raise BadVideoError(
            f"{path.name} has {width} x {height} pixels: a ready face crop is square"
        )
    return picture


def _read_mask(path: Path, picture: np.ndarray, size: int) -> np.ndarray:
    try:
        mask = read_pixels(path)[0].max(axis=-1)
    except BadPictureError as error:
        raise BadVideoError(f"{error} ({path.name})") from None
    if mask.shape != picture.shape[:2]:
        raise BadVideoError(
            f"its masks have {mask.shape[1]} x {mask.shape[0]} pixels, the crops "
            f"{picture.shape[1]} x {picture.shape[0]}"
        )
    return crop_mask(mask, whole(picture), size)
