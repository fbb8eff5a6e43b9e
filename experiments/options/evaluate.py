"""The options of experiments.evaluate."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Config:
    """The kept levels of a finished run on other or on corrupted pictures; nothing is trained."""

    run: Path
    """The run folder, made by experiments.imp or experiments.control."""
    levels: tuple[int, ...] | None = None
    """Levels to evaluate, such as 0,5; none or all for those that were kept."""
    dataset: str | None = None
    """The pictures, as for experiments.imp. Without it
    the run's own: where they were, among the prepared sets, or rendered anew."""
    split: Literal["train", "validation", "test"] = "test"
    """The split of the pictures."""
    corruptions: tuple[str, ...] = ()
    """Corruptions at levels 1 to 5, with commas between: jpeg:3,blur:all; all; none. The kinds are
    jpeg, blur, noise, scaling, h264, or your own, package.module:name:3. The pictures as they are
    come always first."""
    data_dir: Path | None = None
    """Where prepared sets lie; as for experiments.imp."""
