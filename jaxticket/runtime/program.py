"""Kernels bound to their arrays, and the threads that run them."""

import os
import threading
import weakref
from pathlib import Path
from typing import Any

import numpy as np

from jaxticket.runtime import compiler
from jaxticket.runtime.memory import aligned, places
from jaxticket.runtime.runner import FIELDS
from jaxticket.runtime.tasks import PIXELS, Tasks


class Program:
    """A network that answers a batch of pictures.

    Attributes:
        outputs: logits of a picture.
    """

    def __init__(
        self, todo: Tasks, chosen: list[Any], batch: int, threads: int, side: int, folder: Path
    ):
        self._threads = threads
        self._pixels = aligned(batch * side * side * 3 + 3)  # the last is read as four bytes
        self._shape = (batch, side, side, 3)
        sizes = {name: layout.size for name, layout in todo.layouts.items()}
        whole = {name: todo.parts[name][0] if name in todo.parts else name for name in sizes}
        uses = [
            tuple(whole[n] for n in (task.reads, task.output, task.other) if n and n != PIXELS)
            for task in todo.tasks
        ]
        uses.append((todo.output,))
        placed, size = places(sizes, uses)
        self._memory = aligned(size)
        base = self._memory.ctypes.data
        where = {PIXELS: self._pixels.ctypes.data}
        for name in sizes:
            first = todo.parts[name][1] if name in todo.parts else 0
            where[name] = base + placed[whole[name]] + first * todo.layouts[name].plane
        self._held: list[np.ndarray] = []
        self._calls = np.zeros((threads, len(chosen), len(FIELDS)), np.int64)
        for number, (task, kernel) in enumerate(zip(todo.tasks, chosen, strict=True)):
            table = [_aligned_copy(each) for each in task.table(kernel)]
            addresses = np.array([each.ctypes.data for each in table], np.int64)
            self._held += [*table, addresses]
            begin = shares(kernel, table, threads)
            for thread in range(threads):
                self._calls[thread, number] = (
                    compiler.address(kernel, folder),
                    where[task.reads],
                    where[task.other] if task.other else 0,
                    where[task.output],
                    addresses.ctypes.data,
                    begin[thread],
                    begin[thread + 1],
                )
        self._logits = todo.layouts[todo.output]
        at = where[todo.output] - base
        self._output = self._memory[at : at + self._logits.size].view(np.float32)
        self.outputs = self._logits.channels
        self._arrived = np.zeros(1, np.int64)
        self._run = compiler.run()
        arrived = self._arrived.ctypes.data
        self._arguments = [
            (calls.ctypes.data, len(calls), arrived, threads) for calls in self._calls
        ]
        self._lock = threading.Lock()
        self._base = 0
        self._start_threads()

    def _start_threads(self) -> None:
        self._process = os.getpid()
        self._gates = [threading.Semaphore(0) for _ in range(1, self._threads)]
        for index, gate in enumerate(self._gates, start=1):
            own = (weakref.ref(self), index, gate)
            threading.Thread(target=_work, args=own, daemon=True).start()
            weakref.finalize(self, gate.release)

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Return the logits, float32 [N, C], of at most a batch of pictures."""
        with self._lock:
            if self._process != os.getpid():  # a fork has only the thread that made it
                self._start_threads()
            pixels = self._pixels[:-3].reshape(self._shape)
            pixels[: len(images)] = images
            self._base = int(self._arrived[0])
            for gate in self._gates:
                gate.release()
            self.share(0)
            return self._output.reshape(self.outputs, -1).T[: len(images)].copy()

    def share(self, index: int) -> None:
        """Do one thread's share of all kernels."""
        self._run(*self._arguments[index], self._base)


def _work(program: "weakref.ref[Program]", index: int, gate: threading.Semaphore) -> None:
    """Do a thread's share whenever it is let through, as long as the network exists."""
    while True:
        gate.acquire()
        if (alive := program()) is None:
            return
        alive.share(index)
        del alive


def shares(kernel: Any, table: list[np.ndarray], threads: int) -> np.ndarray:
    """Return where each thread's units of work begin, and the last one's end, int64 [threads + 1].

    The units of a convolution weigh what survives of them.
    """
    weights = kernel.weights(table) if hasattr(kernel, "weights") else np.ones(kernel.units)
    ends = np.cumsum(weights)
    goals = ends[-1] * np.arange(1, threads) / threads
    return np.concatenate(
        [[0], np.searchsorted(ends, goals, side="left") + 1, [kernel.units]]
    ).clip(0, kernel.units)


def _aligned_copy(array: np.ndarray) -> np.ndarray:
    copy = aligned(array.nbytes)
    copy[:] = np.ascontiguousarray(array).view(np.uint8).reshape(-1)
    return copy.view(array.dtype).reshape(array.shape)
