"""How each layer of a network is computed."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from jaxticket.runtime import compiler
from jaxticket.runtime.memory import aligned
from jaxticket.runtime.plan import Plans, fastest, seconds
from jaxticket.runtime.program import shares
from jaxticket.runtime.tasks import Task, Tasks

Choice = Literal["timed", "sparse", "dense"]
"""The fastest way of each layer as it was timed, or all alike, to compare."""


def choose(todo: Tasks, choice: Choice, threads: int, folder: Path) -> list[Any]:
    """Return a kernel for each task.

    Args:
        todo: the tasks.
        choice: how.
        threads: that share the work.
        folder: that remembers what was timed.
    """
    plans = Plans(folder)
    timing = _Timing(todo, threads, folder)
    chosen = [_one(task, choice, plans, timing) for task in todo.tasks]
    plans.save()
    return chosen


def _one(task: Task, choice: Choice, plans: Plans, timing: "_Timing") -> Any:
    if task.ways is None or task.remembered is None:
        return task.kernel
    if choice != "timed":
        return (min if choice == "sparse" else max)(task.ways(), key=lambda way: way.block)
    base = task.kernel
    same = (base.source, base.target, base.stride, base.steps)
    key = f"{compiler.version()} {timing.threads} threads {task.density:.1g} left {same}"
    known = plans.known(key)
    if known is not None and (kernel := task.remembered(known)) is not None:
        return kernel
    ways = task.ways()
    best = ways[fastest([timing.of(task, each) for each in ways])]
    plans.learn(key, best.way)
    return best


class _Timing:
    """Memory to time kernels in, and to push what they read out of the near caches."""

    def __init__(self, todo: Tasks, threads: int, folder: Path):
        self._todo, self.threads, self._folder = todo, threads, folder
        self._held: list[list[np.ndarray]] = []
        self._arrays: dict[str, np.ndarray] = {}

    @cached_property
    def _far(self) -> np.ndarray:
        return np.ones(2**20, np.float32)

    def of(self, task: Task, kernel: Any) -> Callable[[], float]:
        """Return a function that runs one thread's share of a kernel and returns the seconds."""
        source, output = self._array("in", task.reads), self._array("out", task.output)
        other = self._array("other", task.other or task.reads)
        table = task.table(kernel)
        addresses = np.array([each.ctypes.data for each in table], np.int64)
        call = compiler.callable_of(kernel, self._folder)
        share = int(shares(kernel, table, self.threads)[1])
        arrays = (source, other, output, addresses)

        def run() -> float:
            self._far.sum()
            source.sum()
            at = [array.ctypes.data for array in arrays]
            return seconds(lambda: call(*at, 0, share))

        self._held.append(table)  # addresses point into it
        return run

    def _array(self, role: str, name: str) -> np.ndarray:
        size = self._todo.layouts[name].size
        if role not in self._arrays or self._arrays[role].nbytes < size:
            self._arrays[role] = aligned(size).view(np.float32)
        return self._arrays[role][: size // 4]
