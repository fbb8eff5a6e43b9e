"""Where pictures stand: what the folders above them say of class, split, method and video."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from data_prep.schema import FAKE, LABELS, REAL
from data_prep.source.folder_names import read_folder_name, wrapping_folders
from data_prep.source.label_evidence import Labelled, contradictions, first_rows
from data_prep.source.method_names import in_usual_order, method_name

LAYOUTS_HELP = (
    "Pictures are found as {train,validation,test}/{real,fake}/*.jpg (validation and test may be "
    "missing), as {real,fake}/*.jpg, each with one more folder per video if there is one, and "
    "below or in place of fake one of a method that is known (Deepfakes, F2F, StyleGAN2 ...), or "
    "by a manifest.csv with the columns path,label,group,split"
)

_COMPRESSIONS = {"raw": "raw", "c0": "raw", "c23": "c23", "c40": "c40"}
_SAYS_NOTHING = {"frames", "images", "faces", "crops", "videos"}
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


@dataclass(frozen=True)
class Places:
    """All pictures with a place, those without, and what a person should know of the reading."""

    places: tuple[Place, ...]
    outside: tuple[str, ...]
    notes: tuple[str, ...]


def place_pictures(paths: Sequence[str], depth: int) -> Places:
    """Place every picture by its folders below `depth` wrapping ones.

    The first folders are read as split, class or method, as long as their names are known; those
    further below are methods if most of them have the name of one, else videos. `Deepfakes` and
    `DF` are the class fake where no other method stands beside them. A folder of a class beside
    those of methods, `mine/fake` beside `progan/fake`, lies below a method too.

    Raises:
        LayoutError: no folder of a class, unknown folders where a class is missing, folders that
            contradict each other, or more of them below a class than are understood.
    """
    placed, outside = _read_tops(paths, depth, beside_methods=False)
    if any(place.method for place in placed):
        placed, outside = _read_tops(paths, depth, beside_methods=True)
    _check_understood(paths, placed, outside, depth)
    _check_no_other_class(placed)
    places, notes = _read_below(placed)
    _check_names(places)
    return Places(tuple(places), tuple(outside), tuple(notes))


def has_class_folders(paths: Sequence[str]) -> bool:
    """Return whether any folder above a picture has the name of a class or of a method."""
    folders = {path.rpartition("/")[0] for path in paths}
    names = {name for folder in folders for name in folder.split("/")}
    return any(read_folder_name(name).label is not None or method_name(name) for name in names)


def has_method_folders(paths: Sequence[str]) -> bool:
    """Return whether folders below the wrapping ones are read as methods by their names."""
    folders = {path.rpartition("/")[0] for path in paths}
    if not any(method_name(name) for folder in folders for name in folder.split("/")):
        return False
    depth = wrapping_folders(paths)

    def is_method(names: Sequence[str], level: int) -> bool:
        below_class = any(read_folder_name(name).label is not None for name in names[:level])
        is_class = read_folder_name(names[level]).label is not None
        return method_name(names[level]) is not None and (below_class or not is_class)

    read = (folder.split("/")[depth:] for folder in folders)
    return any(is_method(names, level) for names in read for level in range(len(names)))


class Below(NamedTuple):
    """What the folders above a listed picture say of it; empty where they say nothing."""

    method: str
    video: tuple[str, ...]
    compression: str


def read_listed(path: str) -> Below:
    """Read the folders of a picture in a list: below that of a class or method is the video's."""
    folders = path.split("/")[:-1]
    known = [
        level
        for level, name in enumerate(folders)
        if method_name(name) or read_folder_name(name).label is not None
    ]
    below = folders[known[-1] + 1 :] if known else []
    methods = [method_name(folders[level]) for level in known]
    compression = next((_COMPRESSIONS[name] for name in folders if name in _COMPRESSIONS), "")
    return Below(next(filter(None, methods[::-1]), ""), _speaking(below), compression)


