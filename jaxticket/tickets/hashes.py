"""The SHA-256 of a ticket's parts, by which `verify` knows it and a run folder knows it again."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

Leaves = Mapping[str, np.ndarray]


def hash_arrays(arrays: Leaves) -> str:
    """Return the hash of arrays as they lie in a file: names, dtypes, shapes, bytes."""
    hashed = hashlib.sha256()
    for name in sorted(arrays):
        array = arrays[name]
        hashed.update(f"{name} {array.dtype.str} {list(array.shape)}\n".encode() + array.tobytes())
    return hashed.hexdigest()


def hash_masks(masks: Leaves) -> str:
    """Return `jaxticket.masks.digest` of the masks of what may be pruned, by path."""
    hashed = hashlib.sha256()
    for path in sorted(masks, key=_by_layer):
        mask = masks[path]
        hashed.update(f"{path} {mask.shape}\n".encode() + np.packbits(mask).tobytes())
    return hashed.hexdigest()


def hash_weights(params: Leaves, batch_stats: Leaves, masks: Leaves) -> str:
    """Return `jaxticket.weights.Weights.digest` of the network, computed from leaves by path.

    Args:
        params: zero where pruned.
        batch_stats: as they are.
        masks: of what may be pruned; the rest is alive.
    """
    alive = {path: masks.get(path, np.ones(leaf.shape, bool)) for path, leaf in params.items()}
    hashed = hashlib.sha256()
    for part, leaves in {"batch_stats": batch_stats, "masks": alive, "params": params}.items():
        for path in sorted(leaves, key=_by_layer):
            leaf = leaves[path]
            head = f"{part}/{path} {leaf.dtype} {leaf.shape}\n"
            hashed.update(head.encode() + leaf.tobytes())
    return hashed.hexdigest()


def hash_manifest(manifest: Mapping[str, Any]) -> str:
    """Return the hash of a manifest, as JSON, without its hashes."""
    rest = {name: value for name, value in manifest.items() if name != "hashes"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _by_layer(path: str) -> list[str]:
    """The order of JAX, in which a tree's keys are sorted at each of its levels."""
    return path.split("/")
