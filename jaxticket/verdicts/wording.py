"""The answer of a rule, and the words that it is given in."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jaxticket.statistics import Estimate
from jaxticket.text import interval_text

MET, NOT_MET = "met by the means", "not met by the means"
SHOWN, NOT_SHOWN, SHOWN_NOT_TO = "shown", "not shown", "shown not to"
UNDEFINED = "cannot be said"


@dataclass(frozen=True)
class Verdict:
    """The answer of one rule.

    Attributes:
        rule: its name.
        metric: what it was applied to.
        holds: True or False; None where it is not shown or cannot be said.
        words: `met by the means`, `not met by the means`, `shown`, `not shown`, `shown not to`
            or `cannot be said`.
        reason: a sentence with the numbers.
        seeds: trainings.
        groups: resampled groups.
    """

    rule: str
    metric: str
    holds: bool | None
    words: str
    reason: str
    seeds: int
    groups: int


def decide(p_for: float, p_against: float, tail: float) -> bool | None:
    """Return True or False where a one-sided p value shows it, and else None.

    Args:
        p_for: in [0, 1], against "it does not hold".
        p_against: in [0, 1], against "it holds".
        tail: the largest p value that shows something.
    """
    if p_for <= tail:
        return True
    return False if p_against <= tail else None


def in_words(holds: bool | None, parts: Sequence[Estimate]) -> str:
    """Return what is shown by these estimates; all need an interval for anything to be said."""
    if any(np.isnan(part.low) for part in parts):
        return UNDEFINED
    return {True: SHOWN, False: SHOWN_NOT_TO, None: NOT_SHOWN}[holds]


def with_ends(part: Estimate, *, sign: bool = True) -> str:
    """Return a value and the ends of its interval as text."""
    return interval_text(
        *part.ends, digits=4, sign=sign, missing="undefined", alone=" without an interval"
    )


def count_of(count: int, thing: str) -> str:
    """Return a number of things as text."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
