"""Figures as text, alike in reports and on terminals: intervals, Markdown tables, metric names."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from jaxticket import limits
from jaxticket.limits import SENTENCE

if TYPE_CHECKING:
    import numpy as np

METRIC_NAMES = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "average_precision": "average precision",
    "recall": "recall",
    "auc": "AUC",
    "eer": "EER",
    "tpr_at_1": "true positives at 1% false alarms",
    "tpr_at_5": "true positives at 5% false alarms",
    "calibration_error": "calibration error",
    "brier": "Brier score",
    "iou": "IoU",
    "pixel_auc": "pixel AUC",
    "energy_inside": "energy inside",
    "pointing_game": "pointing game",
    "rank_correlation": "rank correlation",
    "top_k_overlap": "top-k overlap",
    "jensen_shannon": "Jensen-Shannon distance",
    "distance": "Frobenius distance",
    "distance_of_unit_mass": "Frobenius distance at unit mass",
    "centre_shift": "shift of the centre of mass",
    "empty": "share of empty maps",
    "deletion": "deletion area",
    "insertion": "insertion area",
    "over_area": "mass over area",
}
"""What metrics, and quantities of attention maps (docs/attention.md), are called in reports."""


HIGHER, LOWER = "higher is better", "lower is better"
CLOSER = "nearer the dense network's maps: "
DIRECTIONS = {
    "accuracy": HIGHER,
    "balanced_accuracy": HIGHER,
    "average_precision": HIGHER,
    "recall": HIGHER,
    "auc": HIGHER,
    "eer": LOWER,
    "tpr_at_1": HIGHER,
    "tpr_at_5": HIGHER,
    "calibration_error": LOWER,
    "brier": LOWER,
    "error": LOWER,
    "loss": LOWER,
    "iou": HIGHER,
    "pixel_auc": HIGHER,
    "energy_inside": HIGHER,
    "pointing_game": HIGHER,
    "over_area": HIGHER,
    "empty": LOWER,
    "deletion": LOWER,
    "insertion": HIGHER,
    "rank_correlation": f"{CLOSER}higher",
    "top_k_overlap": f"{CLOSER}higher",
    "jensen_shannon": f"{CLOSER}lower",
    "distance": f"{CLOSER}lower",
    "distance_of_unit_mass": f"{CLOSER}lower",
    "centre_shift": f"{CLOSER}lower",
}
"""Which direction of a metric or quantity is good; every plot says it."""


def direction(metric: str) -> str:
    """Return which direction of a metric or quantity is good; empty where that is not known.

    Args:
        metric: its key, or its name in words.
    """
    keys = {name: key for key, name in METRIC_NAMES.items()}
    return DIRECTIONS.get(keys.get(metric, metric), "")


def direction_of_gain(metric: str, whose: str) -> str:
    """Return which direction of a difference of a metric is good for the first of the two.

    Args:
        metric: its key.
        whose: from which the other is subtracted, such as `the ticket`.
    """
    sides = {HIGHER: "above", LOWER: "below"}
    side = sides.get(direction(metric), "")
    return f"{side} 0: {whose} is better" if side else ""


def metric_name(metric: str) -> str:
    """Return the name of a metric or quantity in words; of one that is not listed, its key's."""
    return METRIC_NAMES.get(metric, metric.replace("_", " "))


def interval_text(
    value: float | None,
    low: float | None = None,
    high: float | None = None,
    *,
    digits: int = 3,
    sign: bool = False,
    missing: str = "-",
    alone: str = "",
) -> str:
    """Return a value with its interval, such as `0.912 [0.880, 0.944]`; zero has no minus sign.

    Args:
        value: None or NaN: the text is `missing`.
        low: lower end; None or NaN, here or in `high`: the value stands alone.
        high: upper end.
        digits: after the point.
        sign: whether to write plus signs, as of differences.
        missing: the text without a value.
        alone: appended to a value without an interval.
    """
    form = f"{'+' if sign else ''}z.{digits}f"
    if value is None or not isfinite(value):
        return missing
    if not is_interval((low, high)):
        return f"{value:{form}}{alone}"
    return f"{value:{form}} [{low:{form}}, {high:{form}}]"


def is_interval(ends: Sequence[float | None]) -> bool:
    """Return whether all ends are there and finite."""
    return all(end is not None and isfinite(end) for end in ends)


