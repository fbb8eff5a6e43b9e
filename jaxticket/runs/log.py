"""The metrics log: one JSON object a line, and the same scalars as TensorBoard events."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jaxticket.runs.events import Events
from jaxticket.runs.files import write_text
from jaxticket.writing import naming, open_in_place, sync

LOG = "metrics.jsonl"
Place = tuple[int, int]
_PLACE = ("level", "step", "kind")
_LARGEST = 1 << 31  # of whole numbers: beyond it TensorBoard has no place for a step


class MetricsLog:
    """Appends records `{"level", "step", "kind", ...scalars}` in order of (level, step)."""

    def __init__(self, path: Path, events: Path, steps_per_level: int):
        """Open both logs; `steps_per_level` spaces the levels on TensorBoard's axis."""
        self._path = path
        self._events = Events(events)
        self._spacing = steps_per_level
        self._in_order = True

    def forget_after(self, place: Place) -> None:
        """Drop what was logged of a level past `(level, step)`: it is trained again from there.

        What the level came to goes too, also where it had ended there, and so do damaged lines.
        Later levels keep theirs. TensorBoard's events stay in their files, marked as superseded;
        those of later levels are added once more.
        """
        level, step = place
        self._events.forget_after(level * self._spacing + step)
        if not self._path.exists():
            return
        text = self._path.read_text(encoding="utf-8", errors="replace")

        def stays(record: dict[str, Any]) -> bool:
            done = record["step"] <= step and record.get("kind") != "level"
            return done if record["level"] == level else True

        lines = [line for line in text.splitlines() if (r := _record(line)) and stays(r)]
        self._replace(text, lines)
        later = [record for line in lines if (record := _record(line)) and record["level"] > level]
        self._in_order = not later
        for record in later:
            self._add_events(record)

    def append(self, level: int, step: int, kind: str, scalars: dict[str, Any]) -> None:
        """Append one record, also to TensorBoard under `kind/`."""
        record = {"level": level, "step": step, "kind": kind, **scalars}
        handle = open_in_place(self._path, os.O_WRONLY | os.O_APPEND)
        with naming(self._path), os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
        self._add_events(record)

    def flush(self) -> None:
        """Put both logs on disk; call it before what goes on from here is kept."""
        self._events.flush()
        if self._path.exists():
            if not self._in_order:
                text = self._path.read_text(encoding="utf-8")
                self._replace(text, sorted(text.splitlines(), key=_order))
            sync(self._path)
            sync(self._path.parent)

    def __enter__(self) -> "MetricsLog":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Flush the events and close."""
        self._events.close()

    def _add_events(self, record: Mapping[str, Any]) -> None:
        place = record["level"] * self._spacing + record["step"]
        for name, value in record.items():
            if name not in _PLACE:
                self._events.add(f"{record['kind']}/{name}", value, place)

    def _replace(self, text: str, lines: list[str]) -> None:
        kept = "".join(line + "\n" for line in lines)
        if kept != text:
            write_text(self._path, kept)


def read_records(path: Path) -> list[dict[str, Any]]:
    """Return the records of a log, damaged lines left out."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [record for line in lines if (record := _record(line))]


def lines_of_level(path: Path, level: int) -> str:
    """Return the lines of a log that are of one level, damaged ones left out."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return "".join(f"{line}\n" for line in lines if (at := _place(line)) and at[0] == level)


def _place(line: str) -> Place | None:
    """Return a record's (level, step); None for a line that is cut off or damaged."""
    record = _record(line)
    return (record["level"], record["step"]) if record else None


def _order(line: str) -> Place:
    return _place(line) or (0, 0)


def _record(line: str) -> dict[str, Any] | None:
    """Return a record; None for a line that is cut off or damaged."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    placed = type(record.get("level")) is int and type(record.get("step")) is int
    scalars = [value for name, value in record.items() if name != "kind"]
    whole = placed and isinstance(record.get("kind"), str) and all(map(_is_scalar, scalars))
    return record if whole else None


def _is_scalar(value: object) -> bool:
    return isinstance(value, float) or (isinstance(value, int) and abs(value) < _LARGEST)
