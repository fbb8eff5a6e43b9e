"""The options of experiments.verify."""

from dataclasses import dataclass
from pathlib import Path

from tyro.conf import Positional


@dataclass(frozen=True)
class Config:
    """Say of each part of a run, a prepared set or a ticket whether it is as it was written."""

    path: Positional[Path]
    """A run folder, a prepared set, a ticket file, or a folder of such."""
    json: bool = False
    """Say it as JSON."""
