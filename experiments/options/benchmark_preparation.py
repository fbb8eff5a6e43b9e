"""The options of experiments.benchmark_preparation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    """Time the stages of the preparation."""

    turns: int = 5
    """How often every stage is timed."""
    length: int = 300
    """Frames in a video."""
    frames: int = 32
    """Frames taken of it, evenly spaced."""
    pictures: int = 12
    """Group pictures."""
    crf: int = 23
    """Constant rate factor of the videos."""