def text_of(path: str) -> str:
    """Return `path` as text that can be written down, also if its bytes are not UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _read_tops(
    paths: Iterable[str], depth: int, *, beside_methods: bool
) -> tuple[list[Place], list[str]]:
    """Read the known folders from the top on; return also the paths without class and method."""
    placed, outside = [], []
    for path in paths:
        *folders, file = path.split("/")
        place = _read_top(path, folders[depth:], file, beside_methods)
        if place is None:
            outside.append(path)
        else:
            placed.append(place)
    return placed, outside


def _read_top(path: str, folders: Sequence[str], file: str, beside_methods: bool) -> Place | None:
    label = split = split_folder = None
    method, below = "", folders
    for level, name in enumerate(folders):
        says, named = read_folder_name(name), method_name(name)
        if label is None and says.label is not None and not (named and beside_methods):
            label = says.label
            if says.split and split is None:
                split = split_folder = says.split
        elif label is None and named:
            method = named
        elif split is None and says.split and says.label is None:
            split, split_folder = says.split, name
        elif label is None and (method or beside_methods) and _has_class(folders[level + 1 :]):
            method = method or name  # else what the pictures show, as in progan/car/0_real
        else:
            break
        below = folders[level + 1 :]
    if label is None and not method:
        return None
    return Place(
        path=path,
        key=text_of("/".join((*folders, file))),
        stem=text_of(file.rsplit(".", 1)[0]),
        label=FAKE if label is None else label,
        split=split,
        split_folder=split_folder,
        method="" if label == REAL else method,
        below=tuple(below),
    )


def _has_class(folders: Sequence[str]) -> bool:
    """Return whether one of the next two folders is a class's."""
    return any(read_folder_name(name).label is not None for name in folders[:2])


def _check_understood(
    paths: Iterable[str], placed: Sequence[Place], outside: Sequence[str], depth: int
) -> None:
    """Check that both classes were found if there are folders that were not understood."""
    labels = {place.label for place in placed}
    if not labels:
        top = ", ".join(sorted({path.split("/")[0] for path in paths})[:_NAMED])
        unknown = unknown_folders(outside, depth)
        named = f"; not understood: {unknown}" if unknown else ""
        if all("/" not in path for path in paths):
            raise LayoutError(
                f"pictures such as {top} have no label: put them into a folder real or fake there "
                f"(one class alone is a set for testing). {LAYOUTS_HELP}"
            )
        raise LayoutError(
            f"no folder of a class was found; at the top are: {top}{named}. {LAYOUTS_HELP}"
        )
    unknown = unknown_folders(outside, depth)
    if len(labels) == 1 and unknown:
        there = LABELS[labels.pop()]
        raise LayoutError(
            f"all folders that were understood hold {there} pictures, and these were not "
            f"understood: {unknown}; rename them to real or fake, or to the method's usual name. "
            f"{LAYOUTS_HELP}"
        )


def unknown_folders(outside: Iterable[str], depth: int) -> str:
    """Return the names of the folders for which pictures have no place; empty if there is none."""
    names = set()
    for path in outside:
        folders = path.split("/")[depth:-1]
        while folders and read_folder_name(folders[0]).split:
            del folders[0]
        if folders:
            names.add(folders[0])
    return listed(sorted(names))


def _check_no_other_class(placed: Iterable[Place]) -> None:
    """Check that no picture lies below folders of both classes."""
    rows = []
    for place in placed:
        for name in place.below:
            other = read_folder_name(name).label
            if other not in (None, place.label) and not method_name(name):
                rows.append(
                    f"  {text_of(place.path)}: its class is {LABELS[place.label]}, and {name} is "
                    f"{LABELS[1 - place.label]}"
                )
                break
    if rows:
        raise LayoutError(
            f"{len(rows)} pictures lie below folders of both classes; rename one of them:\n"
            f"{first_rows(rows)}"
        )


