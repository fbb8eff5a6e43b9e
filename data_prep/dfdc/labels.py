"""The labels.csv of a test or validation set: `filename,label`, in which 1 is fake."""

from __future__ import annotations

from pathlib import Path

from data_prep.dfdc.described import Described, each_once, stem_of
from data_prep.schema import REAL
from data_prep.videos.label_rows import read_label_rows

LABELS_FILES = ("labels.csv", "label.csv")
"""What it is called, the official name first."""


def read_labels(path: Path, split: str = "test") -> dict[str, Described]:
    """Read the labels of a folder.

    Args:
        path: the file.
        split: of its videos.

    Returns:
        The video's name without suffix -> what is said of it.

    Raises:
        PreparationError: it is no such CSV, or names a video twice or one outside its folder.
    """
    return each_once(
        (
            (stem, Described(row.label, split, stem if row.label == REAL else None))
            for row in read_label_rows(path)
            for stem in [stem_of(row.name, path)]
        ),
        path,
    )
