"""Trainings that do what their cell is called, in a moment: workers import nothing of JAX."""

import os
import sys
import time
from dataclasses import dataclass
from functools import partial

from experiments.terminal.program import stop_on_signals, stopped_by

PATIENCE = 300.0


@dataclass(frozen=True)
class FakeCell:
    """As much of a cell as is needed; the real one's module imports JAX."""

    name: str
    called: str
    needs: tuple[str, ...] = ()
    levels: int = 1
    command: str = "imp"
    figures: None = None

    def lock(self, folder):
        return folder / self.name / "lock"


def make(folder, console):
    return partial(train, folder)


def train(folder, one, console):
    what, _, other = one.called.partition(" ")
    (folder / one.name).mkdir(exist_ok=True)
    (folder / one.name / "began").write_text(str(os.getpid()))
    console.print(f"{one.name} on {sorted(os.sched_getaffinity(0))}")
    if what == "meet":
        wait_for(folder / other / "began")
    elif what == "fail":
        raise ValueError("no such luck")
    elif what == "bug":
        raise KeyError("bug")
    elif what == "kill":
        os.kill(os.getpid(), 9)
    elif what == "leave":
        print("last words", file=sys.stderr, flush=True)
        os._exit(3)
    elif what == "locked":
        raise BlockingIOError("locked")
    elif what == "save":
        with stop_on_signals():
            (folder / one.name / "ready").write_text("to be asked")
            while stopped_by() is None:
                time.sleep(0.01)
            time.sleep(0.1)  # while it is saved, further signals come
            (folder / one.name / "saved").write_text("all")
            raise KeyboardInterrupt("stopped at step 3; a checkpoint is saved")
    if what != "nothing":
        for name in ("summary.json", "report.html"):
            (folder / one.name / name).write_text("{}")


def wait_for(path):
    end = time.monotonic() + PATIENCE
    while not (path.is_file() and path.stat().st_size):
        assert time.monotonic() < end, path
        time.sleep(0.01)


def make_count(console):
    """Return what says a number, and how often it has been asked."""
    asked = []

    def count(what, _):
        asked.append(what)
        console.print(float(what) * len(asked))

    return count
