"""Samples of examples: even over classes and forgery methods, and like no split that is known.

Somebody who split by sha256 of the names left but one end of that order in each split: the same
hash would draw almost nothing from one of them. So what is hashed begins with a purpose.
"""

import hashlib
from collections.abc import Iterable

import numpy as np


def draw_sample(
    labels: np.ndarray,
    methods: np.ndarray,
    groups: np.ndarray,
    keys: np.ndarray,
    most: int,
    purpose: str,
) -> np.ndarray:
    """Return the positions of at most `most` examples in ascending order; see `even_order`."""
    return np.sort(even_order(labels, methods, groups, keys, purpose)[:most])


def even_order(
    labels: np.ndarray, methods: np.ndarray, groups: np.ndarray, keys: np.ndarray, purpose: str
) -> np.ndarray:
    """Return an order of all examples, every beginning of which is as even as can be.

    Real and fake take turns; among the fakes the methods, among a method's examples the groups.
    One that has no more is passed over. Which group and which example comes first is decided by a
    hash of the purpose and its name, so the order does not depend on that of the examples.

    Args:
        labels: int [N], 0 of real examples.
        methods: str [N].
        groups: [N], what hangs together.
        keys: str [N], names of the examples.
        purpose: a few words; other words give another order.

    Returns:
        int [N].
    """
    fake = (np.asarray(labels) > 0).astype(int)
    method = _numbers(zip(fake, methods, strict=True))
    group = _numbers(zip(method, groups, strict=True))
    turn = _turns(group, _hashed(keys, purpose))
    turn = _turns(method, turn, _hashed(map(str, zip(methods, groups, strict=True)), purpose))
    turn = _turns(fake, turn, _hashed(methods, purpose))
    return np.lexsort((fake, turn))


def _turns(part: np.ndarray, *by: np.ndarray) -> np.ndarray:
    """Return the place of each example, from 0, among those of its part, by these columns."""
    order = np.lexsort((*by[::-1], part))
    _, first = np.unique(part[order], return_index=True)
    turns = np.empty(len(part), int)
    turns[order] = np.arange(len(part)) - np.repeat(first, np.diff([*first, len(part)]))
    return turns


def _numbers(rows: Iterable[tuple]) -> np.ndarray:
    """Return a number for each different row, int [N]."""
    numbers: dict[tuple, int] = {}
    return np.array([numbers.setdefault(row, len(numbers)) for row in rows], int)


def _hashed(names: Iterable[object], purpose: str) -> np.ndarray:
    return np.array(
        [hashlib.sha256(f"jaxticket {purpose} {name}".encode()).hexdigest() for name in names],
        np.str_,
    )
