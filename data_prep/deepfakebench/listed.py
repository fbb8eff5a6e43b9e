"""A video of ready crops as an index or a tree lists it, and what lies beside it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from data_prep.faceforensics.level import LEVEL_FOLDERS
from data_prep.source.listing import ListedFile
from data_prep.videos.frames import list_frames
from data_prep.videos.landmarks import FRAMES
from data_prep.videos.listing import listed

MASKS = "masks"
DEFAULT_LEVEL = "c23"
_MASK_LEVEL = "c23"
LEVELS = frozenset(folder for folders in LEVEL_FOLDERS.values() for folder in folders)


class Listed(NamedTuple):
    """A video that is there.

    Attributes:
        video: unique in the set.
        name: the video's own, which tells its group.
        method: `real`, or that of the forgery.
        labels: what the indexes call its class.
        splits: those that it is listed in.
        level: the folder of its compression, empty where there is none.
        file: the folder of its crops.
        frames: which pictures of that folder are its crops; None for all.
        masks: the folder of its masks, None where there are none.
    """

    video: str
    name: str
    method: str
    labels: frozenset[str]
    splits: frozenset[str]
    level: str
    file: ListedFile
    frames: tuple[str, ...] | None
    masks: ListedFile | None


class Found(NamedTuple):
    """What index files, or a tree, give.

    Attributes:
        videos: that are there.
        files: that say which they are.
        notes: what was decided, and what is missing.
    """

    videos: list[Listed]
    files: tuple[ListedFile, ...]
    notes: tuple[str, ...]


def find_masks(root: Path, *folders: str | None) -> ListedFile | None:
    """Return the first of these folders, relative to `root`, that holds pictures."""
    for folder in filter(None, folders):
        path = root / folder
        if path.is_dir() and path.resolve() == path and list_frames(path):
            return listed(path, folder)
    return None


def masks_beside(frames: str) -> str | None:
    """Return where the masks of a folder of crops lie: under c23, whatever the crops' level."""
    parts = frames.split("/")
    if len(parts) < 2 or parts[-2] != FRAMES:
        return None
    above = [_MASK_LEVEL if part in LEVELS else part for part in parts[:-2]]
    return "/".join([*above, MASKS, parts[-1]])


def short_name(parts: tuple[str, ...]) -> str:
    """Return a video's name in the set from the parts of its folder below the data set's."""
    dropped = LEVELS | {FRAMES, "original_sequences", "manipulated_sequences"}
    return "/".join(part for part in parts if part not in dropped) or parts[-1]
