"""The options of experiments.benchmark."""

from dataclasses import dataclass

OLDER = {"sizes": "image_sizes"}


@dataclass(frozen=True)
class Config:
    """Time the masked training step of each detector beside PyTorch's."""

    models: tuple[str, ...] = ("meso4", "mesoinception4", "cnn5", "resnet18", "xception")
    """Detectors."""
    image_sizes: tuple[int, ...] = (64, 128)
    """Sides of the pictures, in pixels."""
    batch_size: int = 32
    """Pictures in a step."""
    sparsity: float = 0.8
    """Pruned fraction of the prunable weights, in [0, 1); the arithmetic stays dense."""
    turns: int = 9
    """Timed steps of each contestant, taking turns."""
    torch: bool = True
    """Compare with PyTorch where it is installed."""
