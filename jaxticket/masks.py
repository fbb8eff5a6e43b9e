"""The one pytree of booleans: which weights are alive.

Masks have exactly the structure of the parameters; every leaf is a boolean array of that leaf's
shape, all true where nothing may be pruned. They are applied with a select, never a product
(NaN times 0 is NaN).
"""

import hashlib
from collections.abc import Iterable

import chex
import jax
import jax.numpy as jnp
import numpy as np

from jaxticket.trees import Tree, leaves_by_path, size


def full(params: Tree) -> Tree:
    """Return masks for `params` with every weight alive."""
    return jax.tree.map(lambda p: jax.device_put(np.ones(p.shape, bool)), params)


def apply(masks: Tree, tree: Tree) -> Tree:
    """Return `tree` with exact zeros where `masks` is false; dtypes are kept.

    Raises:
        AssertionError: structure or shapes differ; names the leaf.
    """
    chex.assert_trees_all_equal_shapes(masks, tree)
    return jax.tree.map(lambda m, x: jnp.where(m, x, jnp.zeros((), x.dtype)), masks, tree)


def alive(masks: Tree, paths: Iterable[str]) -> dict[str, int]:
    """Return the number of surviving weights of each named leaf, as Python integers."""
    leaves = leaves_by_path(masks)
    return {path: int(np.count_nonzero(np.asarray(leaves[path]))) for path in paths}


def sparsity(masks: Tree, paths: Iterable[str]) -> float:
    """Return the pruned fraction, in [0, 1], of the named (prunable) leaves taken together."""
    leaves = leaves_by_path(masks)
    counts = alive(masks, paths)
    total = sum(int(leaves[path].size) for path in counts)
    return (total - sum(counts.values())) / total


def parameters_left(masks: Tree, paths: Iterable[str]) -> int:
    """Return how many of all parameters are alive, the never pruned ones included."""
    leaves = leaves_by_path(masks)
    counts = alive(masks, paths)
    return size(masks) - sum(int(leaves[path].size) - left for path, left in counts.items())


def overlap(a: Tree, b: Tree, paths: Iterable[str]) -> float:
    """Return the intersection over union of two masks' survivors on the named leaves, in [0, 1].

    Two masks without any survivor overlap by 1.
    """
    left, right = leaves_by_path(a), leaves_by_path(b)
    both = either = 0
    for path in paths:
        x, y = np.asarray(left[path]), np.asarray(right[path])
        both += int(np.count_nonzero(x & y))
        either += int(np.count_nonzero(x | y))
    return both / either if either else 1.0


def digest(masks: Tree, paths: Iterable[str]) -> str:
    """Return the SHA-256 of the named leaves' bits: equal for equal masks of the same leaves."""
    leaves, hashed = leaves_by_path(masks), hashlib.sha256()
    for path in paths:
        leaf = np.asarray(leaves[path])
        hashed.update(f"{path} {leaf.shape}\n".encode() + np.packbits(leaf).tobytes())
    return hashed.hexdigest()


def nonzero_where_pruned(masks: Tree, tree: Tree) -> str | None:
    """Return the path of the first leaf of `tree` with a nonzero pruned entry, or None.

    NaN counts as nonzero.
    """
    values = leaves_by_path(tree)
    for path, mask in leaves_by_path(masks).items():
        if np.any((np.asarray(values[path]) != 0) & ~np.asarray(mask)):
            return path
    return None


def revived(new: Tree, old: Tree) -> str | None:
    """Return the path of the first leaf in which a pruned weight lives again, or None."""
    before = leaves_by_path(old)
    for path, mask in leaves_by_path(new).items():
        if np.any(np.asarray(mask) & ~np.asarray(before[path])):
            return path
    return None
