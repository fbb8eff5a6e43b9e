"""The records of a prepared set as they stand on the disk."""

from pathlib import Path
from typing import Any

import tensorflow_datasets as tfds

from data_prep.schema import SPLITS

ENCODED = {"image": tfds.decode.SkipDecoding(), "mask": tfds.decode.SkipDecoding()}


def by_key(version: Path) -> dict[str, dict[str, Any]]:
    """Key -> record, with its split; pictures stay encoded."""
    builder = tfds.builder_from_directory(version)
    return {
        record["key"].decode(): record | {"split": split}
        for split in SPLITS
        for record in builder.as_data_source(split, decoders=ENCODED)
    }


def records(version: Path, split: str) -> list[dict[str, Any]]:
    return [record for record in by_key(version).values() if record["split"] == split]
