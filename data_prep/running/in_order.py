"""Work on many items side by side, with results in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    processes: bool = False,
    ahead: int = 64,
) -> Iterator[tuple[Item, Result]]:
    """Do `work` on every item side by side and yield (item, result) in the items' order.

    Args:
        work: what is done.
        items: what it is done on.
        processes: work in processes, which takes a second to start, and not in threads, which pay
            where the work releases the interpreter's lock, as the decoders of Pillow and OpenCV do.
        ahead: how many items are under way at most, which bounds memory however many there are.
    """
    waiting = iter(items)
    with _processes() if processes else _threads() as pool:
        begun: deque[tuple[Item, Future[Result]]] = deque()
        begun.extend((item, pool.submit(work, item)) for item in islice(waiting, ahead))
        while begun:
            item, future = begun.popleft()
            yield item, future.result()
            begun.extend((item, pool.submit(work, item)) for item in islice(waiting, 1))


@contextmanager
def _threads() -> Iterator[Executor]:
    """Yield threads that begin nothing more where the work is broken off."""
    pool = ThreadPoolExecutor(min(16, os.cpu_count() or 1))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _processes() -> Iterator[Executor]:
    """Yield processes that end at once where the work is broken off: an item may take a minute."""
    import loky

    # They are started by module names, which a file in the working folder could bear too.
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    # Fresh processes that do not import the main module again, as those of the standard library
    # do, and that end by themselves where this one was killed.
    pool = loky.ProcessPoolExecutor(loky.cpu_count(), timeout=10, initializer=_one_thread)
    broken_off = True
    try:
        yield pool
        broken_off = False
    finally:
        pool.shutdown(kill_workers=broken_off)
        if before is None:
            os.environ.pop("PYTHONSAFEPATH", None)


def _one_thread() -> None:
    import cv2

    cv2.setNumThreads(1)
