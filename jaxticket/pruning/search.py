"""How much of a level is trained before the next level's mask is drawn from it.

    full                    all of it                          Frankle and Carbin 2019, 1803.03635
    short:F                 a fraction F of its steps
    early_bird:EPS:EPOCHS   until the mask that would be drawn
                            has settled                        You et al. 2020, 1909.11957

Only the drawing is short: a ticket is trained in full. A level that only leads to the next one ends
where its mask is drawn.

The published early-bird search prunes channels, once, by the scales of their normalisation, and
draws when the Hamming distances of the last five epochs' masks are below 0.1. Here weights are
pruned, level by level or in one jump; the distance is the share of the weights removed in this
round that the mask of the epoch before would have kept: of half of the weights removed it is the
published one, of fewer it asks for more. And two neighbouring epochs are enough: five would be most
of a level of seven.
"""

import math
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Search:
    """When masks are drawn.

    Attributes:
        kind: as above.
        fraction: F of `short:F`, in (0, 1); 1 for the others.
        threshold: EPS of `early_bird`, in (0, 1]: a distance below it is small.
        epochs: EPOCHS of `early_bird`: so many small distances in a row, and the mask has settled.
    """

    kind: Literal["full", "short", "early_bird"] = "full"
    fraction: float = 1.0
    threshold: float = 0.1
    epochs: int = 2

    def __str__(self) -> str:
        """Return the form that `parse_search` takes, with nothing left open."""
        words = {"short": f":{self.fraction!r}", "early_bird": f":{self.threshold!r}:{self.epochs}"}
        return self.kind + words.get(self.kind, "")

    @property
    def is_full(self) -> bool:
        """Whether masks are drawn at the end of a level."""
        return self.kind == "full"

    def step(self, first: int, least: int, steps: int) -> int | None:
        """Return the step of a level after which the next mask is drawn; None if it is not known.

        It is one of the schedule of a full training: no learning rate is another for its sake.

        Args:
            first: number of steps done where the level starts.
            least: before which it is not drawn: K of `step:K`.
            steps: of a full training.
        """
        if self.kind != "short":
            return None
        return max(round(self.fraction * steps), first + 1, least)

    def has_settled(self, distances: list[float]) -> bool:
        """Return whether the last distances between neighbouring epochs' masks are all small."""
        last = distances[-self.epochs :]
        return len(last) == self.epochs and all(d < self.threshold for d in last)


FULL = Search()


def parse_search(text: str) -> Search:
    """Read `full`, `short:F`, `early_bird`, `early_bird:EPS` or `early_bird:EPS:EPOCHS`.

    Raises:
        ValueError: anything else, or a number out of its range.
    """
    try:
        match text.split(":"):
            case ["full"]:
                return FULL
            case ["short", number] if 0 < _number(number) < 1:
                return Search("short", fraction=_number(number))
            case ["early_bird"]:
                return Search("early_bird")
            case ["early_bird", number] if 0 < _number(number) <= 1:
                return Search("early_bird", threshold=_number(number))
            case ["early_bird", number, epochs] if (
                0 < _number(number) <= 1 and epochs.isdecimal() and int(epochs) > 0
            ):
                return Search("early_bird", threshold=_number(number), epochs=int(epochs))
    except ValueError:  # no number
        pass
    raise ValueError(
        f"search is {text!r}; it must be full, short:F with F in (0, 1) (such as short:0.2), "
        "early_bird, early_bird:EPS with EPS in (0, 1], or early_bird:EPS:EPOCHS with EPOCHS of 1 "
        "or more (such as early_bird:0.1:2)"
    )


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value
