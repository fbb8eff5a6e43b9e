"""What speaks of a picture's label beside the label itself: a word, its folder, its name."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from data_prep.schema import FAKE, LABELS
from data_prep.source.folder_names import RELEASE_FOLDERS, read_folder_name
from data_prep.source.method_names import method_name

_NAMED_FOR = re.compile(r"(real|fake)[-_ ]*\d+", re.IGNORECASE)


class Labelled(NamedTuple):
    """A picture with its label, and what else is said of it.

    Attributes:
        where: list and line, or empty.
        path: of the picture.
        label: real 0, fake 1.
        source: what gives the label, such as `label 1`; for the message.
        method: as a column gives it; empty where none does.
    """

    where: str
    path: str
    label: int
    source: str
    method: str = ""


@functools.cache
def folder_label(folder: str) -> tuple[int, str] | None:
    """Return the label that the deepest folder of a class on a path gives, and its name."""
    for name in folder.split("/")[::-1]:
        label = read_folder_name(name).label
        label = RELEASE_FOLDERS.get(name.lower()) if label is None else label
        if label is not None and not (label == FAKE and method_name(name)):
            return label, name
    return None


@functools.cache
def _folder_of_method(folder: str) -> str | None:
    return next(filter(method_name, folder.split("/")[::-1]), None)


def name_label(path: str) -> int | None:
    """Return the label that a name such as `real_12.jpg` gives."""
    named = _NAMED_FOR.match(path.rpartition("/")[2])
    return LABELS.index(named[1].lower()) if named else None


def contradictions(pictures: Sequence[Labelled], *, folders: bool = True) -> list[str]:
    """Return a line for every picture of which something says the other label.

    Where pictures of both labels have folders, or names, of one class only, these tell nothing: all
    may lie below `deepfake`, and forgeries may be called as their originals are.

    Args:
        pictures: of the whole set.
        folders: whether the folders are evidence, and do not give the label themselves.
    """
    by_folder = _folder_labels(pictures) if folders else [None] * len(pictures)
    by_name = [name_label(picture.path) for picture in pictures]
    both = len({picture.label for picture in pictures}) > 1
    folders_tell = not both or len({says[0] for says in by_folder if says}) > 1
    names_tell = not both or len({says for says in by_name if says is not None}) > 1
    lines = []
    for picture, folder, name in zip(pictures, by_folder, by_name, strict=True):
        others = []
        if folder and folder[0] != picture.label and folders_tell:
            others.append(f"its folder {folder[1]} says {LABELS[folder[0]]}")
        if name is not None and name != picture.label and names_tell:
            others.append(f"its name says {LABELS[name]}")
        method = _method_label(picture.method)
        if method is not None and method != picture.label:
            others.append(f"its method {picture.method} says {LABELS[method]}")
        if others:
            where = f"{picture.where}: " if picture.where else ""
            says = f"{picture.source} says {LABELS[picture.label]}, but {' and '.join(others)}"
            lines.append(f"{where}{picture.path}: {says}")
    return lines


def _folder_labels(pictures: Sequence[Labelled]) -> list[tuple[int, str] | None]:
    """Return label and name of the folder that tells; that of a method, if it holds one label."""
    folders = [picture.path.rpartition("/")[0] for picture in pictures]
    labels: defaultdict[str | None, set[int]] = defaultdict(set)
    for picture, folder in zip(pictures, folders, strict=True):
        labels[_folder_of_method(folder)].add(picture.label)

    def method_label(folder: str) -> tuple[int, str] | None:
        # Names such as Celeb-DF are those of whole sets as well.
        name = _folder_of_method(folder)
        return None if name is None or len(labels[name]) > 1 else (FAKE, name)

    return [folder_label(folder) or method_label(folder) for folder in folders]


def _method_label(method: str) -> int | None:
    says = read_folder_name(method).label
    return FAKE if says is None and method_name(method) else says
