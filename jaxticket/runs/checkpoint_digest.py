"""The SHA-256 of what a checkpoint holds, however it is laid out, and where it is kept."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax
import msgspec
import numpy as np

from jaxticket.trees import Tree

ABOUT = "_CHECKPOINT_METADATA"
"""Where Orbax puts what it is given to be saved with a checkpoint."""
SHA256 = "sha256"


def content_sha256(tree: Tree, notes: Mapping[str, Any] | None = None) -> str:
    """Return the SHA-256 of what a tree holds: path, dtype, shape and bytes of every leaf.

    Args:
        tree: of arrays; a nested dict, or of classes with the same names, which gives the same.
        notes: JSON beside it, if any.
    """
    leaves, _ = jax.tree_util.tree_flatten_with_path(tree)
    hashed = hashlib.sha256()
    by_name = {leaf_name(path): leaf for path, leaf in leaves}
    for name in sorted(by_name):
        array = np.asarray(by_name[name])
        array = array.astype(jax.dtypes.canonicalize_dtype(array.dtype), copy=False)
        hashed.update(f"{name} {array.dtype} {array.shape}\n".encode())
        hashed.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    if notes is not None:
        hashed.update(json.dumps(notes, sort_keys=True).encode())
    return hashed.hexdigest()


def kept_sha256(path: Path) -> str | None:
    """Return what `content_sha256` gave when a checkpoint was saved; None of an older version.

    Args:
        path: of a tree.

    Raises:
        ValueError: what Orbax says of the checkpoint is damaged.
        OSError: it cannot be read.
    """
    try:
        about = msgspec.json.decode((path / ABOUT).read_bytes(), type=_About)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{ABOUT}: {error}") from error
    return about.custom_metadata.get(SHA256)


class _About(msgspec.Struct):
    """Of `ABOUT` what is given to be saved."""

    custom_metadata: dict[str, Any] = {}


def leaf_name(path: tuple[Any, ...]) -> str:
    """Return the name of a leaf, such as `params/fc/bias`."""
    return jax.tree_util.keystr(path, simple=True, separator="/")