def _check_names(places: Sequence[Place]) -> None:
    """Check that no picture below one class is named for the other, as `fake/real_12.jpg`."""
    rows = contradictions(
        [Labelled("", text_of(p.path), p.label, "its class's folder") for p in places],
        folders=False,
    )
    if rows:
        raise LayoutError(
            f"{len(rows)} pictures are named for the other class than their folder; move or "
            f"rename them:\n{first_rows(rows)}"
        )


def _read_below(placed: Sequence[Place]) -> tuple[list[Place], list[str]]:
    """Read the folders below class and top method as method and video; return also notes."""
    folders = {
        label: [_speaking(p.below) for p in placed if p.label == label] for label in range(2)
    }
    level = _method_level(folders[FAKE])
    assumed: set[str] = set()
    if level is None and not any(place.method for place in placed):
        firsts = {names[0] for names in folders[FAKE] if len(names) > 1}
        if not firsts & {names[0] for names in folders[REAL] if names}:
            assumed, level = firsts, 0 if firsts else None
    has_methods = level is not None or any(place.method for place in placed)
    per_method = has_methods and _method_level(folders[REAL]) == 0
    places = []
    for place in placed:
        below = _speaking(place.below)
        method = ""
        if place.label == REAL:
            below = below[1:] if per_method else below
            deepest = 2 if has_methods else 1
        else:
            method, below = _read_method(place.method, below, level)
            deepest = 1
        if len(below) > deepest:
            raise LayoutError(
                f"{text_of(place.path)} lies {len(place.below)} folders below its class; at most "
                f"one folder (a video's) is understood. {LAYOUTS_HELP}"
            )
        level_of = (_COMPRESSIONS.get(name.lower(), "") for name in place.below)
        compression = next(filter(None, level_of), "")
        places.append(replace(place, method=text_of(method), compression=compression, below=below))
    return places, _notes(places, assumed)


def _speaking(folders: Iterable[str]) -> tuple[str, ...]:
    """Return folders without those of a compression or with a name such as `frames`."""
    silent = _SAYS_NOTHING | _COMPRESSIONS.keys()
    return tuple(name for name in folders if name.lower() not in silent)


def _method_level(folders: Iterable[Sequence[str]]) -> int | None:
    """Return the deeper of the first two levels at which most names are those of methods."""
    for level in (1, 0):
        names = {below[level] for below in folders if len(below) > level}
        if names and 2 * sum(method_name(name) is not None for name in names) >= len(names):
            return level
    return None


def _read_method(
    method: str, below: tuple[str, ...], level: int | None
) -> tuple[str, tuple[str, ...]]:
    """Return the method of a fake picture, and the folders of its video.

    Args:
        method: where no folder below the class names one.
        below: the folders below the class.
        level: which of them is the method's. What stands above it is a family of methods
            (`FaceSwap/SimSwap/VIDEO`), or the video where none stands below it.
    """
    if level is None or len(below) <= level:
        return method, below
    above, rest = below[:level], below[level + 1 :]
    if above and (rest or method_name(above[0])):
        above = ()
    return method_name(below[level]) or below[level], above + rest


def _notes(places: Iterable[Place], assumed: Iterable[str]) -> list[str]:
    """Return which folders were read as methods and as videos, where that was assumed."""
    videos: dict[int, set[tuple[str, ...]]] = {REAL: set(), FAKE: set()}
    methods = set(assumed)
    for place in places:
        if place.below:
            videos[place.label].add((place.method, *place.below))
        if place.method and not method_name(place.method):
            methods.add(place.method)
    notes = []
    if methods:
        notes.append(
            f"read as methods, though their names are not known: {listed(in_usual_order(methods))}"
        )
    read = [f"{len(videos[label])} of {name}" for label, name in enumerate(LABELS) if videos[label]]
    if read:
        notes.append(f"folders read as videos: {' and '.join(read)} pictures")
    return notes


def listed(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(map(text_of, names[:_NAMED])) + more
