"""The options of experiments.coverage."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Config:
    """Count how often the intervals hold the truth."""

    worlds: tuple[str, ...] = (
        "typical",
        "uneven seeds",
        "nearly perfect",
        "heavy tails",
        "uneven classes",
    )
    """Names of simulated worlds."""
    metrics: tuple[str, ...] = ("accuracy", "auc")
    """Out of accuracy, balanced_accuracy, auc and eer."""
    seeds: tuple[int, ...] = (1, 3, 5)
    """Trainings."""
    groups: tuple[int, ...] = (10, 20, 40, 60)
    """Test videos, half of them fake."""
    frames: int = 20
    """Frames of a video."""
    repeats: int = 1000
    """Simulated studies a cell."""
    confidence: float = 0.95
    """Nominal coverage, in (0, 1)."""
    margins: bool = False
    """Whether to count false claims at the default margins of the metrics instead."""
    dense: tuple[float, ...] = (0.9, 0.96, 0.98, 0.99, 0.995)
    """True values of the dense network for which false claims are counted."""
    bounds: bool = False
    """Whether to count how often the bounds of experiments.calibrate hold, and the interval of its
    calibration error, instead."""
    validation_groups: tuple[int, ...] = (118, 200, 400, 800)
    """Validation videos of which the bounds are counted."""
    rates: tuple[float, ...] = (0.05, 0.1)
    """Bounds of false alarms and misses, in (0, 1)."""
    epochs: int = 1
    """Epochs of which a network is the best by its AUC on validation, where bounds are counted."""
    runs: tuple[Path, ...] = ()
    """Instead of a simulation, run folders: the bounds of their validation are read on their test
    groups, at every rate. Nothing is written."""
    random_seed: int = 0
    """Of the simulation."""
