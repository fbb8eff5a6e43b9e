"""TensorBoard's copy of the metrics."""

from __future__ import annotations

import sys
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from jaxticket.writing import naming

if TYPE_CHECKING:
    from tensorboardX.event_file_writer import EventsWriter


class Events:
    """Writes scalars into an event file of its own, made with the first one.

    tensorboardX's `SummaryWriter` hands events to a thread, whose queue its `flush` does not wait
    for: a killed process loses them. Here they are written at once, and `flush` puts them on disk.
    """

    def __init__(self, folder: Path):
        """Use a folder, which may hold the events of earlier processes."""
        self._folder = folder.resolve()  # a relative "s3:x" would be taken for a bucket
        self._earlier = len(list(folder.glob("*.tfevents.*"))) if folder.is_dir() else 0
        # The last step that readers may know of; with earlier files it could be any.
        self._latest = float("inf") if self._earlier else -1
        self._writer: EventsWriter | None = None

    def add(self, name: str, value: float, step: int) -> None:
        """Add a scalar."""
        _import_alone()
        from tensorboardX.summary import scalar

        self._write(step, summary=scalar(name, value))
        self._latest = max(self._latest, step)

    def add_picture(self, name: str, pixels: np.ndarray, step: int) -> None:
        """Add a picture, uint8 [H, W, 3]."""
        _import_alone()
        from tensorboardX.summary import image

        self._write(step, summary=image(name, pixels, dataformats="HWC"))
        self._latest = max(self._latest, step)

    def forget_after(self, step: int) -> None:
        """Have readers drop what was added beyond a step: it is going to be added again.

        A session that starts at a step purges, in TensorBoard, all events from this step on.
        """
        if self._latest > step:
            _import_alone()
            from tensorboardX.proto import event_pb2

            log: Any = event_pb2.SessionLog  # pyright: ignore[reportAttributeAccessIssue]
            self._write(step + 1, session_log=log(status=log.START))
            self._latest = step

    def flush(self) -> None:
        """Put on disk what was added."""
        if self._writer:
            with naming(self._folder):
                self._writer.flush()

    def close(self) -> None:
        """Flush and close."""
        if self._writer:
            with naming(self._folder):
                self._writer.close()

    def _write(self, step: int, **content: Any) -> None:
        from tensorboardX.event_file_writer import EventsWriter
        from tensorboardX.proto import event_pb2

        if self._writer is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            # tensorboardX names files by the second and would write over one of the same second.
            self._writer = EventsWriter(str(self._folder / "events"), f".{self._earlier:04d}")
        event: Any = event_pb2.Event  # pyright: ignore[reportAttributeAccessIssue]
        with naming(self._folder):
            self._writer.write_event(event(step=step, wall_time=time.time(), **content))


@cache
def _import_alone() -> None:
    """Import tensorboardX at the first event, and without PyTorch.

    Where that is installed it would import it, for nothing that is used here: 160 MB and two
    seconds.
    """
    if "torch" in sys.modules:
        return
    sys.modules["torch"] = None  # pyright: ignore[reportArgumentType]
    try:
        import tensorboardX.event_file_writer  # noqa: F401
    finally:
        del sys.modules["torch"]
