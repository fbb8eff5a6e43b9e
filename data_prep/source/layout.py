"""A picture's place in a layout of folders, and what is said where there is none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from data_prep.checks.excerpts import first_names

LAYOUTS_HELP = (
    "Pictures are found as {train,validation,test}/{real,fake}/*.jpg (validation and test may be "
    "missing), as {real,fake}/*.jpg, each with one more folder per video if there is one, and "
    "below or in place of fake one of a method that is known (Deepfakes, F2F, StyleGAN2 ...), or "
    "by a manifest.csv with the columns path,label,group,split"
)
_NAMED = 8


class LayoutError(ValueError):
    """The pictures lie in no layout that is known, or the layout contradicts itself."""


@dataclass(frozen=True)
class Place:
    """Where a picture stands.

    Attributes:
        path: relative to the source folder, `/` between parts.
        key: the path without wrapping folders, as text.
        stem: the file's name without suffix.
        label: real 0, fake 1.
        split: None where no folder gives it.
        split_folder: the name of that folder.
        method: of a forgery; empty where no folder names one, and for originals.
        compression: of FaceForensics++; empty where no folder names one.
        below: the folders below class and method, at most one but for originals.
    """

    path: str
    key: str
    stem: str
    label: int
    split: str | None = None
    split_folder: str | None = None
    method: str = ""
    compression: str = ""
    below: tuple[str, ...] = ()


def text_of(path: str) -> str:
    """Return `path` as text that can be written down, also if its bytes are not UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def listed(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    return first_names(list(map(text_of, names)), _NAMED)
