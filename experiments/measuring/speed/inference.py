"""The forward pass of every model in evaluation, beside PyTorch."""

from experiments.measuring.speed import ours, theirs, work
from experiments.measuring.speed.table import Table
from experiments.measuring.speed.versus import versus
from experiments.options.benchmark import Config


def measure(config: Config, until: float) -> Table:
    """Return the table; see `versus`."""
    about = (
        f"Pictures (uint8) to logits as a run evaluates them, batch {config.batch_size}, float32; "
        "what engines make of a ticket is on [another page](efficiency.md)."
    )
    return versus(config, until, about, ours.inference, theirs.inference, work.inference)
