"""What a ticket cost: its own training, and of every level that led to it what its mask took."""

from collections.abc import Sequence
from dataclasses import dataclass

from jaxticket.runs.levels import LevelRecord

TRAINING = ("data", "train", "evaluate")
"""Activities of a level that last as long as it is trained."""
DRAWING = ("prune",)
"""Those that end where it is drawn from."""


@dataclass(frozen=True)
class Spent:
    """What a ticket cost.

    Attributes:
        steps: of training.
        seconds: of training, of its validation and test, and of what was looked at to draw masks.
    """

    steps: int
    seconds: float


def spent(chain: Sequence[LevelRecord], first: int, *, drawn: bool) -> Spent:
    """Return what the last level of a chain cost, the search for it included.

    Args:
        chain: level 0, and every level up to the ticket's, each pruned from the one before.
        first: number of the step from which a level other than 0 goes on.
        drawn: whether masks were drawn from levels before their end: what came after is not
            counted.
    """
    steps, seconds = 0, 0.0
    for record in chain:
        start = first if record.level else 0
        end = record.last_step
        if drawn and record is not chain[-1] and record.drawn_at is not None:
            end = record.drawn_at
        share = (end - start) / (record.last_step - start)
        took = record.seconds_by_activity
        steps += end - start
        seconds += share * sum(took.get(name, 0.0) for name in TRAINING)
        if record is not chain[-1]:
            seconds += sum(took.get(name, 0.0) for name in DRAWING)
    return Spent(steps, seconds)
