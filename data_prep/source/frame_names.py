"""The numbers of frames, as the names of extracted pictures tell them."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from pathlib import PurePath

from data_prep.media.pictures import PICTURE_SUFFIXES

Frame = int | str
"""The number of a frame; its name where the names of a video's frames hold no numbers."""

_NUMBERS = 1 << 31  # what a record's `frame` holds


def number_names(names: Sequence[str]) -> Sequence[Frame]:
    """Return the number in each name of a picture without suffix: `frame_0014` is 14.

    Of several numbers in a name it is the last that differs from picture to picture. Where there
    is none, as in `first`, `second`, the names stand for themselves.
    """
    digits = [re.findall(r"[0-9]+", name) for name in names]
    for place in range(1, min(map(len, digits), default=0) + 1):
        numbers = [int(in_name[-place]) for in_name in digits]
        if numbers == sorted(set(numbers)) and numbers[-1] < _NUMBERS:
            return numbers
    return names


def named_frame(name: str, frames: Container[Frame]) -> Frame:
    """Return the frame that somebody calls `0014`, `14` or `frame_0014.png`: 14.

    Args:
        name: of one picture, of which nobody says what the other names are.
        frames: of the video; where one of them is called just so, that is meant.
    """
    path = PurePath(name)
    stem = path.stem if path.suffix.lower() in PICTURE_SUFFIXES else name
    digits = re.findall(r"[0-9]{1,9}", stem)
    return stem if stem in frames or not digits else int(digits[-1])


def counting_step(numbers: Sequence[Frame], others: Sequence[Frame]) -> int:
    """Return what to add to each number where other pictures of all these frames count otherwise.

    That is so where both are as many, without a gap, and begin at different numbers, as frames
    from 1 and their masks from 0; else 0.
    """
    if len(numbers) != len(others) or len(numbers) < 2:
        return 0
    begins = []
    for own in (numbers, others):
        if not isinstance(own[0], int) or list(own) != list(range(own[0], own[0] + len(own))):
            return 0
        begins.append(own[0])
    return begins[1] - begins[0]


def record_numbers(numbers: Sequence[Frame]) -> list[int]:
    """Return the number of each frame in records: its own, or where names have none its place."""
    return [number if isinstance(number, int) else place for place, number in enumerate(numbers)]


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key by which `frame_9` comes before `frame_10`, numbers of any length."""
    parts = re.split(r"([0-9]+)", name)
    digits = [part.lstrip("0") for part in parts]
    return tuple(
        (0, len(digits[place]), digits[place]) if place % 2 else (1, 0, part)
        for place, part in enumerate(parts)
    )
