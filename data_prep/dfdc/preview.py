"""The dataset.json of the preview: label, split and people of every video, by its path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from data_prep.checks.complete import PreparationError
from data_prep.dfdc.described import Described, contradiction, each_once, is_a_name, stem_of
from data_prep.schema import FAKE, REAL, REAL_METHOD
from data_prep.source.folder_names import SPLIT_FOLDERS
from data_prep.source.json_objects import read_object, shown
from data_prep.videos.label_rows import refuse_contradictions

PREVIEW_FILE = "dataset.json"
ORIGINALS = "original_videos"
"""The folder of the real videos; every other one is that of a method."""

_LABELS = {"real": REAL, "fake": FAKE}
_HELP = (
    '{"method_A/1/1_A/2_1_A_001.mp4": {"label": "fake", "set": "train", "target_id": "1", '
    '"swapped_id": "2"}, ...}'
)


def read_preview(path: Path) -> dict[str, Described]:
    """Read the videos of the preview.

    Returns:
        The video's path without suffix -> what is said of it. Which video was forged is not said.

    Raises:
        PreparationError: it is not of the form above, a path leaves its folder, or labels
            contradict the folders; three are shown.
    """
    described = []
    contradictions = []
    for name, entry in read_object(path, _HELP).items():
        folder, _, file = name.rpartition("/")
        top = folder.partition("/")[0]
        if not top or {"", ".", ".."} & set(folder.split("/")) or not is_a_name(folder):
            raise PreparationError(
                f"{path}: {shown(name)} is no video in a folder of originals or of a method"
            )
        video = _described(name, entry, path, top)
        described.append((f"{folder}/{stem_of(file, path)}", video))
        by_folder = REAL if top in (ORIGINALS, REAL_METHOD) else FAKE
        if video.label != by_folder:
            contradictions.append(
                contradiction(name, video.label, f"{top} holds videos that are", by_folder)
            )
    refuse_contradictions(path, contradictions, f"what is real lies in {ORIGINALS}")
    return each_once(described, path)


def _described(name: str, entry: Any, path: Path, method: str) -> Described:
    values = entry if isinstance(entry, dict) else {}
    label = _LABELS.get(str(values.get("label")).lower())
    split = SPLIT_FOLDERS.get(str(values.get("set")).lower())
    people = tuple(
        str(values[field]) for field in ("target_id", "swapped_id") if values.get(field) is not None
    )
    if label is None or split is None or values.get("target_id") is None:
        raise PreparationError(
            f"{path}: {name} lacks label (real or fake), set (train or test) or target_id: "
            f"{shown(entry)}; form: {_HELP}"
        )
    augmentations = values.get("augmentations")
    return Described(
        label,
        split,
        method=method,
        people=people,
        augmentations=tuple(map(str, augmentations)) if isinstance(augmentations, list) else (),
    )
