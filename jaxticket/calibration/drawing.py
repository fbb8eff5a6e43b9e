"""One example of each group, so that what is counted is independent."""

import hashlib

import numpy as np


def one_a_group(keys: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the places of one example of each group, as if at random but always the same.

    Taken is the least SHA-256 of a key, whatever the order of the examples and whatever they score.

    Args:
        keys: str [N], each once.
        groups: str [N].

    Returns:
        int [G], ascending.
    """
    hashed = np.array([hashlib.sha256(str(key).encode()).hexdigest() for key in keys], np.str_)
    order = np.argsort(hashed, kind="stable")
    _, first = np.unique(np.asarray(groups)[order], return_index=True)
    return np.sort(order[first])
