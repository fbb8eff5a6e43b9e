"""The workers of a leader: their processes, what they are told, and what they say."""

import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import Any

from rich.console import Console

from experiments.cells.places import Place

Train = Callable[[Any, Console], None]
MakeTrain = Callable[[Console], Train]
PATIENCE = 60.0
"""Seconds that a worker with nothing to do may take to end."""


class Death(str):
    """What became of a process that ended before its work was done."""

    __slots__ = ()


class Worker:
    """One process, begun with its first cell.

    Attributes:
        cell: what it is at, mostly a `Cell`; None when it has nothing to do.
        place: what it has for itself.
    """

    def __init__(self, place: Place, make_train: MakeTrain, width: int):
        """Begin it."""
        self.place = place
        self.cell: Any = None
        self.link, theirs = Pipe()
        self._words = tempfile.TemporaryFile()  # noqa: SIM115
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "experiments.cells.worker", str(theirs.fileno())],
                stdin=subprocess.DEVNULL, stdout=self._words, stderr=self._words,
                pass_fds=[theirs.fileno()], env=_environment(place),
            )  # fmt: skip
        self.link.send(place.cores)
        self._send(pickle.dumps((make_train, width)))

    def begin(self, cell: Any) -> None:
        """Have it train a cell, or what else its training function takes."""
        self.cell = cell
        self._send(pickle.dumps(cell))

    def stop(self) -> None:
        """Ask it to save what it is at, and to end."""
        self._send(b"")

    def death(self) -> Death:
        """Return what became of a process that said nothing more."""
        code = self._process.wait()
        how = f"ended with status {code}"
        if code < 0:
            how = f"was ended by {signal.Signals(-code).name}"
            if -code == signal.SIGKILL:
                how += ", as the system does when memory runs out"
        self._words.seek(0)
        lines = self._words.read().decode(errors="replace").strip().splitlines()
        last = f": {lines[-1][:300]}" if lines and code > 0 else ""
        return Death(
            f"its process {self._process.pid} {how}{last}; the same command goes on from there"
        )

    def close(self, *, kill: bool) -> None:
        """End the process, or wait until it has ended."""
        self.link.close()
        try:
            if kill:
                self._process.kill()
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._words.close()

    def _send(self, message: bytes) -> None:
        with suppress(OSError):  # it has ended, which is heard when it is listened to
            self.link.send_bytes(message)


class Team:
    """Workers, one a place. Use it in a `with`.

    Attributes:
        workers: those that were begun and have not ended.
    """

    def __init__(self, places: Sequence[Place], make_train: MakeTrain, width: int):
        self.workers: list[Worker] = []
        self._places = list(places)
        self._make: tuple[MakeTrain, int] = make_train, width

    def __enter__(self) -> "Team":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for worker in self.workers:
            if kind is None:
                worker.stop()
        for worker in self.workers:
            worker.close(kill=kind is not None)

    def idle(self) -> Worker | None:
        """Return a worker with nothing to do, begun now if need be; None where all are at work."""
        for worker in self.workers:
            if worker.cell is None:
                return worker
        if not self._places:
            return None
        worker = Worker(self._places.pop(0), *self._make)
        self.workers.append(worker)
        return worker

    def at_work(self) -> list[Worker]:
        """Return the workers that are at a cell."""
        return [worker for worker in self.workers if worker.cell is not None]

    def hear(self, seconds: float) -> Iterator[tuple[Worker, Sequence[Any]]]:
        """Yield what workers say, waiting so long for the first word.

        A worker that has ended says `("died", how)`, and its place is free for another.
        """
        by_link: dict[Any, Worker] = {worker.link: worker for worker in self.workers}
        for link in wait(list(by_link), seconds):
            assert isinstance(link, Connection)
            worker = by_link[link]
            try:
                said = link.recv()
            except (EOFError, OSError):
                self.workers.remove(worker)
                self._places.insert(0, worker.place)
                said = ("died", worker.death())
                worker.close(kill=False)
            yield worker, said


def _environment(place: Place) -> dict[str, str] | None:
    return {**os.environ, **place.environment} if place.environment else None
