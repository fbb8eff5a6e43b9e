"""Writing files so that a reader finds the old one or the new one, never a half."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from jaxticket.runs.damage import Damaged
from jaxticket.text import csv_cell
from jaxticket.writing import write_whole

T = TypeVar("T")


def write_text(path: Path, text: str) -> None:
    """Replace a file's content atomically and durably.

    Raises:
        OSError: the disk is full, or the folder cannot be written; the old content stays.
    """
    write_whole(path, text.encode())


def write_json(path: Path, value: Any) -> None:
    """Write JSON atomically; NaN becomes null."""
    write_text(path, json.dumps(plain(value), indent=2, allow_nan=False) + "\n")


def write_csv(path: Path, rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> None:
    """Write rows as CSV atomically, with exactly these columns in this order; NaN is left empty."""
    write_text(path, csv_text(rows, columns))


def csv_text(rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> str:
    """Return rows as the text of a CSV, as `write_csv` writes it.

    Texts that a spreadsheet would take for formulas stand behind a quote, see `csv_cell`.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in plain(row).items()} for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    return csv_cell(value) if isinstance(value, str) else value


def read_typed(path: Path, kind: type[T], remedy: str) -> T:
    """Read JSON of a given form; what the form does not name is passed over.

    Args:
        path: of the file.
        kind: the form, such as a `msgspec.Struct`.
        remedy: what to do where the file is of another one.

    Raises:
        FileNotFoundError: there is no such file.
        Damaged: it is of another form; says where.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Damaged(path, error, remedy) from error


def plain(value: Any) -> Any:
    """Return a value as JSON would give it back: lists, string keys, None for NaN."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and value != value:
        return None
    return value
