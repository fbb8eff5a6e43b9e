"""The options of experiments.calibrate."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Config:
    """Say what a ticket's logits mean: a temperature and two thresholds, found on validation."""

    run: Path
    """The run folder, made by experiments.imp or experiments.control. `ticket pack` takes the
    calibration of the level into the ticket, and the run's page shows it."""
    level: int | None = None
    """The level. Without it the run's last."""
    rate: float = 0.05
    """The most false alarms, and the most misses, that the thresholds may have: a share between 0
    and 1. The fewer, the more groups are needed and the more pictures remain open."""
    confidence: float = 0.95
    """How sure each of the two bounds is, between 0 and 1."""
    dataset: str | None = None
    """Where the run's own pictures are now, as for experiments.imp; they are only measured, so that
    others that are unlike them can be told. Without it: where they were, or among the prepared
    sets."""
    data_dir: Path | None = None
    """Where prepared sets lie; as for experiments.imp."""

    def __post_init__(self) -> None:
        """Check the shares.

        Raises:
            ValueError: one is not between 0 and 1.
        """
        for option in ("rate", "confidence"):
            if not 0 < getattr(self, option) < 1:
                raise ValueError(f"--{option}={getattr(self, option)} must lie between 0 and 1")
