"""A ticket beside its dense network with all the steps of the search (the control `long_dense`).

A question of its own: no rule asks it before a ticket is called winning.
"""

from collections.abc import Sequence

from jaxticket.text import interval_text, is_interval
from jaxticket.verdicts.wording import BETTER, NO_DIFFERENCE, UNJUDGED, WORSE, side_of_zero

PHRASES = {
    BETTER: "is better than",
    WORSE: "is worse than",
    NO_DIFFERENCE: "has no significant difference from",
}
Ends = Sequence[float | None]
"""Value, lower and upper end of a difference; None or NaN where there is none."""


def words_of_ends(ends: Ends) -> str:
    """Return on which side of 0 an interval lies, in words."""
    _, low, high = ends
    if low is None or high is None or not is_interval((low, high)):
        return UNJUDGED
    return side_of_zero(low, high)


def same_compute(words: str, over: Ends, more: Ends) -> str:
    """Return what a ticket is beside the dense network that took as many steps as its search.

    Args:
        words: of (ticket - long dense): `BETTER`, `WORSE`, `NO_DIFFERENCE`, or any others.
        over: of (ticket - long dense), in units of the metric.
        more: of (long dense - dense).
    """
    spent = "the same compute spent on the dense network"
    phrase = f"{PHRASES[words]} {spent}" if words in PHRASES else f"beside {spent}: {words}"
    return f"{phrase} ({_text(over)}); {_converged(more)}"


def _converged(more: Ends) -> str:
    """Return whether the dense network, as it was trained, had come to its end."""
    sentences = {
        BETTER: "dense had not converged: these steps make it better",
        WORSE: "these steps make dense worse",
        NO_DIFFERENCE: "that dense had not converged is not shown: these steps change it by",
        UNJUDGED: "whether dense had converged cannot be judged:",
    }
    return f"{sentences[words_of_ends(more)]} {_text(more)}"


def _text(ends: Ends) -> str:
    return interval_text(*ends, sign=True, missing="undefined", alone=", no interval")
