"""What labels and paths of DeepfakeBench say: the class and the method."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from data_prep.schema import FAKE, LABELS, REAL, REAL_METHOD
from data_prep.source.folder_names import RELEASE_FOLDERS, read_folder_name

METHODS: Mapping[str, str] = {
    "FF-DF": "Deepfakes",
    "FF-F2F": "Face2Face",
    "FF-FS": "FaceSwap",
    "FF-NT": "NeuralTextures",
    "FF-FH": "FaceShifter",
    "FF-SH": "FaceShifter",
    "DFD_fake": "DeepFakeDetection",
    "CelebDFv1_fake": "Celeb-synthesis",
    "CelebDFv2_fake": "Celeb-synthesis",
    "DFDCP_FakeA": "method_A",
    "DFDCP_FakeB": "method_B",
    "DFDC_Fake": "DFDC",
    "DF_fake": "DeeperForensics",
    "UADFV_Fake": "UADFV",
    "roop_Fake": "roop",
    "FF-real": REAL_METHOD,
    "DFD_real": REAL_METHOD,
    "CelebDFv1_real": REAL_METHOD,
    "CelebDFv2_real": REAL_METHOD,
    "DFDCP_Real": REAL_METHOD,
    "DFDC_Real": REAL_METHOD,
    "DF_real": REAL_METHOD,
    "UADFV_Real": REAL_METHOD,
    "roop_Real": REAL_METHOD,
}
"""Label of the published configuration -> method."""

_ENDING = re.compile(r"(.+)[_-](real|fake)", re.IGNORECASE)
_CLASS = re.compile(r"(?:.*[_-])?(real|fake)")
_FOLDERS: Mapping[str, int] = {
    **RELEASE_FOLDERS,
    "original_videos": REAL,
    "source_videos": REAL,
    "manipulated_videos": FAKE,
    "method_a": FAKE,
    "method_b": FAKE,
}
_FORGERIES = "manipulated_sequences"
_DF40 = re.compile(r"DF40(_.*)?", re.IGNORECASE)


def method_of_label(label: str) -> str | None:
    """Return the method that a label names, `real` for originals, None where it is unknown.

    Beyond the table only an ending says which class is meant: `simswap_Fake`, `simswap_Real`.
    """
    if label in METHODS:
        return METHODS[label]
    ending = _ENDING.fullmatch(label)
    if ending is None:
        return None
    return REAL_METHOD if ending[2].lower() == LABELS[REAL] else ending[1]


def class_of_folders(folders: Sequence[str]) -> int | None:
    """Return the class that the folders of a path speak of; None where none does, or two differ."""
    classes = {label for folder in folders if (label := _class_of_folder(folder)) is not None}
    return classes.pop() if len(classes) == 1 else None


def method_of_folders(folders: Sequence[str]) -> str | None:
    """Return the method that the folders of a forgery name, None where none does."""
    for folder, below in pairwise(folders):
        if folder == _FORGERIES or (_DF40.fullmatch(folder) and _class_of_folder(below) is None):
            return below
    return None


def _class_of_folder(folder: str) -> int | None:
    name = folder.lower()
    label = _FOLDERS.get(name, read_folder_name(name).label)
    if label is not None:
        return label
    words = set(re.findall("real|fake", name))  # Fake_from_Celeb-real says nothing by itself
    if len(words) != 1 or not _CLASS.fullmatch(name):
        return None
    return LABELS.index(words.pop())