def printable(text: str) -> str:
    """Return a text of unknown origin on one line: what does not print is written as in Python."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


# Line ends and tabs apart: controls, what turns the direction of text, halves of characters.
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def nothing_hidden(text: str) -> str:
    """Return a text, or HTML, in which what is not seen but changes others is written as in Python.

    These are control characters, those that turn the direction of what follows, and halves of
    characters, which no file can hold.
    """
    return _HIDDEN.sub(lambda found: ascii(found[0])[1:-1], text)


def harmless(text: str, most: int | None = None) -> str:
    """Return a text of several lines as it may be shown on a terminal, whoever's names are in it.

    What does not print is written as in Python, line ends apart; a line that is longer than
    `jaxticket.limits.SENTENCE` is cut.

    Args:
        text: of any origin.
        most: characters in all; None for any number.
    """
    lines = (_cut(printable(_cut(line, SENTENCE)), SENTENCE) for line in text.split("\n"))
    whole = "\n".join(lines)
    return whole if most is None else _cut(whole, most)


def markdown(text: str) -> str:
    """Return a text as it may stand in a line or a cell of Markdown: no tag, picture or link."""
    line = _cut(printable(_cut(text, SENTENCE)), SENTENCE)
    return line.replace("<", "&lt;").replace("](", "]\\(").replace("|", "\\|")


_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[0-9]*\.?[0-9]+(e[+-]?[0-9]+)?")


def csv_cell(text: str) -> str:
    """Return a text as a cell of a CSV that no spreadsheet takes for a formula: behind a quote."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def from_csv_cell(cell: str) -> str:
    """Return the text of a cell that `csv_cell` made."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def csv_lines(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as the text of a CSV; each ends in a newline, and cells keep theirs of any kind.

    Python's writer before 3.13 quotes those line ends alone that end its own lines.
    """
    lines: list[str] = []
    for row in rows:
        line = io.StringIO(newline="")
        csv.writer(line, lineterminator="\r\n").writerow(row)
        lines.append(line.getvalue().removesuffix("\r\n") + "\n")
    return "".join(lines)


_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


def lines_of_csv(text: str) -> Iterator[str]:
    """Yield the lines of a CSV as Python's reader takes them, without another copy of the text.

    Not by `str.splitlines`: a cell may hold what it takes for the end of a line.

    Raises:
        ValueError: there are more cells than `jaxticket.limits.TABLE_CELLS`.
    """
    cells = sum(text.count(each) for each in ",\r\n")
    if cells > limits.TABLE_CELLS:
        raise ValueError(f"it has {cells:,} commas and line ends; at most "
                         f"{limits.TABLE_CELLS:,} are read")  # fmt: skip
    return (line[0] for line in _LINE.finditer(text))


def name_columns(columns: Mapping[str, Sequence[str]]) -> dict[str, np.ndarray]:
    """Return columns of names as arrays, str [N], whose entries are as long as the longest.

    Raises:
        ValueError: they would take more bytes than `jaxticket.limits.NAMES_BYTES`.
    """
    import numpy as np  # here: the help of a command needs text, and no arrays

    longest = {column: max(map(len, names), default=0) for column, names in columns.items()}
    size = sum(4 * longest[column] * len(names) for column, names in columns.items())
    if size > limits.NAMES_BYTES:
        column = max(longest, key=longest.__getitem__)
        raise ValueError(
            f"a {column} of {longest[column]:,} characters: so many for every one of "
            f"{len(columns[column]):,} would take more than {limits.NAMES_BYTES:,} bytes"
        )
    return {column: np.array(names, np.str_) for column, names in columns.items()}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}..."


def count_text(count: int, thing: str, things: str = "") -> str:
    """Return a number of things, such as `1 picture` and `2,000 pictures`.

    Args:
        count: how many there are.
        thing: what one is called, with what follows from it: `group stands in two splits`.
        things: the same of several; by default `thing` with an s.
    """
    return f"{count:,} {thing if count == 1 else things or f'{thing}s'}"


def sample_text(methods: Mapping[str, int]) -> str:
    """Return what a sample is made of, such as `256 real, 256 fake: 64 of each of 4 methods`.

    Args:
        methods: how many examples there are of each method, `real` among them.
    """
    fakes = {name: count for name, count in sorted(methods.items()) if name != "real"}
    text = f"{methods.get('real', 0):,} real, {sum(fakes.values()):,} fake"
    if len(fakes) < 2:
        return text
    if len(set(fakes.values())) == 1:
        return f"{text}: {next(iter(fakes.values())):,} of each of {len(fakes)} methods"
    return f"{text}: {', '.join(f'{count:,} {name}' for name, count in fakes.items())}"


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a Markdown table as its rows come, and an empty line after them.

    Cells are texts: see `markdown`.
    """
    yield f"| {' | '.join(map(markdown, heads))} |"
    yield f"|{'---|' * len(heads)}"
    for cells in rows:
        yield f"| {' | '.join(map(markdown, cells))} |"
    yield ""
