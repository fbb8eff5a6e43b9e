"""Writing files so that a reader finds the old one or the new one, never a half.

A JSON object says last, under "sha256", the SHA-256 of the file without that line, and is held to
it whenever it is read. Files of older versions do not say it and are read unchecked.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from jaxticket.runs.damage import CHANGED, Damaged
from jaxticket.text import csv_cell, csv_lines
from jaxticket.writing import write_whole

T = TypeVar("T")

_SHA256 = ',\n  "sha256": '
_END = "\n}\n"


def write_text(path: Path, text: str) -> None:
    """Replace a file's content atomically and durably.

    Raises:
        OSError: the disk is full, or the folder cannot be written; the old content stays.
    """
    write_whole(path, text.encode())


def write_json(path: Path, value: Any) -> None:
    """Write JSON atomically; NaN becomes null, and an object says its own SHA-256 as "sha256".

    Raises:
        ValueError: a number in it is infinite.
        OSError: as for `write_text`.
    """
    sealed = isinstance(value, Mapping)
    if sealed:
        value = {name: item for name, item in value.items() if name != "sha256"}
    try:
        text = json.dumps(plain(value), indent=2, allow_nan=False) + "\n"
    except ValueError as error:
        raise ValueError(f"{path} cannot be written, a number is infinite: {error}") from error
    if sealed and value:
        text = text.removesuffix(_END) + f'{_SHA256}"{sha256(text.encode())}"{_END}'
    write_text(path, text)


def write_csv(path: Path, rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> None:
    """Write rows as CSV atomically, with exactly these columns in this order; NaN is left empty."""
    write_text(path, csv_text(rows, columns))


def csv_text(rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> str:
    """Return rows as the text of a CSV, as `write_csv` writes it.

    Texts that a spreadsheet would take for formulas stand behind a quote, see `csv_cell`.
    """
    names = list(columns)
    return csv_lines([names, *(_cells(plain(row), names) for row in rows)])


def _cells(row: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
    if others := row.keys() - set(names):
        raise ValueError(f"{min(others)} is none of the columns {', '.join(names)}")
    return [_cell(row.get(name)) for name in names]


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def read_whole(path: Path, remedy: str, digest: str | None = None) -> bytes:
    """Read a file.

    Args:
        path: of the file.
        remedy: what to do where it is no good.
        digest: its SHA-256 when it was written; None where that is not known.

    Raises:
        FileNotFoundError: there is no such file.
        Damaged: it is a folder, or was changed.
    """
    try:
        content = path.read_bytes()
    except IsADirectoryError as error:
        raise Damaged(path, "it is a folder", remedy) from error
    if digest is not None and sha256(content) != digest:
        raise Damaged(path, CHANGED, remedy)
    return content


def says_sha256(content: bytes) -> bool:
    """Return whether JSON says its own SHA-256, as that of older versions does not."""
    return _SHA256.encode() in content


def _unsealed(content: bytes) -> bytes:
    """Return JSON without its own SHA-256, as it was before that was added.

    Raises:
        ValueError: it was changed since.
    """
    before, said, after = content.rpartition(_SHA256.encode())
    if not said:
        return content
    before += _END.encode()
    if after != f'"{sha256(before)}"{_END}'.encode():
        raise ValueError(CHANGED)
    return before


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
        Damaged: it is of another form, or was changed; says where.
    """
    content = read_whole(path, remedy)
    try:
        return msgspec.json.decode(_unsealed(content), type=kind)
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
