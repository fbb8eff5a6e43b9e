"""Work on many items side by side, with results in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

_READ_AHEAD = 64

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], *, processes: bool = False
) -> Iterator[tuple[Item, Result]]:
    """Does `work` on every item side by side and yields (item, result) in the items' order.

    At most 64 items are under way: memory stays bounded however many there are.

    Args:
        work: what is done.
        items: what it is done on.
        processes: work in processes, which takes a second to start, and not in threads, which pay
            where the work releases the interpreter's lock, as the decoders of Pillow and OpenCV do.
    """
    waiting = iter(items)
    with _processes() if processes else _threads() as pool:
        ahead: deque[tuple[Item, Future[Result]]] = deque()
        ahead.extend((item, pool.submit(work, item)) for item in islice(waiting, _READ_AHEAD))
        while ahead:
            item, future = ahead.popleft()
            yield item, future.result()
            ahead.extend((item, pool.submit(work, item)) for item in islice(waiting, 1))


@contextmanager
def _threads() -> Iterator[Executor]:
    """Threads that begin nothing more where the work is broken off."""
    pool = ThreadPoolExecutor(min(16, os.cpu_count() or 1))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _processes() -> Iterator[Executor]:
    """Processes that end at once where the work is broken off: an item may take a minute."""
    import loky

    # They are started by module names, which a file in the working folder could bear too.
    os.environ.setdefault("PYTHONSAFEPATH", "1")
    # Fresh processes that do not import the main module again, as those of the standard library
    # do, and that end by themselves where this one was killed.
    pool = loky.ProcessPoolExecutor(loky.cpu_count(), timeout=10, initializer=_one_thread)
    broken_off = True
    try:
        yield pool
        broken_off = False
    finally:
        pool.shutdown(kill_workers=broken_off)


def _one_thread() -> None:
    import cv2

    cv2.setNumThreads(1)
