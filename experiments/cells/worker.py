"""A worker: a process that trains the cells that its leader names, on cores of its own.

    python -m experiments.cells.worker HANDLE

HANDLE is one end of a pipe. It says first on which cores to be, before anything is imported that
counts them, then a `Job`, then cells, one after the other. When the leader asks for the end, or is
gone, what is under way is saved, as at a signal.
"""

import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import Queue
from typing import Any

from experiments.terminal.memory import keep_freed_memory
from experiments.terminal.program import EXPECTED_ERRORS, ask_once

Train = Callable[[Any], None]
"""Trains a cell, or goes on with it."""


def main(handle: int) -> None:
    """Do what the leader says until it has no more."""
    ask_once()
    link = Connection(handle)
    if cores := link.recv():
        os.sched_setaffinity(0, cores)
    keep_freed_memory()

    def tell(kind: str, *what: Any) -> None:
        with suppress(OSError):  # the leader is gone
            link.send((kind, *what))

    waiting: Queue[bytes | None] = Queue()
    threading.Thread(target=_listen, args=(link, waiting), daemon=True).start()
    train: Train | None = None
    try:
        job = waiting.get()
        while job is not None and (cell := waiting.get()) is not None:
            try:
                if train is None:
                    train = _begin(job, tell)
                train(pickle.loads(cell))
                tell("done")
            except BlockingIOError as error:
                tell("busy", str(error))
            except (*EXPECTED_ERRORS, RuntimeError) as error:  # also of a device without memory
                tell("failed", str(error))
    except KeyboardInterrupt as stop:
        tell("stopped", str(stop))
    except Exception:
        tell("broke", traceback.format_exc())


def _begin(job: bytes, tell: Callable[..., None]) -> Train:
    """Return what trains a cell, of a job: what makes it, and how wide the leader's console is."""
    make_train, width = pickle.loads(job)
    from experiments.terminal.relay import RelayConsole

    console = RelayConsole(lambda text: tell("said", text), lambda *far: tell("at", *far), width)
    if "jax" in sys.modules:
        from experiments.terminal.compilation_cache import keep_programs

        keep_programs()
    train = make_train(console)
    return lambda cell: train(cell, console)


def _listen(link: Connection, waiting: "Queue[bytes | None]") -> None:
    """Put into a queue what the leader sends; None, and a signal to this process, at the end."""
    while True:
        try:
            said = link.recv_bytes() or None
        except (EOFError, OSError):
            said = None
        waiting.put(said)
        if said is None:
            os.kill(os.getpid(), signal.SIGTERM)
            return


if __name__ == "__main__":
    main(int(sys.argv[1]))
