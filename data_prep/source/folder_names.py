"""What the names of folders say: a class, a split, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data_prep.schema import FAKE, REAL

LABEL_FOLDERS: Mapping[str, int] = {
    "real": REAL,
    "reals": REAL,
    "original": REAL,
    "originals": REAL,
    "genuine": REAL,
    "authentic": REAL,
    "pristine": REAL,
    "fake": FAKE,
    "fakes": FAKE,
    "deepfake": FAKE,
    "deepfakes": FAKE,
    "forged": FAKE,
    "manipulated": FAKE,
    "synthetic": FAKE,
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


def is_class_or_split(name: str) -> bool:
    """Return whether a folder of this name stands for a class or a split, in any case."""
    return name.lower() in LABEL_FOLDERS or name.lower() in SPLIT_FOLDERS


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
    if name.lower() not in LABEL_FOLDERS:
        return False
    labels = {_label_below(folders[depth + 1 : depth + 3]) for folders in below}
    return {REAL, FAKE} <= labels


def _label_below(folders: Sequence[str]) -> int | None:
    """Return the label of `{class}/..` or `{split}/{class}`, None for any other folders."""
    names = [folder.lower() for folder in folders]
    if names and names[0] in SPLIT_FOLDERS:
        del names[0]
    return LABEL_FOLDERS.get(names[0]) if names else None
