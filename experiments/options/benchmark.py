"""The options of experiments.benchmark."""

from dataclasses import dataclass, field
from pathlib import Path

OLDER = {"sizes": "image_sizes"}


@dataclass(frozen=True)
class Config:
    """Measure what a search costs on this machine, beside PyTorch where it is installed."""

    sections: tuple[str, ...] | None = None
    """What to measure, in this order: step, inference, dispatch, tickets, select, input, imp,
    compile, memory, workers, growth, projection; without it all, as far as the minutes go."""
    minutes: float = 8.0
    """Time for all of it: sections share it, and what it is too short for is named."""
    out: Path = field(default_factory=lambda: Path("benchmark"))
    """Folder for benchmark.json, benchmark.md and growth.png; those of an earlier one are
    replaced."""
    models: tuple[str, ...] = ("cnn5", "resnet18", "meso4", "mesoinception4", "xception")
    """Detectors, the most important first."""
    image_sizes: tuple[int, ...] = (64, 128)
    """Sides of the pictures, in pixels; sections that take one size take the first."""
    batch_size: int = 32
    """Pictures in a step."""
    sparsity: float = 0.8
    """Pruned fraction of the prunable weights, in [0, 1); the arithmetic stays dense."""
    turns: int = 9
    """Timed turns of each contestant at most; 3 or more, for a spread."""
    torch: bool = True
    """Compare with PyTorch where it is installed."""
    compiled: tuple[str, ...] = ("cnn5", "resnet18")
    """On a GPU: models that PyTorch runs through torch.compile too, at the first size; it takes
    about a minute each."""
    chip_step_ms: float | None = None
    """For the projection: milliseconds of a training step of ResNet-18 at the first size, measured
    on the chip in question; without it the step is measured here."""
