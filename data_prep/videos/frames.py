"""The frames of a video: of a video file, or of a folder of pictures that were extracted before.

In a folder the frames are the pictures in the natural order of their names, 0000.png first,
whatever number the first has; face boxes are taken in that order too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from data_prep.media import video
from data_prep.media.pictures import PICTURE_SUFFIXES, BadPictureError, read_pixels
from data_prep.media.video import BadVideoError
from data_prep.source.arrange import natural_order

Result = TypeVar("Result")


def list_frames(folder: Path) -> list[Path]:
    """Return the pictures in a folder, in natural order, but hidden ones and links out of it."""
    resolved = folder.resolve()
    pictures = [
        path
        for path in folder.iterdir()
        if path.suffix.lower() in PICTURE_SUFFIXES
        and not path.name.startswith(".")
        and path.is_file()
        and path.resolve().is_relative_to(resolved)
    ]
    return sorted(pictures, key=lambda path: natural_order(path.name))


def count_frames(path: Path) -> int:
    """Return the number of frames; nothing is decoded.

    Raises:
        BadVideoError: not a whole video, or a folder without pictures.
    """
    if not path.is_dir():
        return video.count_frames(path)
    count = len(_frames_in(path))
    if count == 0:
        raise BadVideoError("holds no frames")
    return count


def read_frames(path: Path, indices: Sequence[int]) -> Iterator[np.ndarray]:
    """Yield the frames at `indices`, ascending; RGB, uint8 [H, W, 3].

    Raises:
        BadVideoError: the video or a picture of the folder cannot be read, or lacks the frame.
    """
    if not path.is_dir():
        return video.read_frames(path, indices)
    return _read(path, indices)


def read_masks(path: Path, indices: Sequence[int]) -> Iterator[np.ndarray]:
    """Yield the frames at `indices` in grey, uint8 [H, W]; of pictures the strongest channel.

    Raises:
        BadVideoError: as `read_frames`.
    """
    if not path.is_dir():
        return video.read_masks(path, indices)
    return (frame.max(axis=-1) for frame in _read(path, indices))


def mask_positions(path: Path, masks: Path, positions: Sequence[int]) -> list[int | None]:
    """Return where in `masks` the masks of the frames at `positions` are, None where there is none.

    Pictures of masks belong to the pictures of frames of the same name, whatever their number;
    else masks and frames are counted alike.
    """
    if not (path.is_dir() and masks.is_dir()):
        length = count_frames(masks)
        return [position if position < length else None for position in positions]
    names = [frame.stem for frame in _frames_in(path)]
    places = {mask.stem: place for place, mask in enumerate(_frames_in(masks))}
    return [places.get(names[position]) for position in positions]


def _frames_in(folder: Path) -> list[Path]:
    return _or_bad("the folder", lambda: list_frames(folder))


def _read(folder: Path, indices: Sequence[int]) -> Iterator[np.ndarray]:
    frames = _frames_in(folder)
    for index in indices:
        if index >= len(frames):
            raise BadVideoError(f"holds {len(frames)} frames, none at {index}")
        path = frames[index]
        yield _or_bad(path.name, lambda path=path: read_pixels(path)[0])


def _or_bad(what: str, work: Callable[[], Result]) -> Result:
    try:
        return work()
    except BadPictureError as error:
        raise BadVideoError(f"{what}: {error}") from None
    except OSError as error:
        raise BadVideoError(f"{what} cannot be read: {error.strerror or error}") from None
