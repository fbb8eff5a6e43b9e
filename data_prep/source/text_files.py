"""Text and CSV files that others wrote, read in one way: with a sentence if they cannot be."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

from data_prep import limits
from data_prep.checks.complete import PreparationError


def read_bytes(path: Path, most: int) -> bytes:
    """Return the content of a file.

    Raises:
        PreparationError: it has more than `most` bytes.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > most:
            raise PreparationError(f"{path} has {size:,} bytes; at most {most:,} are read of it")
        return file.read(size)


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, without a byte order mark; every line ends with a newline.

    Raises:
        PreparationError: it is not UTF-8, or larger than `data_prep.limits` has it.
        OSError: it cannot be read.
    """
    try:
        content = read_bytes(path, limits.TEXT_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PreparationError(f"{path} is not UTF-8 text: save it as UTF-8 ({error})") from None
    text = content.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > limits.TEXT_LINES:
        raise PreparationError(f"{path} has more than {limits.TEXT_LINES:,} lines, the most read")
    return text


def read_csv(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str | None]]]]:
    """Return the names of the columns of a CSV, in small letters, and line and cells of each row.

    A line is counted as an editor does, from 1. A row may have fewer cells than there are columns;
    the list of those that it has beyond them stands under None.

    Raises:
        PreparationError: it is not UTF-8, not a CSV, or larger than `data_prep.limits` has it.
    """
    text = read_text(path)
    _check_cells(path, text.count(","))
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True)
        columns = [name.strip().lower() for name in reader.fieldnames or ()]
        reader.fieldnames = columns
        rows = []
        for row in reader:
            rows.append((reader.line_num, row))
            _check_cells(path, len(rows) * len(columns))
        return columns, rows
    except csv.Error as error:
        raise PreparationError(f"{path} is not a readable CSV: {error}") from None


def _check_cells(path: Path, cells: int) -> None:
    if cells > limits.TABLE_CELLS:
        raise PreparationError(
            f"{path} has more than {limits.TABLE_CELLS:,} cells, the most that is read: leave out "
            "columns, or part it"
        )
