"""Which number of a list is fake: as its words say, or else 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from data_prep.checks.excerpts import first_lines
from data_prep.schema import FAKE
from data_prep.source.folder_names import read_folder_name
from data_prep.source.list_files import Line, ManifestError
from data_prep.source.method_names import method_name

_NUMBERS = {"0": 0, "1": 1, "0.0": 0, "1.0": 1}


class ReadLabels(NamedTuple):
    """The labels of all lines.

    Attributes:
        labels: real 0, fake 1.
        sources: what gives each, such as `label 1`.
        methods: the texts of a column `method`, the list's, or those of labels such as `F2F`.
        fake_number: 1, or 0 where the list says so.
        numbers_only: whether some labels are numbers and no column says them in words.
    """

    labels: list[int]
    sources: list[str]
    methods: list[str]
    fake_number: int
    numbers_only: bool


def read_labels(lines: Sequence[Line]) -> ReadLabels:
    """Read the labels of the lists of one set.

    A word decides where there is one, in `label` or in the column beside it; numbers are then read
    as these words say, or else 1 as fake.

    Raises:
        ManifestError: a label is neither word nor number, a number stands beside both words, or
            two columns of numbers differ.
    """
    read = [(_read(line, "label"), _read(line, "text")) for line in lines]
    pairs = [(number, beside) for (number, _), (_, beside) in read if number is not None]
    agreeing = sum(number == beside for number, beside in pairs if beside is not None)
    worded = sum(beside is not None for _, beside in pairs)
    fake_number = 1 if 2 * agreeing >= worded else 0
    two_numbers = None not in {number for row in read for number, _ in row}
    labels, sources, contradicting = [], [], []
    for line, ((number, word), (second, beside)) in zip(lines, read, strict=True):
        label = int(number == fake_number) if word is None else word
        if two_numbers:
            beside = int(second == fake_number)
        labels.append(label)
        sources.append(f"label {line.cells['label']}")
        if beside not in (None, label):
            text = f"{line.text_column} {line.cells['text']}"
            contradicting.append(f"{line.where}: {line.cells['path']}: {sources[-1]}, {text}")
    if contradicting:
        raise ManifestError(
            f"in {len(contradicting)} lines label and {lines[0].text_column} contradict each "
            f"other ({fake_number} is fake in the other lines); mend them:\n"
            f"{first_lines(contradicting)}"
        )
    methods = _methods(lines)
    return ReadLabels(labels, sources, methods, fake_number, worded < len(pairs))


def _methods(lines: Sequence[Line]) -> list[str]:
    """Return what names the methods; `Deepfakes` as a label is one only beside others."""
    named = {label for line in lines if method_name(label := line.cells["label"])}
    if all(read_folder_name(label).label is not None for label in named):
        named = set()
    return [
        line.cells["method"] or (label if (label := line.cells["label"]) in named else "")
        for line in lines
    ]


def _read(line: Line, cell: str) -> tuple[int | None, int | None]:
    """Return a cell as (number, None) or (None, label); a text column may hold anything else."""
    text = line.cells.get(cell, "").lower()
    number, label = _NUMBERS.get(text), read_folder_name(text).label
    if cell == "label" and label is None and method_name(text):
        label = FAKE
    if cell == "label" and number is None and label is None:
        raise ManifestError(
            f"{line.where}: the label {line.cells[cell]!r} is unknown; use real or fake, or 0 and "
            "1 (1 is fake)"
        )
    return number, label
