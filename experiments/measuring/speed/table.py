"""What a section measured, for JSON and for a page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from jaxticket.text import markdown_table

Spread = tuple[float, float, float]
"""A median and its quartiles: middle, low, high."""
Value = str | int | float | Spread | None


@dataclass
class Table:
    """Rows of figures.

    Attributes:
        about: what is measured and in what unit, a sentence or two.
        heads: the columns that are shown, key -> head.
        rows: of values by key; keys without a column are written to the JSON alone.
        notes: what was left out, and what the figures do not show; a sentence each.
    """

    about: str
    heads: Mapping[str, str]
    rows: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def spread(values: Sequence[float] | np.ndarray) -> Spread:
    """Return the median and the quartiles of some values."""
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    return float(middle), float(low), float(high)


def lines(table: Table) -> Iterator[str]:
    """Yield the lines of a section's Markdown."""
    yield table.about
    yield ""
    if table.rows:
        cells = ([value_text(row.get(key)) for key in table.heads] for row in table.rows)
        yield from markdown_table(list(table.heads.values()), cells)
    for note in table.notes:
        yield note
        yield ""


def name_left_out(table: Table, things: Sequence[object]) -> None:
    """Note what there was no time for, if anything."""
    if things:
        table.notes.append(f"Left out for lack of time: {', '.join(map(str, things))}.")


def value_text(value: Value) -> str:
    """Return a value with three digits that count; of a spread, `middle [low, high]`."""
    match value:
        case None:
            return "-"
        case str():
            return value
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.{_digits(value)}f}"
        case middle, low, high:
            form = f",.{_digits(middle)}f"
            return f"{middle:{form}} [{low:{form}}, {high:{form}}]"


def _digits(value: float) -> int:
    """Return how many digits after the point a figure has."""
    return 0 if value == 0 else int(np.clip(2 - np.floor(np.log10(abs(value))), 0, 4))
