"""The metadata.json of a part: labels, splits and originals, or the labels of a test set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data_prep.checks.complete import PreparationError
from data_prep.dfdc.described import Described, each_once, stem_of
from data_prep.schema import FAKE, REAL
from data_prep.source.folder_names import SPLIT_FOLDERS
from data_prep.source.json_objects import read_object, shown

METADATA_FILE = "metadata.json"
_LABELS: Mapping[str, Mapping[str, int]] = {
    "label": {"REAL": REAL, "FAKE": FAKE},
    "is_fake": {"0": REAL, "1": FAKE, "False": REAL, "True": FAKE},
}
"""Field -> what it holds -> label."""

_HELP = (
    '{"aaa.mp4": {"label": "FAKE", "split": "train", "original": "bbb.mp4"}, ...}, or of a test '
    'set {"aaa.mp4": {"is_fake": 1}, ...}'
)


def read_metadata(path: Path, split: str = "test") -> dict[str, Described]:
    """Read the metadata of a part.

    Args:
        path: the file.
        split: of the videos of a test set (`is_fake`), which say none.

    Returns:
        The video's name without suffix -> what is said of it.

    Raises:
        PreparationError: it is not of either form, names a video twice or one outside its folder,
            or a forgery has no original where forgeries have one; the text names file and video.
    """
    return each_once(
        (
            (stem_of(name, path), _described(name, entry, path, split))
            for name, entry in read_object(path, _HELP).items()
        ),
        path,
    )


def _described(name: str, entry: Any, path: Path, split: str) -> Described:
    where = f"{path}: {name}"
    values = entry if isinstance(entry, dict) else {}
    labels = {table.get(str(values[field])) for field, table in _LABELS.items() if field in values}
    if None in labels or not labels:
        raise PreparationError(
            f"{where} is not labelled REAL or FAKE: {shown(entry)}; form: {_HELP}"
        )
    if len(labels) > 1:
        raise PreparationError(
            f"{where} is labelled {values['label']}, and yet is_fake is {shown(values['is_fake'])}"
        )
    label = REAL if REAL in labels else FAKE
    place = str(values.get("split", "train" if "label" in values else split))
    if place.lower() not in SPLIT_FOLDERS:
        raise PreparationError(
            f"{where} has the split {shown(place)}, which is none of train, validation, test"
        )
    original = values.get("original")
    if label == REAL:
        if original not in (None, "", name):
            raise PreparationError(f"{where} is REAL and yet has the original {shown(original)}")
        original = name
    elif "is_fake" not in values and (not isinstance(original, str) or not original):
        raise PreparationError(
            f"{where} is FAKE and names no original: which videos belong together cannot be told"
        )
    augmentations = values.get("augmentations")
    return Described(
        label,
        SPLIT_FOLDERS[place.lower()],
        stem_of(original, path) if isinstance(original, str) and original else None,
        augmentations=tuple(augmentations) if isinstance(augmentations, dict) else (),
    )
