"""What the release says of a video, in whichever file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from data_prep.checks.complete import PreparationError
from data_prep.media.containers import video_stem
from data_prep.schema import LABELS

METHOD = "fake"
"""The method of a forgery where nobody says how it was made."""


class Described(NamedTuple):
    """What is said of a video.

    Attributes:
        label: real 0, fake 1.
        split: `train`, `validation` or `test`.
        original: the name without suffix of the video that was forged; of a real one its own; None
            where nobody names it.
        method: how a forgery was made.
        people: who is seen: the target, then whose face was swapped in; none where nobody says.
        augmentations: what was done to the picture beside.
    """

    label: int
    split: str
    original: str | None = None
    method: str = METHOD
    people: tuple[str, ...] = ()
    augmentations: tuple[str, ...] = ()


def stem_of(name: str, path: Path) -> str:
    """Return the name without suffix, if it is one of a file in the folder of its metadata `path`.

    Raises:
        PreparationError: it is not.
    """
    stem = video_stem(name)
    if stem is None or set(name) & set("/\\") or not is_a_name(name):
        raise PreparationError(
            f"{path}: {name!r} is no video in its folder: names are such as aaa.mp4"
        )
    return stem


def is_a_name(name: str) -> bool:
    """Return whether a file or folder could be called so: JSON can name halves of characters."""
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return False
    return "\0" not in name


def each_once(described: Iterable[tuple[str, Described]], path: Path) -> dict[str, Described]:
    """Return what is said of each name without suffix.

    Raises:
        PreparationError: a name stands there twice, perhaps with two suffixes.
    """
    videos: dict[str, Described] = {}
    for stem, said in described:
        if stem in videos:
            raise PreparationError(f"{path}: there is a second video of the name {stem}")
        videos[stem] = said
    return videos


def contradiction(where: str, first: int, by: str, second: int) -> str:
    """Return the clause that says that a video's two labels differ.

    Args:
        where: the video.
        first: its label in the file.
        by: what says otherwise.
        second: its label there.
    """
    return f"{where} is said to be {LABELS[first]}, but {by} {LABELS[second]}"
