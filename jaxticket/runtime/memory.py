"""One piece of memory for all maps: those no longer read give their place to others."""

from collections.abc import Mapping, Sequence

import numpy as np

ALIGNMENT = 64


def aligned(size: int) -> np.ndarray:
    """Return zeroed bytes, uint8 [size], that begin at a multiple of 64."""
    raw = np.zeros(size + ALIGNMENT, np.uint8)
    skip = -raw.ctypes.data % ALIGNMENT
    return raw[skip : skip + size]


def places(sizes: Mapping[str, int], uses: Sequence[tuple[str, ...]]) -> tuple[dict[str, int], int]:
    """Return where each array lies, and the bytes of all.

    Args:
        sizes: bytes of each array.
        uses: the arrays that each task reads and writes, in the order of the tasks.
    """
    first, last = {}, {}
    for number, names in enumerate(uses):
        for name in names:
            first.setdefault(name, number)
            last[name] = number
    placed: dict[str, int] = {}
    # The largest first: the small ones find gaps between them.
    for name in sorted(first, key=lambda name: (-sizes[name], first[name])):
        beside = sorted(
            (placed[other], placed[other] + sizes[other])
            for other in placed
            if first[other] <= last[name] and first[name] <= last[other]
        )
        at = 0
        for begin, end in beside:
            if at + sizes[name] <= begin:
                break
            at = max(at, -(-end // ALIGNMENT) * ALIGNMENT)
        placed[name] = at
    return placed, max((placed[name] + sizes[name] for name in placed), default=0)
