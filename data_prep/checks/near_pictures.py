"""Search for nearly identical pictures among many, without comparing every pair."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from data_prep.media.perceptual_hash import BYTES, NEAR, distances

_PAIRS = 1 << 20  # compared at once: 80 MB
_BITS = 8 * BYTES


def nearest_in(hashes: np.ndarray, queries: np.ndarray, most: int = NEAR) -> np.ndarray:
    """Return for every query a hash that differs in at most `most` bits.

    The bits are cut into most + 1 bands. Two hashes within `most` bits are equal in at least one
    of them, so that only hashes with an equal band need be compared: with 9 bands of 28 bits
    hardly any others than the wanted ones. Memory is that of the hashes and of a million pairs.

    Args:
        hashes: uint64 [n, 4].
        queries: uint64 [m, 4].
        most: 0 to 255.

    Returns:
        int64 [m]: the row of the nearest of `hashes` (the first of several as near), -1 where
        none is within `most` bits.
    """
    best = np.full(len(queries), most + 1, np.int64)
    partner = np.full(len(queries), -1, np.int64)
    if not len(hashes) or not len(queries):
        return partner
    distinct, first = np.unique(hashes, axis=0, return_index=True)
    for band in np.array_split(np.arange(_BITS), most + 1):
        keys = _bits(distinct, band)
        order = np.argsort(keys, kind="stable")
        keys, wanted = keys[order], _bits(queries, band)
        begin = np.searchsorted(keys, wanted, "left")
        count = np.searchsorted(keys, wanted, "right") - begin
        for query, place in _pairs(begin, count):
            rows = order[place]
            distance = distances(distinct[rows], queries[query])
            _improve(best, partner, query, distance, first[rows])
    return partner


def _improve(
    best: np.ndarray,
    partner: np.ndarray,
    query: np.ndarray,
    distance: np.ndarray,
    row: np.ndarray,
) -> None:
    """Keep for each query the nearest row so far, in place."""
    close = distance <= best[query]
    query, distance, row = query[close], distance[close], row[close]
    ranked = np.lexsort((row, distance, query))
    query, distance, row = query[ranked], distance[ranked], row[ranked]
    nearest = np.flatnonzero(np.diff(query, prepend=-1))
    query, distance, row = query[nearest], distance[nearest], row[nearest]
    better = (distance < best[query]) | ((distance == best[query]) & (row < partner[query]))
    best[query[better]] = distance[better]
    partner[query[better]] = row[better]


def _pairs(begin: np.ndarray, count: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (query, place) of all pairs, where query q is paired with begin[q] + 0..count[q]-1."""
    ends = np.cumsum(count)
    total = int(ends[-1])
    for start in range(0, total, _PAIRS):
        pair = np.arange(start, min(start + _PAIRS, total))
        query = np.searchsorted(ends, pair, "right")
        yield query, begin[query] + pair - (ends[query] - count[query])


def _bits(hashes: np.ndarray, band: np.ndarray) -> np.ndarray:
    """Return the bits of a band as one number, at most 64 of them: uint64 [n]."""
    word, shift = band // 64, (band % 64).astype(np.uint64)
    value = np.zeros(len(hashes), np.uint64)
    for place, (column, down) in enumerate(zip(word, shift, strict=True)):
        bit = (hashes[:, column] >> down) & np.uint64(1)
        value |= bit << np.uint64(place % 64)
    return value
