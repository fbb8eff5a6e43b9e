"""How far a plot of estimates reaches: a wide interval must not flatten all the others."""

from collections.abc import Iterable
from math import isfinite

LEAST = 0.1
"""At least so far beyond the values intervals are shown, in units of the values."""


def frame(
    values: Iterable[float], lows: Iterable[float], highs: Iterable[float]
) -> tuple[float, float, bool]:
    """Return where a plot's values end, and whether an interval is cut there.

    All values are inside; ends of intervals are as far beyond them as the values span, or `LEAST`.
    What is not finite is left out.

    Args:
        values: the estimates.
        lows: lower ends.
        highs: upper ends.

    Returns:
        Lowest and highest to be shown, and whether some end lies beyond them; 0 and 1 without any
        value.
    """
    found = [value for value in values if isfinite(value)]
    if not found:
        return 0.0, 1.0, False
    ends = [end for end in (*lows, *highs) if isfinite(end)]
    spare = max(max(found) - min(found), LEAST)
    least, most = min([*found, *ends]), max([*found, *ends])
    low, high = max(least, min(found) - spare), min(most, max(found) + spare)
    return low, high, least < low or most > high
