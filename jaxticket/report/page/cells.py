"""What stands in the cells of a table: shown short on the page, whole in the CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple, TypeGuard

from jaxticket.text import interval_text
from jaxticket.verdicts.wording import words_of_seeds

MISSING = "\N{EN DASH}"


class Ends(NamedTuple):
    """A value with the ends of its interval; None, or NaN, where there is none.

    Attributes:
        value: the value, None where it is not defined.
        low: the lower end.
        high: the upper end.
        sign: whether the value is a difference, shown with its sign.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    sign: bool = False


class Share(float):
    """A share in [0, 1], shown in percent."""


class Count(int):
    """An integer whose thousands are parted; other integers are names, such as a level's."""


@dataclass(frozen=True)
class Answer:
    """The words of a verdict.

    Attributes:
        words: such as `inconclusive`.
        holds: True, False, or None where it is not known.
    """

    words: str
    holds: bool | None


def answer(verdict: Mapping[str, Any]) -> Answer:
    """Return a study's verdict, as JSON keeps it, for a cell."""
    return Answer(words_of_seeds(verdict["words"], verdict.get("seeds")), verdict["holds"])


@dataclass(frozen=True)
class Link:
    """Text that leads to another page.

    Attributes:
        text: what is shown.
        to: a relative URL, quoted.
    """

    text: str
    to: str


@dataclass(frozen=True)
class Heat:
    """A cell behind which a colour says how large its value is.

    Attributes:
        content: what is shown.
        strength: of the colour, in [0, 1].
    """

    content: "str | int | float | Ends | None"
    strength: float


def ends_of(value: float | None, ends: Sequence[float | None] | None = None) -> Ends:
    """Return a value with its interval, as evaluations keep it."""
    low, high = ends if ends is not None else (None, None)
    return Ends(value, low, high)


def ends_of_estimate(estimate: Any, *, sign: bool = False) -> Ends:
    """Return an estimate as JSON keeps it: an object with value, low and high."""
    return Ends(estimate.get("value"), estimate.get("low"), estimate.get("high"), sign)


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def show(cell: Any) -> str:
    """Return the text of a cell."""
    match cell:
        case Heat(content=content):
            return show(content)
        case Answer(words=words) | Link(text=words):
            return words
        case Ends(value=value, low=low, high=high, sign=sign):
            digits = 4 if sign else 3
            return interval_text(value, low, high, digits=digits, sign=sign, missing=MISSING)
        case Share():
            return f"{100 * cell:.1f}%" if is_number(cell) else MISSING
        case Count():
            return f"{int(cell):,}"
        case float():
            return interval_text(cell, missing=MISSING)
        case None:
            return MISSING
        case _:
            return str(cell)


def plain(cell: Any) -> list[str | int | float | None]:
    """Return the columns of a cell in a CSV: three of an interval, one of all others."""
    match cell:
        case Heat(content=content):
            return plain(content)
        case Answer(words=words):
            return [words]
        case Link(text=text):
            return [harmless(text)]
        case Ends(value=value, low=low, high=high):
            return [value, low, high]
        case str():
            return [harmless(cell)]
        case _:
            return [cell]


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
