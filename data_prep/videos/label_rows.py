"""A CSV of videos and their labels, as `filename,label`, with whatever other columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from data_prep.checks.complete import PreparationError
from data_prep.schema import FAKE, REAL

FILE_COLUMNS = ("filename", "video", "path")
"""The columns that can name the video; the first that is there does."""

LABEL_COLUMNS = ("label", "is_fake")

_LABELS = {"0": REAL, "1": FAKE, "real": REAL, "fake": FAKE}
_NAMED = 3


class LabelRow(NamedTuple):
    """One row.

    Attributes:
        line: as an editor counts, from 1.
        name: the video, as it stands there.
        label: real 0, fake 1.
    """

    line: int
    name: str
    label: int


def read_label_rows(path: Path) -> list[LabelRow]:
    """Read a CSV in which 1 is fake; columns but those of `FILE_COLUMNS` and label are passed over.

    Raises:
        PreparationError: it is not UTF-8 or not a CSV, lacks a column, lists no videos, or a label
            is none of 0, 1, real and fake; the text names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True)
        columns = [name.strip().lower() for name in reader.fieldnames or ()]
        reader.fieldnames = columns
        lines = [(reader.line_num, cells) for cells in reader]
    except UnicodeDecodeError as error:
        raise PreparationError(f"{path} is not UTF-8 text: save it as UTF-8 ({error})") from None
    except csv.Error as error:
        raise PreparationError(f"{path} is not a readable CSV: {error}") from None
    name_column = next((name for name in FILE_COLUMNS if name in columns), None)
    label_column = next((name for name in LABEL_COLUMNS if name in columns), None)
    if name_column is None or label_column is None:
        raise PreparationError(
            f"{path} lacks a column: its first line must name filename,label (1 is fake); it has: "
            f"{', '.join(columns) or 'nothing'}"
        )
    rows = []
    for line, cells in lines:
        label = _LABELS.get((cells[label_column] or "").strip().lower())
        if label is None:
            raise PreparationError(
                f"{path}, line {line}: the label {cells[label_column]!r} is none of 0 (real), 1 "
                "(fake), real and fake"
            )
        rows.append(LabelRow(line, (cells[name_column] or "").strip(), label))
    if not rows:
        raise PreparationError(f"{path} lists no videos: get it again")
    return rows


def refuse_contradictions(path: Path, contradictions: Sequence[str], convention: str) -> None:
    """Raise where a file says of videos what something else contradicts; three are shown.

    Args:
        path: the file.
        contradictions: a clause for each video, such as `line 2: a.mp4 is said to be ...`.
        convention: how its labels are read, such as `0 is real`.

    Raises:
        PreparationError: there is any.
    """
    if not contradictions:
        return
    lines = list(contradictions[:_NAMED])
    if len(contradictions) > _NAMED:
        lines.append(f"and {len(contradictions) - _NAMED} more")
    raise PreparationError(
        f"{path}: {len(contradictions)} labels are contradicted ({convention} there); mend them:\n"
        + "\n".join(f"  {line}" for line in lines)
    )
