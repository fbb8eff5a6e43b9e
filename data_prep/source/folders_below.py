"""The folders below a class: of methods, compressions and videos."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from data_prep.schema import FAKE, LABELS, REAL
from data_prep.source.folder_names import read_folder_name
from data_prep.source.layout import LAYOUTS_HELP, LayoutError, Place, listed, text_of
from data_prep.source.method_names import in_usual_order, method_name, plain_name

_COMPRESSIONS = {"raw": "raw", "c0": "raw", "c23": "c23", "c40": "c40"}
_SAYS_NOTHING = {"frames", "images", "faces", "crops", "videos"}

_COLLECTIONS = {
    "celeba", "celebahq", "celebreal", "ffhq", "ffreal", "lfw", "vggface2", "youtube",
    "youtubereal",
}  # fmt: skip
"""Of real pictures, whose folders stand for no video."""


def read_below(placed: Sequence[Place]) -> tuple[list[Place], list[str]]:
    """Read the folders below class and top method as method and video; return also notes."""
    folders = {
        label: [_speaking(p.below) for p in placed if p.label == label] for label in range(2)
    }
    # Where real pictures lie in no folders, those of fake ones are hardly videos.
    level = _method_level(folders[FAKE], enough=1 / 2 if any(folders[REAL]) else 1 / 5)
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
            if per_method or (len(below) == 1 and plain_name(below[0]) in _COLLECTIONS):
                below = below[1:]
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
    return tuple(name for name in folders if not says_nothing(name))


def says_nothing(folder: str) -> bool:
    """Return whether a folder is one of a compression, or has a name such as `frames`."""
    return folder.lower() in _SAYS_NOTHING | _COMPRESSIONS.keys()


def _method_level(folders: Iterable[Sequence[str]], enough: float = 1 / 2) -> int | None:
    """Return the deeper of the first two levels at which enough names are those of methods.

    Args:
        folders: below the class, of each picture.
        enough: the share of the names, in (0, 1].
    """
    for level in (1, 0):
        names = {below[level] for below in folders if len(below) > level}
        if names and sum(map(bool, map(method_name, names))) >= enough * len(names):
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
