"""results.json and results.csv, written file by file, so that memory does not grow with them."""

import csv
import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import msgspec

from experiments.detecting.findings import Face, Finding, Results
from experiments.detecting.out_folder import CSV, JSON, PARTIAL
from jaxticket.text import csv_cell
from jaxticket.writing import naming

COLUMNS: tuple[str, ...] = (
    "row", "path", "kind", "face", "answer", "probability", "probability_low", "probability_high",
    "score", "score_low", "score_high", "looks", "first_frame", "last_frame", "first_seconds",
    "last_seconds", "x", "y", "width", "height", "remarks", "error", "picture",
)  # fmt: skip
"""Of results.csv, see docs/detect.md; new ones are added at the end."""


class ResultsFiles:
    """Both files; what was added is in them, whatever ends the work."""

    def __init__(self, out: Path, head: Results):
        """Write to a folder.

        Args:
            out: the folder.
            head: everything but files.
        """
        self._out, self._count = out, 0
        self._head = msgspec.to_builtins(head)
        self._end = ExitStack()

    def __enter__(self) -> "ResultsFiles":
        json, table = (self._out / f"{name}{PARTIAL}" for name in (JSON, CSV))
        self._json = self._end.enter_context(json.open("wb"))
        with suppress(OSError):  # a file system without locks
            fcntl.flock(self._json, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._csv = self._end.enter_context(table.open("w", newline="", encoding="utf-8"))
        head = {name: self._head[name] for name in ("schema", "asked", "notes", "ignored")}
        self._json.write(msgspec.json.encode(head)[:-1] + b',"files":[')
        self._rows = csv.DictWriter(self._csv, COLUMNS, restval="")
        self._rows.writeheader()
        self._flush()
        return self

    def add(self, finding: Finding) -> None:
        """Write what was found in a file."""
        encoded = msgspec.json.encode(finding)
        self._json.write(b",\n" * (self._count > 0) + encoded)
        self._rows.writerows(list(rows(finding)))
        self._count += 1
        self._flush()

    def _flush(self) -> None:
        # A process that is killed leaves what was added, and what tells it for an earlier detect's.
        for file in (self._json, self._csv):
            with naming(Path(file.name)):
                file.flush()

    def __exit__(self, kind: object, *_: object) -> None:
        """Finish both files and put them where the results of an earlier detect were."""
        with naming(self._out), self._end:
            complete = b"true" if kind is None else b"false"
            self._json.write(b'],"complete":' + complete + b"}\n")
            self._flush()
            for file in (self._json, self._csv):
                with naming(Path(file.name)):
                    os.fsync(file.fileno())
        for name in (CSV, JSON):
            (self._out / f"{name}{PARTIAL}").replace(self._out / name)


def rows(finding: Finding) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file in results.csv: its own, and one for each face."""
    yield {
        "row": "file",
        "path": csv_cell(finding.path),
        "kind": finding.kind,
        "answer": finding.answer or "",
        "probability": _number(finding.probability),
        "probability_low": _number(finding.probability_low),
        "probability_high": _number(finding.probability_high),
        "width": finding.width or "",
        "height": finding.height or "",
        "remarks": csv_cell("; ".join(finding.remarks)),
        "error": csv_cell(finding.error or ""),
        "picture": "; ".join(finding.pictures),
    }
    for face in finding.faces:
        yield _row_of(face, finding)


def _row_of(face: Face, finding: Finding) -> dict[str, Any]:
    first, last = face.looks[0], face.looks[-1]
    x, y, width, height = first.box
    return {
        "row": "face",
        "path": csv_cell(finding.path),
        "kind": finding.kind,
        "face": face.number,
        "answer": face.answer or "",
        "probability": _number(face.probability),
        "probability_low": _number(face.probability_low),
        "probability_high": _number(face.probability_high),
        "score": _number(face.score),
        "score_low": _number(face.low),
        "score_high": _number(face.high),
        "looks": len(face.looks),
        "first_frame": first.frame,
        "last_frame": last.frame,
        "first_seconds": _number(first.seconds),
        "last_seconds": _number(last.seconds),
        "x": _number(x),
        "y": _number(y),
        "width": _number(width),
        "height": _number(height),
        "remarks": csv_cell("; ".join(face.remarks)),
        "picture": face.picture or "",
    }


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
