"""A CSV of videos and their labels, as `filename,label`, with whatever other columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from data_prep.checks.complete import PreparationError
from data_prep.checks.excerpts import first_lines
from data_prep.schema import FAKE, REAL
from data_prep.source.folder_names import SPLIT_FOLDERS
from data_prep.source.text_files import read_csv

FILE_COLUMNS = ("filename", "video", "path")
"""The columns that can name the video; the first that is there does."""

LABEL_COLUMNS = ("label", "is_fake")
SPLIT_COLUMNS = ("split", "set")
_COLUMNS = (*FILE_COLUMNS, *LABEL_COLUMNS, *SPLIT_COLUMNS)

_LABELS = {"0": REAL, "1": FAKE, "real": REAL, "fake": FAKE}


class LabelRow(NamedTuple):
    """One row.

    Attributes:
        line: as an editor counts, from 1.
        name: the video, as it stands there.
        label: real 0, fake 1.
        split: `train`, `validation` or `test`; empty where no column says it.
    """

    line: int
    name: str
    label: int
    split: str = ""


def read_label_rows(path: Path) -> list[LabelRow]:
    """Read a CSV in which 1 is fake; columns but those of name, label and split are passed over.

    Raises:
        PreparationError: it is not UTF-8 or not a CSV, lacks a column, lists no videos, a label is
            none of 0, 1, real and fake, two columns give a row two labels, or a split is unknown;
            the text names the line.
    """
    columns, lines = read_csv(path)
    if not set(columns) & set(FILE_COLUMNS) or not set(columns) & set(LABEL_COLUMNS):
        raise PreparationError(
            f"{path} lacks a column: its first line must name filename,label (1 is fake); it has: "
            f"{', '.join(columns) or 'nothing'}"
        )
    rows = [_row(f"{path}, line {line}", line, cells) for line, cells in lines]
    if not rows:
        raise PreparationError(f"{path} lists no videos: get it again")
    return rows


def _row(where: str, line: int, cells: Mapping[str, str | None]) -> LabelRow:
    text = {name: (cells[name] or "").strip() for name in _COLUMNS if name in cells}
    said = {name: _LABELS.get(text[name].lower()) for name in LABEL_COLUMNS if name in text}
    label = next(iter(said.values()))
    if label is None or len(set(said.values())) > 1:
        values = " and ".join(f"{name} {text[name]!r}" for name in said)
        raise PreparationError(f"{where}: {values} is not one of 0 (real), 1 (fake), real and fake")
    split = next((text[name] for name in SPLIT_COLUMNS if name in text), "")
    if split and split.lower() not in SPLIT_FOLDERS:
        raise PreparationError(
            f"{where}: the split {split!r} is none of train, validation and test"
        )
    name = next(text[name] for name in FILE_COLUMNS if name in text)
    return LabelRow(line, name, label, SPLIT_FOLDERS.get(split.lower(), ""))


def refuse_contradictions(path: Path, contradictions: Sequence[str], convention: str) -> None:
    """Raise where a file says of videos what something else contradicts; three are shown.

    Args:
        path: the file.
        contradictions: a clause for each video, such as `line 2: a.mp4 is said to be ...`.
        convention: how its labels are read, such as `0 is real`.

    Raises:
        PreparationError: there is any.
    """
    if contradictions:
        raise PreparationError(
            f"{path}: {len(contradictions)} labels are contradicted ({convention} there); mend "
            f"them:\n{first_lines(contradictions)}"
        )
