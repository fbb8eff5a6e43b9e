"""Where the videos of a tree lie: in the official folders, or in one folder a method."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from data_prep.checks.complete import PreparationError
from data_prep.faceforensics.actors import ACTORS, METHOD
from data_prep.faceforensics.methods import OFFICIAL_METHODS
from data_prep.videos.frames import list_frames
from data_prep.videos.listing import find_videos, subfolders

ORIGINALS = "original_sequences"
FORGERIES = "manipulated_sequences"
YOUTUBE = "youtube"

_FLAT_ORIGINALS: dict[str, str] = {
    "original": YOUTUBE,
    "originals": YOUTUBE,
    "real": YOUTUBE,
    YOUTUBE: YOUTUBE,
    ACTORS: ACTORS,
    "dfd_original sequences": ACTORS,
    "dfd_original_sequences": ACTORS,
}
"""Folder, in small letters -> the official one of its videos."""

_FLAT_FORGERIES: dict[str, str] = {
    **{method.lower(): method for method in OFFICIAL_METHODS},
    "dfd_manipulated_sequences": METHOD,
}
_LEVELS = re.compile(r"(?<![a-z0-9])(raw|c0|c23|c40)(?![a-z0-9])")


@dataclass(frozen=True)
class Layout:
    """The folders of a tree.

    Attributes:
        originals: source, such as `youtube` -> its folder; `youtube` first.
        forgeries: method -> its folder.
        has_levels: whether there is a folder a compression level in these, and folders of masks;
            else the videos, or folders of their frames, lie right in them.
    """

    originals: Mapping[str, str]
    forgeries: Mapping[str, str]
    has_levels: bool = True


def find_layout(root: Path, ignored: Counter[str]) -> Layout:
    """Return the layout of the resolved folder `root`: the official one unless it is another.

    Args:
        root: the source folder.
        ignored: kind -> number of links to folders, counted up.
    """
    tops = subfolders(root, ".", Counter())
    if not {ORIGINALS, FORGERIES} & set(tops):
        flat = _flat_layout(root, tops)
        if flat is not None:
            return flat
    sources = subfolders(root, ORIGINALS, ignored)
    sources.sort(key=lambda source: (source != YOUTUBE, source))
    methods = subfolders(root, FORGERIES, ignored)
    return Layout(
        {source: f"{ORIGINALS}/{source}" for source in sources},
        {method: f"{FORGERIES}/{method}" for method in methods},
    )


def _flat_layout(root: Path, tops: list[str]) -> Layout | None:
    """Return the layout of `original/000.mp4`, `Deepfakes/000_003.mp4`, if it is this one."""
    originals = {
        _FLAT_ORIGINALS[top.lower()]: _innermost(root, top)
        for top in tops
        if top.lower() in _FLAT_ORIGINALS
    }
    if not originals or not any(top.lower() in _FLAT_FORGERIES for top in tops):
        return None
    _check_once(root, tops)
    forgeries = {
        _FLAT_FORGERIES.get(top.lower(), top): folder
        for top in tops
        for folder in [_innermost(root, top)]
        if top.lower() not in _FLAT_ORIGINALS and _holds_videos(root, folder)
    }
    ordered = sorted(originals.items(), key=lambda item: (item[0] != YOUTUBE, item))
    return Layout(dict(ordered), forgeries, has_levels=False)


def _check_once(root: Path, tops: list[str]) -> None:
    """Check that no two folders are of one source or method, as `original` and `real`."""
    meant: dict[str, str] = {}
    for top in tops:
        name = (_FLAT_ORIGINALS | _FLAT_FORGERIES).get(top.lower(), top)
        first = meant.setdefault(name, top)
        if first != top:
            raise PreparationError(
                f"{root}: the folders {first} and {top} both stand for {name}: leave one"
            )


def _innermost(root: Path, top: str) -> str:
    """Return the folder, or the one of the same name in it, as some archives unpack."""
    return f"{top}/{top}" if top in subfolders(root, top, Counter()) else top


def _holds_videos(root: Path, folder: str) -> bool:
    folders = subfolders(root, folder, Counter())
    return bool(find_videos(root, folder, Counter())) or any(
        list_frames(root / folder / name) for name in folders
    )


def check_level(root: Path, layout: Layout, level: str) -> list[str]:
    """Return a note of where the level of a tree without folders of levels is taken from.

    Raises:
        PreparationError: the tree's name says another level than `level`.
    """
    if layout.has_levels:
        return []
    named = {"raw" if name == "c0" else name for name in _LEVELS.findall(root.name.lower())}
    if named and named != {level}:
        raise PreparationError(
            f"the name of {root} says {', '.join(sorted(named))}, and its videos lie in no folder "
            f"of a level: {level} was asked for, ask for --compression={sorted(named)[0]}"
        )
    by = "the folder's name says" if named else "was asked for and nothing in the folder says"
    return [f"the videos lie in no folder of a compression level; {level} is what {by}"]


def hint(root: Path) -> str:
    """Return the end of an error that names folders in `root` that hold a tree; perhaps empty."""
    inner = [
        name
        for name in subfolders(root, ".", Counter())
        if (layout := find_layout(root / name, Counter())).originals and layout.forgeries
    ]
    return f"; --source={root / inner[0]} is such a tree" if inner else ""
