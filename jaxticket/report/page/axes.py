"""Axes of a plot: their limits, their ticks, and where a value lies."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAST_DENSITY = 1e-6
LEAST_REACH = 0.1
"""At least so far beyond the values their intervals are shown, in units of the values."""


@dataclass(frozen=True)
class Axis:
    """A linear axis.

    Attributes:
        label: what and in which unit.
        low: value at its beginning.
        high: value at its end, above `low`.
        ticks: value and text, in order.
    """

    label: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]

    def share(self, value: float) -> float:
        """Return where a value lies: 0 at the beginning or below, 1 at the end or above."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def even_in_rounds(sparsity: float) -> float:
    """Return -log(density): on this scale all rounds of one fraction are equally long."""
    return -math.log(max(1 - sparsity, LEAST_DENSITY))


def sparsity_axis(sparsities: Iterable[float]) -> Axis:
    """Return the axis of sparsity, even in rounds, with ticks at levels as far as there is room."""
    values = sorted({round(value, 4) for value in sparsities}) or [0.0]
    places = [even_in_rounds(value) for value in values]
    low, high = places[0], places[-1]
    edge = max((high - low) * 0.04, 0.02)
    low, high = low - edge, high + edge
    room, ticks = (high - low) / 13, []
    # The last one first: the deepest level is what one looks for.
    for value, place in sorted(
        zip(values, places, strict=True), key=lambda both: both[1] != places[-1]
    ):
        if all(abs(place - other) >= room for other, _ in ticks):
            ticks.append((place, f"{100 * value:.1f}".removesuffix(".0")))
    return Axis("sparsity (% of the prunable weights)", low, high, sorted(ticks))


def value_axis(
    label: str,
    values: Iterable[float],
    *,
    limits: tuple[float, float] = (-math.inf, math.inf),
    least: float = 0.0,
    percent: bool = False,
) -> Axis:
    """Return an axis that holds all values, with some room and round ticks.

    Args:
        label: what and in which unit.
        values: those to be shown; others than finite ones are left out.
        limits: no value can lie beyond, and no room is left there.
        least: the shortest span.
        percent: ticks are shares, shown in percent.
    """
    finite = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(finite), max(finite)
    spare = max(least - (high - low), 0.0) / 2 + 0.06 * max(high - low, least, 1e-9)
    low, high = max(low - spare, limits[0]), min(high + spare, limits[1])
    if high - low < least:  # a limit took room away: give it on the other side
        low, high = (high - least, high) if high >= limits[1] else (low, low + least)
    if high <= low:
        low, high = low - 0.5, low + 0.5
    step = _round_step((high - low) / 5)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    scale = 100 if percent else 1
    digits = next(n for n in range(12) if abs(round(step * scale, n) - step * scale) < 1e-9 * scale)
    ticks = [
        (number * step, f"{scale * number * step + 0.0:.{digits}f}")
        for number in range(first, last + 1)
    ]
    return Axis(label, low, high, ticks)


def count_axis(label: str, highest: float) -> Axis:
    """Return an axis of counts from 0."""
    axis = value_axis(label, [0.0, highest], limits=(0.0, math.inf), least=1.0)
    return Axis(label, 0.0, max(highest, 1.0), [t for t in axis.ticks if t[0] <= highest])


def log_axis(label: str, values: Iterable[float]) -> Axis:
    """Return an axis of the common logarithms of values above 0, with ticks at 1, 2 and 5."""
    found = [math.log10(value) for value in values]
    low, high = min(found), max(found)
    room = max(0.06 * (high - low), 0.05)
    low, high = low - room, high + room
    few = (1,) if high - low > 3 else (1, 3) if high - low > 1.6 else (1, 2, 5)
    few = (1, 1.5, 2, 3, 4, 5, 6, 8) if high - low < 0.6 else few
    places = [
        (math.log10(n * 10.0**power), f"{n * 10.0**power:g}")
        for power in range(math.floor(low), math.ceil(high) + 1)
        for n in few
    ]
    ticks = [(place, text) for place, text in places if low <= place <= high]
    return Axis(label, low, high, ticks)


def limits_of_intervals(
    values: Iterable[float], lows: Iterable[float], highs: Iterable[float]
) -> tuple[float, float, bool]:
    """Return limits that one wide interval cannot stretch, and whether an interval is cut there.

    All values are inside; ends of intervals are as far beyond them as the values span, or
    `LEAST_REACH`. What is not finite is left out; without any value the limits are 0 and 1.
    """
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return 0.0, 1.0, False
    ends = [*finite, *(end for end in (*lows, *highs) if math.isfinite(end))]
    reach = max(max(finite) - min(finite), LEAST_REACH)
    low, high = max(min(ends), min(finite) - reach), min(max(ends), max(finite) + reach)
    return low, high, min(ends) < low or max(ends) > high


def _round_step(wanted: float) -> float:
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= wanted - 1e-12)
