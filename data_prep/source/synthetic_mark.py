"""What marks a source as rendered by this project: its file `synthetic.json`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data_prep.source.json_objects import read_object

DESCRIPTION_FILE = "synthetic.json"


def read_description(root: Path) -> Mapping[str, Any] | None:
    """Read generator, version and seed from `synthetic.json` in `root`; None without the file.

    Raises:
        PreparationError: it has another form.
    """
    path = root / DESCRIPTION_FILE
    if not path.is_file():
        return None
    return read_object(path, '{"generator": ..., "version": ..., "seed": ...}')


def note_of(description: Mapping[str, Any]) -> str:
    """Return what the data card says of a rendered set."""
    generator, version, seed = (
        description.get(key, "unknown") for key in ("generator", "version", "seed")
    )
    return (
        f"synthetic: rendered by {generator}, version {version}, seed {seed}; it stands for no "
        "real data set"
    )
