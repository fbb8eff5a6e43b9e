"""The options of experiments.connectivity."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Config:
    """How far apart two trainings of the same ticket end, with the ticket's own budget and point.

    The ticket itself is one of the two.
    """

    run: Path
    """The run folder of the tickets, made by experiments.imp with --rewind=init or step:K."""
    levels: tuple[int, ...] | None = None
    """Levels of that run; all are those that it kept."""
    points: int = 11
    """Places on the line between two trainings, both ends among them: 3 or more."""
    pairs: int = 1
    """Twins of each level, every one paired with the ticket; more show the spread over data
    orders. A folder may go on with more of them."""
    batches: int = 50
    """Training batches on which batch statistics are estimated at every place."""
    dataset: str | None = None
    """The run's data; as for experiments.imp. Without it
    the run's own: where they were, among the prepared sets, or rendered anew."""
    data_dir: Path | None = None
    """Where prepared sets lie; as for experiments.imp."""
    run_dir: Path | None = None
    """The run folder. Default: runs/connectivity_MODEL_DATASET_HASH."""
