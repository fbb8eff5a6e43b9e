"""Parameter trees: leaves by path, and which of them may be pruned.

A tree is a nested dict of arrays, `{"conv1": {"kernel": ..., "bias": ...}, ...}`; a leaf's path is
its keys joined by "/", such as "layer1.0.conv1/kernel". Leaves are always in JAX's own order.
"""

import hashlib
from typing import Any

import jax
import numpy as np

Tree = Any


def leaves_by_path(tree: Tree) -> dict[str, Any]:
    """Return the leaves of a nested dict, keyed by their paths, in JAX's order."""
    leaves, _ = jax.tree_util.tree_flatten_with_path(tree)
    return {"/".join(str(key.key) for key in path): leaf for path, leaf in leaves}


def replace_leaves(tree: Tree, new: dict[str, Any]) -> Tree:
    """Return `tree` with the leaves named in `new` replaced.

    Raises:
        KeyError: a path in `new` is not in the tree.
    """
    leaves = leaves_by_path(tree)
    if unknown := new.keys() - leaves.keys():
        raise KeyError(f"no such leaves: {sorted(unknown)}")
    return jax.tree.unflatten(jax.tree.structure(tree), (leaves | new).values())


def prunable_paths(
    params: Tree, output_layer: str, *, prune_output: bool = False
) -> tuple[str, ...]:
    """Return the paths of the leaves that may be pruned: kernels of convolutions and dense layers.

    Biases and BatchNorm are never pruned; the output layer's kernel only with `prune_output`
    (Frankle and Carbin 2019, 1803.03635, prune it at half the rate; the networks here leave it).

    Args:
        params: parameters, `{layer: {"kernel" | "bias" | "scale": array}}`.
        output_layer: name of the layer that gives the logits.
        prune_output: whether that layer's kernel counts as prunable too.
    """
    return tuple(
        path
        for path in leaves_by_path(params)
        if path.endswith("/kernel") and (prune_output or path != f"{output_layer}/kernel")
    )


def digest(tree: Tree) -> str:
    """Return the SHA-256 of a tree's bits: equal for equal leaves at the same paths."""
    hashed = hashlib.sha256()
    for path, leaf in leaves_by_path(tree).items():
        array = np.asarray(leaf)
        hashed.update(f"{path} {array.dtype} {array.shape}\n".encode() + array.tobytes())
    return hashed.hexdigest()


def size(tree: Tree) -> int:
    """Return the number of scalars in all leaves, as an exact Python integer."""
    return sum(int(leaf.size) for leaf in jax.tree.leaves(tree))
