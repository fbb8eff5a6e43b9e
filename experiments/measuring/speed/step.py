"""The masked training step of every model, beside PyTorch."""

from experiments.measuring.speed import ours, theirs, work
from experiments.measuring.speed.table import Table
from experiments.measuring.speed.versus import versus
from experiments.options.benchmark import Config


def measure(config: Config, until: float) -> Table:
    """Return the table; see `versus`."""
    about = (
        f"Forward, backward, SGD with momentum, masks before and after the update; batch "
        f"{config.batch_size}, float32, {config.sparsity:.0%} pruned: the arithmetic stays dense."
    )
    return versus(config, until, about, ours.training, theirs.training, work.step)
