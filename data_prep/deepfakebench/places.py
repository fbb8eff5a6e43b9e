"""Rows of an index with their folders, checked: levels, labels, and what the folders say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from data_prep.checks.complete import PreparationError
from data_prep.checks.excerpts import first_lines
from data_prep.deepfakebench.index import Row
from data_prep.deepfakebench.labels import (
    METHODS,
    class_of_folders,
    method_of_folders,
    method_of_label,
)
from data_prep.deepfakebench.listed import DEFAULT_LEVEL, LEVELS
from data_prep.deepfakebench.paths import from_data_set, parts_of
from data_prep.faceforensics.level import LEVEL_FOLDERS, level_of
from data_prep.schema import FAKE, LABELS, REAL, REAL_METHOD

_SHOWN = 3


class Place(NamedTuple):
    """A row with its folder as the index names it, and what label and folder say."""

    row: Row
    folders: tuple[str, ...]
    method: str

    @property
    def level(self) -> str:
        """The folder of its compression, empty where there is none."""
        return self.row.level or next((p for p in reversed(self.folders) if p in LEVELS), "")


def place_rows(rows: Sequence[Row], names: frozenset[str], level: str | None) -> list[Place]:
    """Return the rows of a level, and those without one, with their folders.

    Args:
        rows: of all indexes.
        names: of data sets.
        level: `raw`, `c23` or `c40`; None for c23 where the indexes have levels.

    Raises:
        PreparationError: there are none, a label is unknown or contradicted, the frames of a video
            lie in several folders, or a level that was asked for is not that of all.
    """
    kept = _known(_at_level(rows, level or DEFAULT_LEVEL))
    places = [_place(row, names) for row in kept]
    _check_classes(places)
    if level is not None:
        _check_level(places, level)
    return places


def assumed_labels(rows: Sequence[Row]) -> list[str]:
    """Return a note of the labels that were read by their ending."""
    labels = sorted({row.label for row in rows if row.label not in METHODS})
    if not labels:
        return []
    more = ", ..." if len(labels) > _SHOWN else ""
    return [f"labels read by their ending: {', '.join(labels[:_SHOWN])}{more}"]


def _at_level(rows: Sequence[Row], level: str) -> list[Row]:
    """Return the rows of one level, and those that have none."""
    kept = [row for row in rows if not row.level or row.level in LEVEL_FOLDERS[level]]
    if rows and not kept:
        counts = Counter(row.level for row in rows)
        others = ", ".join(f"{name} ({number})" for name, number in sorted(counts.items()))
        raise PreparationError(
            f"the index lists no videos at {level}; levels with videos: {others}: give "
            "--compression"
        )
    return kept


def _known(rows: Sequence[Row]) -> Sequence[Row]:
    """Check that the class of every label is known."""
    labels = {name for row in rows for name in (row.label, row.above)}
    unknown = sorted(label for label in labels if method_of_label(label) is None)
    if unknown:
        raise PreparationError(
            f"the index has labels that say neither real nor fake: {', '.join(unknown)}; known are "
            f"{', '.join(METHODS)} and names that end in _real or _fake"
        )
    return rows


def _place(row: Row, names: frozenset[str]) -> Place:
    folders = {parts_of(path)[:-1] for path in row.frames}
    if len(folders) > 1:
        listed = " and ".join(sorted("/".join(folder) for folder in folders)[:2])
        raise PreparationError(f"{row.place}: its frames lie in several folders, {listed}")
    below = from_data_set(folders.pop(), names)
    method = method_of_label(row.label) or ""
    if method != REAL_METHOD:
        method = method_of_folders(below) or method
    return Place(row, below, method)


def _check_classes(places: Iterable[Place]) -> None:
    """Check labels and levels against each other and against the folders."""
    wrong = []
    of_folder: dict[tuple[str, ...], Place] = {}
    for place in places:
        row = place.row
        path = "/".join(place.folders)
        label = _class(row.label)
        other = of_folder.setdefault(place.folders, place)
        named = method_of_label(row.label)
        levels = {level_of(p) for p in (row.level, *place.folders) if p in LEVELS}
        if label != _class(row.above):
            wrong.append(f"{row.place}: its own label is {row.label}")
        elif class_of_folders(place.folders[:-1]) not in (None, label):
            wrong.append(f"{row.place}: {row.label} is {LABELS[label]}, but it lies in {path}")
        elif label != _class(other.row.label):
            wrong.append(f"{row.place}: {row.label}, but {other.row.place} lies in {path} too")
        elif row.level and len(levels) > 1:
            wrong.append(f"{row.place}: it stands under {row.level}, but lies in {path}")
        elif (
            label == FAKE
            and named != place.method
            and {named, place.method} <= set(METHODS.values())
        ):
            wrong.append(f"{row.place}: {row.label} is {named}, but it lies in {path}")
    if wrong:
        raise PreparationError(
            f"labels of the index contradict each other or the paths:\n{first_lines(wrong)}"
        )


def _check_level(places: Sequence[Place], level: str) -> None:
    """Check that all videos are of a level that was asked for."""
    others = {place.level for place in places}.difference(LEVEL_FOLDERS[level])
    if others:
        named = " and ".join(sorted(name or "no level" for name in others))
        raise PreparationError(
            f"{level} was asked for, but the index has videos of {named} and no choice between "
            "levels for them: leave --compression out"
        )


def _class(label: str) -> int:
    return REAL if method_of_label(label) == REAL_METHOD else FAKE
