"""The paths of a list: in one spelling, below the list's folder, and never out of it."""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from pathlib import Path

from data_prep.source.list_files import Line, ManifestError

_DEEPEST_ROOT = 3


def find_root(folder: Path, paths: list[str]) -> list[str]:
    """Return the paths below the one folder that wraps them, if the first is there only."""
    prefix = ""
    for _ in range(_DEEPEST_ROOT + 1):
        if os.path.exists(folder / prefix / paths[0]):  # noqa: PTH110 (False for names too long)
            return [prefix + path for path in paths]
        inside = [entry.name for entry in (folder / prefix).iterdir() if entry.is_dir()]
        if len(inside) != 1:
            break
        prefix += f"{inside[0]}/"
    return paths


def spelled(line: Line, folder: Path) -> str:
    """Return the path in one spelling, relative to `folder` and without steps upwards."""
    path = line.cells["path"].replace("\\", "/")
    root = f"{folder.as_posix()}/"
    relative = path.removeprefix(root)
    if relative.startswith("/"):  # the folder may be a link
        resolved = os.path.realpath(os.path.dirname(path))  # noqa: PTH120 (called for every row)
        relative = f"{resolved}/{path.rpartition('/')[2]}".removeprefix(root)
    parts = [part for part in relative.split("/") if part not in ("", ".")]
    if not parts:
        raise ManifestError(f"{line.where}: the path is empty")
    leaves = relative.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in path
    if leaves:
        raise ManifestError(
            f"{line.where}: the path {path!r} leaves the manifest's folder; use paths below it"
        )
    return "/".join(parts)


def check_links(folder: Path, lines: Sequence[Line], paths: Sequence[str]) -> None:
    """Check that no path leaves the list's folder by a link."""
    root = os.path.realpath(folder)

    @functools.cache
    def inside(place: str) -> bool:
        return Path(os.path.realpath(place)).is_relative_to(root)

    for line, path in zip(lines, paths, strict=True):
        there = f"{root}/{path}"
        # Resolving each path would take minutes for long manifests; folders repeat.
        if not inside(there.rpartition("/")[0]) or (os.path.islink(there) and not inside(there)):  # noqa: PTH114
            raise ManifestError(
                f"{line.where}: the path {path!r} is a link out of the manifest's folder; copy the "
                "picture"
            )
