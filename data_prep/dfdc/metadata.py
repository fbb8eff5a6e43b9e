"""The metadata of a part: the label, split and original of its videos."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from data_prep.checks.complete import PreparationError
from data_prep.media.video import video_stem
from data_prep.schema import FAKE, REAL
from data_prep.source.folder_names import SPLIT_FOLDERS
from data_prep.source.json_objects import without_repetition

METADATA_FILE = "metadata.json"
_LABELS: Mapping[str, int] = {"REAL": REAL, "FAKE": FAKE}
_HELP = '{"aaa.mp4": {"label": "FAKE", "split": "train", "original": "bbb.mp4"}, ...}'


class Described(NamedTuple):
    """What the metadata say of a video.

    Attributes:
        label: real 0, fake 1.
        split: `train`, `validation` or `test`.
        original: its name without suffix; the video's own where it is real.
    """

    label: int
    split: str
    original: str


def read_metadata(path: Path) -> dict[str, Described]:
    """Read the metadata of a part.

    Returns:
        The video's name without suffix -> what is said of it.

    Raises:
        PreparationError: it is not of the form above, names a video twice or one outside its
            folder, or a forgery has no original; the text names file and video.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=without_repetition)
    except (ValueError, RecursionError) as error:
        raise PreparationError(f"{path} is not a JSON file of the form {_HELP}: {error}") from None
    if not isinstance(content, dict):
        raise PreparationError(f"{path} is not a JSON object of the form {_HELP}")
    videos: dict[str, Described] = {}
    for name, entry in content.items():
        stem = _stem(name, path)
        if stem in videos:
            raise PreparationError(f"{path}: {name} is a second video of the name {stem}")
        videos[stem] = _described(name, entry, path)
    return videos


def _described(name: str, entry: Any, path: Path) -> Described:
    where = f"{path}: {name}"
    values = entry if isinstance(entry, dict) else {}
    label = _LABELS.get(str(values.get("label")))
    if label is None:
        raise PreparationError(f"{where} is not labelled REAL or FAKE: {entry!r}; form: {_HELP}")
    split = SPLIT_FOLDERS.get(str(values.get("split", "train")).lower())
    if split is None:
        raise PreparationError(
            f"{where} has the split {values['split']!r}, which is none of train, validation, test"
        )
    original = values.get("original")
    if label == REAL:
        if original not in (None, "", name):
            raise PreparationError(f"{where} is REAL and yet has the original {original!r}")
        return Described(label, split, _stem(name, path))
    if not isinstance(original, str) or not original:
        raise PreparationError(
            f"{where} is FAKE and names no original: which videos belong together cannot be told"
        )
    return Described(label, split, _stem(original, path))


def _stem(name: str, path: Path) -> str:
    """Return the name without suffix, if it is one of a file in the part's own folder."""
    stem = video_stem(name)
    if stem is None or set(name) & set("/\\\0") or not _has_bytes(name):
        raise PreparationError(
            f"{path}: {name!r} is no video in its folder: names are such as aaa.mp4"
        )
    return stem


def _has_bytes(name: str) -> bool:
    """Return whether a file could be called so: JSON can name halves of characters."""
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return False
    return True
