"""The verdict of a rule, and the words that it is given in."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jaxticket.statistics import Estimate
from jaxticket.text import interval_text

MET, NOT_MET = "yes, on average", "no, on average"
AS_GOOD, BETTER, WORSE = "as good", "better", "worse"
WINNING, NOT_WINNING = "winning", "not winning"
REACHED, NOT_REACHED = "reached", "not reached"
LOSE_MORE, LOSE_LESS = "rare lose more", "rare lose less"
MORE_ALIKE, LESS_ALIKE = "more alike", "less alike"
NO_DIFFERENCE = "no significant difference"
INCONCLUSIVE = "inconclusive"
UNJUDGED = "cannot be judged"
NOT_YET = "not judged yet"

WORDS = {
    "non_inferior": (AS_GOOD, WORSE, INCONCLUSIVE),
    "winning": (WINNING, NOT_WINNING, INCONCLUSIVE),
    "superior": (BETTER, WORSE, NO_DIFFERENCE),
    "harm": (LOSE_MORE, LOSE_LESS, NO_DIFFERENCE),
    "alike": (MORE_ALIKE, LESS_ALIKE, NO_DIFFERENCE),
    "reaches": (REACHED, NOT_REACHED, INCONCLUSIVE),
}
"""Rules on intervals: the words for yes, no, and an interval that holds both answers."""

OLDER = {"not inferior": AS_GOOD, "met on average": MET, "not met on average": NOT_MET}
"""What older versions wrote, and what is said now."""

RULES_IN_SHORT = {
    "paper": "the mean of these trainings is at least dense's",
    "within_0.2": "that mean lies at most 0.2 points below dense's",
    "one_sd": "that mean lies at most one standard deviation of dense below dense's",
    "non_inferior": "for certain (95%), not more than the margin is lost",
    "winning": "as good as dense, and better than every control, for certain",
}
"""Rule -> where it says yes, in a line; docs/statistics.md has the long form."""


@dataclass(frozen=True)
class Verdict:
    """The answer of one rule.

    Attributes:
        rule: its name.
        metric: what it was applied to.
        holds: True or False; None where the evidence leaves both open or cannot be judged.
        words: those of `WORDS`, `MET`, `NOT_MET` or `UNJUDGED`.
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
    """Return True or False where a one-sided p value is small enough, and else None.

    Args:
        p_for: in [0, 1], against "it does not hold".
        p_against: in [0, 1], against "it holds".
        tail: the largest p value that is significant.
    """
    if p_for <= tail:
        return True
    return False if p_against <= tail else None


def in_words(rule: str, holds: bool | None, parts: Sequence[Estimate]) -> str:
    """Return the answer of a rule in words; without an interval of each part there is none."""
    if any(np.isnan(part.low) for part in parts):
        return UNJUDGED
    yes, no, both = WORDS[rule]
    return {True: yes, False: no, None: both}[holds]


def words_of_seeds(words: str, seeds: int | None) -> str:
    """Return the words of a verdict, also an older version's; those of one seed say so."""
    words = OLDER.get(words, words)
    general = seeds != 1 or words in (MET, NOT_MET, UNJUDGED)
    return words if general else f"{words} (this seed)"


def with_ends(part: Estimate, *, sign: bool = True) -> str:
    """Return a value and the ends of its interval as text."""
    return interval_text(
        *part.ends, digits=4, sign=sign, missing="undefined", alone=" without an interval"
    )


def side_of_zero(low: float, high: float) -> str:
    """Return on which side of 0 an interval of a gain lies: better, worse or no difference."""
    return BETTER if low > 0 else WORSE if high < 0 else NO_DIFFERENCE
