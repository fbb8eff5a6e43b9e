"""Reading many pictures in threads, in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

_READ_AHEAD = 64

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item]
) -> Iterator[tuple[Item, Result]]:
    """Does `work` on every item in threads and yields (item, result) in the items' order.

    At most 64 items are under way: memory stays bounded however many there are. It pays where the
    work releases the interpreter's lock, as the decoders of Pillow and OpenCV do.
    """
    waiting = iter(items)
    with ThreadPoolExecutor(min(16, os.cpu_count() or 1)) as pool:
        ahead: deque[tuple[Item, Future[Result]]] = deque()
        try:
            ahead.extend((item, pool.submit(work, item)) for item in islice(waiting, _READ_AHEAD))
            while ahead:
                item, future = ahead.popleft()
                yield item, future.result()
                ahead.extend((item, pool.submit(work, item)) for item in islice(waiting, 1))
        finally:
            pool.shutdown(cancel_futures=True)
