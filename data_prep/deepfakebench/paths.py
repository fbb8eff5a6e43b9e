"""Others' paths, resolved below the user's folder: by what stands from the data set's name on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from data_prep.checks.complete import PreparationError

DATA_SETS = frozenset(
    {
        "FaceForensics++",
        "Celeb-DF-v1",
        "Celeb-DF-v2",
        "Celeb-DF++",
        "DFDCP",
        "DFDC",
        "DeeperForensics-1.0",
        "UADFV",
        "DF40",
        "DF40_train",
    }
)
"""The folders of the data sets."""


def parts_of(path: str) -> tuple[str, ...]:
    """Return the parts of a path with either kind of slashes, without drive and empty parts."""
    parts = re.split(r"[/\\]+", path)
    return tuple(part for part in parts if part not in ("", ".") and not part.endswith(":"))


def from_data_set(parts: Sequence[str], names: Collection[str]) -> tuple[str, ...]:
    """Return a path's parts from the data set's name on; all where there is none.

    Args:
        parts: of a path.
        names: what else than `DATA_SETS` may name one, where none of those does.
    """
    for known in (DATA_SETS, names):
        for place, part in enumerate(parts):
            if part in known:
                return tuple(parts[place:])
    return tuple(parts)


def find_folder(root: Path, parts: Sequence[str], names: Collection[str]) -> str | None:
    """Return the folder that someone's path names, relative to `root`; None if it is not there.

    What comes before the data set's name is another's. The name itself is looked for in `root`;
    where it is not there, `root` is taken for the data set's folder.

    Args:
        root: the source folder, resolved.
        parts: of the path of a folder.
        names: of data sets.

    Raises:
        PreparationError: the path climbs out of a folder after the name.
    """
    for below in _below(parts, names):
        if ".." in below:
            raise PreparationError(f"the path {'/'.join(parts)} of an index leads out by ..")
        path = root.joinpath(*below)
        with suppress(OSError):  # a name that no file system takes is nowhere
            # A link on the way could lead to another data set, or out.
            if below and path.is_dir() and path.resolve() == path:
                return "/".join(below)
    return None


def _below(parts: Sequence[str], names: Collection[str]) -> Iterator[Sequence[str]]:
    """Yield what a path could be below the source, the longest first."""
    places = [place for place, part in enumerate(parts) if part in names]
    if not places:
        yield parts
    for place in places:
        yield parts[place:]
        yield parts[place + 1 :]
