"""The options of experiments.calibrate."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from experiments.options.weights import Elsewhere


@dataclass(frozen=True)
class Source:
    """Whose logits they are."""

    run: Path | None = None
    """A run folder, made by experiments.imp or experiments.control. `ticket pack` takes the
    calibration of the level into the ticket, and the run's page shows it."""
    level: int | None = None
    """The level of the run. Without it the last."""
    ticket: Path | None = None
    """Instead of a run, a packed ticket: its network predicts the pictures itself, without JAX."""
    out: Path | None = None
    """The ticket with its calibration, NAME.safetensors; all else in it stays. With --init_from
    the ticket that is made of the weights."""


@dataclass(frozen=True)
class Config(Elsewhere, Source):
    """Say what a ticket's logits mean: a temperature and two thresholds, found on validation."""

    rate: float = 0.05
    """The most false alarms, and the most misses, that the thresholds may have: a share between 0
    and 1. The fewer, the more groups are needed and the more pictures remain open."""
    confidence: float = 0.95
    """How sure each of the two bounds is, between 0 and 1."""
    dataset: str | None = None
    """With --run, where the run's own pictures are now, as for experiments.imp: they are only
    measured, so that others that are unlike them can be told. With --ticket or --init_from,
    those to calibrate on, such as your own below validation/real and validation/fake. Without it:
    the own ones, where they were, or among the prepared sets."""
    data_dir: Path | None = None
    """Where prepared sets lie; as for experiments.imp."""
    detector: str = "dlib"
    """For ready crops that somebody else cut (JPEGs): what finds the faces in them, as for
    preparation, so that detect cuts a face that this finds as those were cut. Without the extra
    faces it is not known how they lie."""
    engine: Literal["auto", "sparse", "onnxruntime", "numpy"] = "auto"
    """Except with --run, what runs the network. auto takes the sparse runtime where at most half
    of the weights are left, else onnxruntime, whichever is installed, or the slow NumPy
    reference."""
    threads: int = 1
    """Except with --run, that the engine may use."""

    def __post_init__(self) -> None:
        """Check that the options go together.

        Raises:
            ValueError: not exactly one source is named, an option is of the other one, or a number
                is out of its range; says which.
        """
        self.check_source({"run": self.run, "ticket": self.ticket})
        source = "--run" if self.run else "--ticket" if self.ticket else "--init_from"
        if self.run is None and self.out is None:
            raise ValueError(f"{source} needs --out=NAME.safetensors, the file to write")
        if self.init_from is not None and self.dataset is None:
            raise ValueError("--init_from needs --dataset, the pictures to calibrate on")
        theirs = {"out": None, "engine": "auto", "threads": 1} if self.run else {"level": None}
        for option, default in theirs.items():
            if getattr(self, option) != default:
                raise ValueError(f"--{option} does not go with {source}: leave it out")
        for option in ("rate", "confidence"):
            if not 0 < getattr(self, option) < 1:
                raise ValueError(f"--{option}={getattr(self, option)} must lie between 0 and 1")
        if self.threads < 1:
            raise ValueError(f"--threads={self.threads} must be 1 or more")
