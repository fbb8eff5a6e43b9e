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
    finite = [value for value in values if isfinite(value)]
    if not finite:
        return 0.0, 1.0, False
    ends = [end for end in (*lows, *highs) if isfinite(end)]
    spare = max(max(finite) - min(finite), LEAST)
    least, most = min([*finite, *ends]), max([*finite, *ends])
    low, high = max(least, min(finite) - spare), min(most, max(finite) + spare)
    return low, high, least < low or most > high
