"""The frames of a video: of a video file, or of a folder of pictures that were extracted before.

In a folder the frames are the pictures in the natural order of their names. What is known of a
frame (a mask, a face box) belongs to it by its number: that in the picture's name, or the position
in a video file.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from data_prep.checks.excerpts import count_text
from data_prep.media import headers, video
from data_prep.media.pictures import PICTURE_SUFFIXES, BadPictureError, read_pixels
from data_prep.media.video import BadVideoError
from data_prep.source.frame_names import (
    Frame,
    counting_step,
    natural_order,
    number_names,
)

Result = TypeVar("Result")


def list_frames(folder: Path) -> list[Path]:
    """Return the pictures in a folder, in natural order, but hidden ones and links out of it."""
    with os.scandir(folder) as scanned:
        names = [
            entry.name
            for entry in scanned
            if os.path.splitext(entry.name)[1].lower() in PICTURE_SUFFIXES  # noqa: PTH122 (fast)
            and not entry.name.startswith(".")
            and entry.is_file()
            and not (entry.is_symlink() and _leads_out(folder, entry.name))
        ]
    return [folder / name for name in sorted(names, key=natural_order)]


def _leads_out(folder: Path, name: str) -> bool:
    return not (folder / name).resolve().is_relative_to(folder.resolve())


def count_frames(path: Path) -> int:
    """Return the number of frames; nothing is decoded.

    Raises:
        BadVideoError: not a whole video, or a folder without pictures.
    """
    if not path.is_dir():
        return _count_in_file(path)
    count = len(_frames_in(path))
    if count == 0:
        raise BadVideoError("holds no frames")
    return count


def frame_numbers(path: Path) -> Sequence[Frame]:
    """Return the number of each frame, in order, see `number_names`.

    Raises:
        BadVideoError: as `count_frames`.
    """
    if not path.is_dir():
        return range(_count_in_file(path))
    names = [frame.stem for frame in _frames_in(path)]
    if not names:
        raise BadVideoError("holds no frames")
    return number_names(names)


def numbers_in(path: Path, other: Path | None) -> Sequence[Frame]:
    """Return the number that `other` has for each frame of `path`, if it has that frame.

    They are the frames' own numbers, except where a folder is counted from 1 without a gap, as
    ffmpeg writes it, and a video file from 0.

    Args:
        path: a video.
        other: of the same moments; None for a video file that is not there.

    Raises:
        BadVideoError: one of them is not whole.
    """
    numbers = frame_numbers(path)
    if path.is_dir() == (other is not None and other.is_dir()):
        return numbers
    in_folder = numbers if other is None or path.is_dir() else frame_numbers(other)
    if list(in_folder) != list(range(1, len(in_folder) + 1)):
        return numbers
    step = -1 if path.is_dir() else 1
    return [number + step for number in numbers if isinstance(number, int)]


def read_frames(path: Path, indices: Sequence[int]) -> Iterator[np.ndarray]:
    """Yield the frames at `indices`, ascending; RGB, uint8 [H, W, 3].

    Raises:
        BadVideoError: the video or a picture of the folder cannot be read, or lacks the frame.
    """
    if not path.is_dir():
        return video.read_frames(path, indices)
    return _read(path, indices)


def header_remarks(path: Path) -> tuple[str, ...]:
    """Return what a video file's header says of its picture; nothing for a folder of pictures."""
    return () if path.is_dir() else headers.header_remarks(path)


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

    A mask belongs to the frame of its name, or else of its number, but for masks that are counted
    from another number (`mask_step`).

    Raises:
        BadVideoError: frames or masks are not whole.
    """
    if mask_step(path, masks):
        return list(positions)  # neither has a gap
    numbers = numbers_in(path, masks)
    places: dict[Frame, int] = {number: place for place, number in enumerate(frame_numbers(masks))}
    found = [places.get(numbers[position]) for position in positions]
    if path.is_dir() and masks.is_dir():
        names = [frame.stem for frame in _frames_in(path)]
        by_name = {mask.stem: place for place, mask in enumerate(_frames_in(masks))}
        found = [
            by_name.get(names[position], place)
            for position, place in zip(positions, found, strict=True)
        ]
    return found


def mask_step(path: Path, masks: Path) -> int:
    """Return by how much the masks' numbers differ from those of their frames, see `counting_step`.

    Raises:
        BadVideoError: as `count_frames`.
    """
    if not (path.is_dir() and masks.is_dir()):
        return 0
    return counting_step(frame_numbers(path), frame_numbers(masks))


def _count_in_file(path: Path) -> int:
    try:
        stat = path.stat()
    except OSError:
        return video.count_frames(path)  # which says what is wrong with it
    return _count_as_it_is(path, stat.st_size, stat.st_mtime_ns)


@functools.lru_cache(maxsize=4096)
def _count_as_it_is(path: Path, size: int, mtime_ns: int) -> int:
    """Count the frames of a file of this size and time, once: all of it is read for that."""
    return video.count_frames(path)


def _frames_in(folder: Path) -> list[Path]:
    return _or_bad("the folder", lambda: list_frames(folder))


def _read(folder: Path, indices: Sequence[int]) -> Iterator[np.ndarray]:
    frames = _frames_in(folder)
    for index in indices:
        if index >= len(frames):
            raise BadVideoError(f"holds {count_text(len(frames), 'frame')}, none at {index}")
        path = frames[index]
        yield _or_bad(path.name, lambda path=path: read_pixels(path)[0])


def _or_bad(what: str, work: Callable[[], Result]) -> Result:
    try:
        return work()
    except BadPictureError as error:
        raise BadVideoError(f"{what}: {error}") from None
    except OSError as error:
        raise BadVideoError(f"{what} cannot be read: {error.strerror or error}") from None
