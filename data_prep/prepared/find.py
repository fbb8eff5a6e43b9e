"""Finding prepared sets at or below a folder, and telling them from a folder of pictures."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

from data_prep.prepared.write_once import is_whole
from data_prep.source.folder_names import is_class_or_split
from data_prep.source.list_files import MANIFEST_FILE

# data folder / data set / configuration / version
_DEPTH = 3


def version_folders(path: Path) -> list[Path]:
    """Return the prepared sets at `path` or at most three folders below it, sorted."""
    sets: list[Path] = []
    level = [path]
    for _ in range(_DEPTH + 1):
        below: list[Path] = []
        for folder in level:
            if is_whole(folder):
                sets.append(folder)
            else:
                below += _visible_folders(folder)
        level = below
    return sorted(sets)


def is_prepared(path: Path | str) -> bool:
    """Return whether `path` is a prepared set, or a parent of just one and no folder of pictures.

    A folder of pictures may hold the set that was made of it; it is still the pictures that are
    meant by it, since some may have changed. Only names of folders are looked at.
    """
    path = Path(path)
    sets = version_folders(path)
    return len(sets) == 1 and not _holds_pictures_too(path, sets[0])


def _holds_pictures_too(path: Path, version: Path) -> bool:
    """Return whether a layout of pictures begins in a folder from `path` to above `version`."""
    on_the_way = [version, *version.parents]
    on_the_way = on_the_way[: on_the_way.index(path) + 1]
    return any(
        (folder / MANIFEST_FILE).is_file()
        or any(_begins_a_layout(beside) for beside in _visible_folders(folder) if beside != inner)
        for inner, folder in itertools.pairwise(on_the_way)
    )


def _begins_a_layout(folder: Path) -> bool:
    """Return whether `folder`, or one that it alone wraps, is named like a class or a split."""
    while not is_class_or_split(folder.name):
        inside = _visible_folders(folder)
        if any(is_class_or_split(below.name) for below in inside):
            return True
        if len(inside) != 1 or inside[0].is_symlink():
            return False
        folder = inside[0]
    return True


def _visible_folders(folder: Path) -> list[Path]:
    """Return the folders in `folder` but hidden and incomplete ones; none if it is unreadable."""
    try:
        with os.scandir(folder) as entries:
            return [
                Path(entry.path)
                for entry in entries
                if entry.is_dir() and not entry.name.startswith((".", "incomplete."))
            ]
    except OSError:
        return []
