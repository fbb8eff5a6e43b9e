"""Text and CSV files that others wrote, read in one way: with a sentence if they cannot be."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from data_prep.checks.complete import PreparationError


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, without a byte order mark.

    Raises:
        PreparationError: it is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise PreparationError(f"{path} is not UTF-8 text: save it as UTF-8 ({error})") from None


def read_csv(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str | None]]]]:
    """Return the names of the columns of a CSV, in small letters, and line and cells of each row.

    A line is counted as an editor does, from 1. A row may have fewer cells than there are columns;
    the list of those that it has beyond them stands under None.

    Raises:
        PreparationError: it is not UTF-8, or not a CSV.
    """
    try:
        reader = csv.DictReader(io.StringIO(read_text(path), newline=""), skipinitialspace=True)
        columns = [name.strip().lower() for name in reader.fieldnames or ()]
        reader.fieldnames = columns
        return columns, [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise PreparationError(f"{path} is not a readable CSV: {error}") from None
