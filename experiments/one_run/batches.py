"""What is to be known of a run's batches before it trains: of one picture, or of one class."""

from collections.abc import Mapping, Sequence

from experiments.options.imp import Config
from jaxticket.runs.notes import DataNotes

RARE = 0.01


def batch_notes(config: Config, sets: Sequence[DataNotes]) -> list[str]:
    """Return sentences on batches of one picture, and on batches that lack a class.

    Args:
        config: the options.
        sets: of the run, with the numbers of their pictures.
    """
    if config.batch_size == 1:
        return [
            "batches of one picture: each has one class, and BatchNorm's statistics are those of "
            "that picture alone"
        ]
    if config.balance == "sampling":
        return []
    share = max((_of_one_class(data.pictures, config.batch_size) for data in sets), default=0.0)
    if share <= RARE:
        return []
    return [
        f"about {share:.0%} of the batches lack real or fake pictures; they are trained on as they "
        "are (--balance=sampling draws both in turn)"
    ]


def _of_one_class(pictures: Mapping[str, Mapping[str, int]], batch_size: int) -> float:
    """Return the share of batches with real, or with fake, pictures alone; drawn independently."""
    counts = pictures.get("train", {})
    whole = sum(counts.values())
    return sum((count / whole) ** batch_size for count in counts.values()) if whole else 0.0
