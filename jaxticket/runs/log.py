"""The metrics log: one JSON object a line, and the same scalars as TensorBoard events."""

import json
from pathlib import Path
from typing import Any

from tensorboardX import SummaryWriter

from jaxticket.runs.files import write_text

Place = tuple[int, int]


class MetricsLog:
    """Appends records `{"level", "step", "kind", ...scalars}` in order of (level, step)."""

    def __init__(self, path: Path, events: Path, steps_per_level: int):
        """Open both logs; `steps_per_level` spaces the levels on TensorBoard's axis."""
        self._path = path
        self._writer = SummaryWriter(str(events))
        self._spacing = steps_per_level

    def forget_after(self, place: Place) -> None:
        """Drop what a run that ended between two checkpoints had logged past `(level, step)`."""
        if not self._path.exists():
            return
        lines = self._path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if (at := _place(line)) is not None and at <= place]
        if len(kept) < len(lines):
            write_text(self._path, "".join(line + "\n" for line in kept))

    def append(self, level: int, step: int, kind: str, scalars: dict[str, Any]) -> None:
        """Append one record, also to TensorBoard under `kind/`."""
        record = {"level": level, "step": step, "kind": kind, **scalars}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
        for name, value in scalars.items():
            self._writer.add_scalar(f"{kind}/{name}", value, level * self._spacing + step)

    def __enter__(self) -> "MetricsLog":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Flush the events and close."""
        self._writer.close()


def _place(line: str) -> Place | None:
    """Return a record's (level, step); None for a line cut off in the middle."""
    try:
        record = json.loads(line)
    except json.JSONDecodeError:
        return None
    return record["level"], record["step"]
