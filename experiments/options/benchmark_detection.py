"""The options of experiments.benchmark_detection."""

from dataclasses import dataclass
from pathlib import Path

from tyro.conf import Positional


@dataclass(frozen=True)
class Config:
    """Measure what detect takes for a video: time and memory, beside decoding it."""

    video: Positional[Path]
    """The video."""
    ticket: Path
    """The ticket file."""
    detector: str = "dlib"
    """What finds faces, as for experiments.detect."""
    detect_every: int = 5
    """Of the video every n-th frame is looked at, as for experiments.detect."""
    maps: bool = False
    """Whether to make maps, which loads JAX."""
    turns: int = 3
    """How often each is measured, in turn."""

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            ValueError: one is less than 1.
        """
        for option in ("detect_every", "turns"):
            if getattr(self, option) < 1:
                raise ValueError(f"--{option}={getattr(self, option)} must be at least 1")
