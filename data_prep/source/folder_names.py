"""What the names of folders say: a class, a split, or nothing."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from data_prep.schema import FAKE, REAL

LABEL_FOLDERS: Mapping[str, int] = {
    "real": REAL,
    "reals": REAL,
    "original": REAL,
    "originals": REAL,
    "genuine": REAL,
    "authentic": REAL,
    "pristine": REAL,
    "nature": REAL,
    "fake": FAKE,
    "fakes": FAKE,
    "deepfake": FAKE,
    "deepfakes": FAKE,
    "forged": FAKE,
    "manipulated": FAKE,
    "synthetic": FAKE,
    "altered": FAKE,
    "tampered": FAKE,
    "generated": FAKE,
    "ai": FAKE,
    "df": FAKE,
}
SPLIT_FOLDERS: Mapping[str, str] = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}
CELEB_DF_FOLDERS: Mapping[str, int] = {
    "celeb-real": REAL,
    "youtube-real": REAL,
    "celeb-synthesis": FAKE,
}
"""Of crops as well; the videos themselves are a release, which has a preparation of its own."""

RELEASE_FOLDERS: Mapping[str, int] = {"original_sequences": REAL, "manipulated_sequences": FAKE}
"""Of FaceForensics++ and what follows it."""

_SAYS_NOTHING = frozenset(
    ("image", "images", "img", "imgs", "face", "faces", "crop", "crops", "picture", "pictures",
     "frame", "frames", "video", "videos", "data", "dataset")
)  # fmt: skip


class FolderName(NamedTuple):
    """What the name of a folder says; None where it says nothing of it.

    Attributes:
        label: real 0, fake 1.
        split: `train`, `validation` or `test`.
    """

    label: int | None
    split: str | None


@functools.cache
def read_folder_name(name: str) -> FolderName:
    """Read `real`, `0_real`, `training_fake`, `real-faces` or `val`, in any case.

    A name of several words is read if it names one class, at most one split, and beside them a
    number in front and words such as `images` only: `real_vs_fake` and `real_2` say nothing.
    """
    name = name.lower()
    if name in CELEB_DF_FOLDERS:
        return FolderName(CELEB_DF_FOLDERS[name], None)
    if name in LABEL_FOLDERS or name in SPLIT_FOLDERS:
        return FolderName(LABEL_FOLDERS.get(name), SPLIT_FOLDERS.get(name))
    words = [word for word in re.split(r"[-_. ]+", re.sub(r"^\d[-_. ]+", "", name)) if word]
    classes = [word for word in words if word in LABEL_FOLDERS]
    splits = [word for word in words if word in SPLIT_FOLDERS]
    known = len(classes) + len(splits) + sum(word in _SAYS_NOTHING for word in words)
    if len(classes) != 1 or len(splits) > 1 or known < len(words):
        return FolderName(None, None)
    return FolderName(LABEL_FOLDERS[classes[0]], SPLIT_FOLDERS[splits[0]] if splits else None)


def is_class_or_split(name: str) -> bool:
    """Return whether a folder of this name stands for a class or a split, in any case."""
    return name.lower() not in CELEB_DF_FOLDERS and read_folder_name(name) != (None, None)


def wrapping_folders(paths: Sequence[str]) -> int:
    """Return how many single folders stand around the one that holds splits or classes.

    A single folder with the name of a class is looked through as well where both classes lie in it,
    as in `deepfake/train/{real,fake}`.

    Args:
        paths: of pictures, `/` between parts.
    """
    below = [path.split("/")[:-1] for path in paths]
    depth = 0
    while True:
        names = {folders[depth] for folders in below if len(folders) > depth}
        known = any(is_class_or_split(name) for name in names)
        if len(names) != 1 or (known and not _wraps_both_classes(names.pop(), below, depth)):
            return depth
        depth += 1


def _wraps_both_classes(name: str, below: Sequence[Sequence[str]], depth: int) -> bool:
    """Return whether `name`, the only folder at `depth`, is a class's and holds folders of both."""
    if read_folder_name(name).label is None:
        return False
    labels = {
        read_folder_name(folder).label for folders in below for folder in folders[depth + 1 :]
    }
    return {REAL, FAKE} <= labels
