"""Where pictures stand: what the folders above them say of class, split, method and video."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data_prep.checks.excerpts import first_lines
from data_prep.source.folder_names import read_folder_name, wrapping_folders
from data_prep.source.folders_below import read_below
from data_prep.source.label_evidence import Labelled, contradictions
from data_prep.source.layout import LayoutError, Place, text_of
from data_prep.source.method_names import method_name
from data_prep.source.top_folders import (
    check_no_class_outside,
    check_no_other_class,
    check_understood,
    read_tops,
)


@dataclass(frozen=True)
class Places:
    """All pictures with a place, those without, and what a person should know of the reading."""

    places: tuple[Place, ...]
    outside: tuple[str, ...]
    notes: tuple[str, ...]


def place_pictures(paths: Sequence[str], depth: int) -> Places:
    """Place every picture by its folders below `depth` wrapping ones.

    The first folders are read as split, class or method, as long as their names are known; those
    further below are methods if most of them have the name of one (or a fifth of them, where real
    pictures lie in no folders), else videos. `Deepfakes` and `DF` are the class fake where no other
    method stands beside them. A folder of a class beside those of methods, `mine/fake` beside
    `progan/fake`, lies below a method too.

    Raises:
        LayoutError: no folder of a class, unknown folders where a class is missing, folders that
            contradict each other, more of them below a class than are understood, or classes in a
            folder that is not.
    """
    placed, outside = read_tops(paths, depth, beside_methods=False)
    if any(place.method for place in placed):
        placed, outside = read_tops(paths, depth, beside_methods=True)
    check_no_class_outside(outside, depth)
    check_understood(paths, placed, outside, depth)
    check_no_other_class(placed)
    places, notes = read_below(placed)
    _check_names(places)
    return Places(tuple(places), tuple(outside), tuple(notes))


def _check_names(places: Sequence[Place]) -> None:
    """Check that no picture below one class is named for the other, as `fake/real_12.jpg`."""
    rows = contradictions(
        [Labelled("", text_of(p.path), p.label, "its class's folder") for p in places],
        folders=False,
    )
    if rows:
        raise LayoutError(
            f"{len(rows)} pictures are named for the other class than their folder; move or "
            f"rename them:\n{first_lines(rows)}"
        )


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
