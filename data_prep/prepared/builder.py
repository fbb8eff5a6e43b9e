"""Opening a prepared set by TFDS, which would import whatever class its description names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data_prep.checks.complete import PreparationError
from data_prep.limits import JSON_BYTES
from data_prep.schema import FEATURES_FILE
from data_prep.source.text_files import read_bytes

_CLASS_KEYS = ("pythonClassName", "python_class_name")
_OWN = "tensorflow_datasets.core.features."
_WITHIN = ("type", "proto_cls", "jsonFeature", "json_feature")
"""Of older descriptions, which hold further ones."""


def open_builder(folder: Path) -> Any:
    """Return TFDS's builder of a version folder.

    Raises:
        PreparationError: its features are of classes that are not TFDS's.
    """
    import tensorflow_datasets as tfds

    path = folder / FEATURES_FILE
    try:
        named = list(_classes(json.loads(read_bytes(path, JSON_BYTES))))
    except (ValueError, RecursionError) as error:
        raise PreparationError(f"{path} is damaged ({error}): prepare the set anew") from None
    if others := sorted(name for name in named if not name.startswith(_OWN)):
        raise PreparationError(
            f"{path} names {others[0]!r}, and no class but TFDS's own is imported: prepare the set "
            "anew"
        )
    return tfds.builder_from_directory(folder)


def _classes(value: Any) -> Iterator[str]:
    """Yield the classes that a description names, and what might name further ones."""
    if isinstance(value, dict):
        for key, entry in value.items():
            if key in _CLASS_KEYS:
                yield str(entry)
            elif key in _WITHIN:
                yield key
            else:
                yield from _classes(entry)
