"""The options of experiments.control."""

from dataclasses import dataclass
from pathlib import Path

OLDER = {"ticket": "run"}


@dataclass(frozen=True)
class Config:
    """A ticket's control, or the ticket on other data, with the ticket's own budget and seed."""

    run: Path
    """The run folder of the ticket, made by experiments.imp."""
    level: int
    """The ticket's level in that run."""
    control: str = "random_global"
    """What is trained: random_global or random_layers (random masks with as many weights in the
    whole network or in every layer), shuffle (mask and weights of each layer moved to random
    places), reinit (the same mask, other random weights), small_dense (an unpruned network of
    fewer channels, with as many parameters as the ticket has left), long_dense (the dense network
    for as many steps as all the trainings took that led to the ticket), the ticket itself, or your
    own, package.module:name."""
    dataset: str | None = None
    """The ticket's data, or others, on which it is to be trained; as for experiments.imp.
    Without it the ticket's own: where they were, among the prepared sets, or rendered anew."""
    data_dir: Path | None = None
    """Where prepared sets lie; as for experiments.imp."""
    run_dir: Path | None = None
    """The run folder. Default: CONTROL_MODEL_DATASET_HASH beside the ticket's run, where its page
    finds it."""
