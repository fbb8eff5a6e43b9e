"""Orbax checkpoints: whole trees, and the newest of a level in progress.

Orbax writes into a temporary folder and renames it, so a checkpoint is there whole or not at all.
"""

import errno
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import orbax.checkpoint as ocp

from jaxticket.trees import Tree

SPARE_BYTES = 1 << 20


def save_tree(path: Path, tree: Tree) -> None:
    """Save a tree of arrays to a new folder, replacing one that is there.

    Raises:
        OSError: the disk has no room for it; nothing is written then.
    """
    _need_room(path, tree)
    with _quiet(), ocp.StandardCheckpointer() as checkpointer:
        checkpointer.save(path.resolve(), tree, force=True)


def restore_tree(path: Path, like: Tree) -> Tree:
    """Restore a tree of arrays of the structure, shapes and dtypes of `like`.

    Raises:
        ValueError: the folder is no checkpoint of such a tree.
    """
    with _quiet(), ocp.StandardCheckpointer() as checkpointer:
        return _own(checkpointer.restore(path.resolve(), _abstract(like)))


class Partial:
    """The newest checkpoint of a level that is under way: arrays and a little JSON, together."""

    def __init__(self, path: Path):
        """Use a folder, which is made with the first save."""
        self._path = path

    def save(self, step: int, arrays: Tree, notes: dict[str, Any]) -> None:
        """Save; the checkpoint before it is dropped once this one is whole.

        Raises:
            OSError: the disk has no room for it; the one before stays.
        """
        _need_room(self._path, arrays)
        with _quiet(), self._manager() as manager:
            items = ocp.args.Composite(
                arrays=ocp.args.StandardSave(arrays),  # pyright: ignore[reportCallIssue]
                notes=ocp.args.JsonSave(notes),  # pyright: ignore[reportCallIssue]
            )
            manager.save(step, args=items)

    def restore(self, like: Tree) -> tuple[Tree, dict[str, Any]] | None:
        """Return the arrays and notes of the newest checkpoint, or None without one."""
        if not self._path.exists():
            return None
        with _quiet(), self._manager() as manager:
            step = manager.latest_step()
            if step is None:
                return None
            items = ocp.args.Composite(
                arrays=ocp.args.StandardRestore(_abstract(like)),  # pyright: ignore[reportCallIssue]
                notes=ocp.args.JsonRestore(),  # pyright: ignore[reportCallIssue]
            )
            found = manager.restore(step, args=items)
        return _own(found["arrays"]), found["notes"]

    def clear(self) -> None:
        """Remove the checkpoints: the level is done."""
        shutil.rmtree(self._path, ignore_errors=True)

    def _manager(self) -> ocp.CheckpointManager:
        options = ocp.CheckpointManagerOptions(
            max_to_keep=1, enable_async_checkpointing=False, cleanup_tmp_directories=True
        )
        return ocp.CheckpointManager(self._path.resolve(), options=options)


def _abstract(tree: Tree) -> Tree:
    return jax.tree.map(ocp.utils.to_shape_dtype_struct, tree)


def _own(tree: Tree) -> Tree:
    """Copy: restored arrays are not always donatable, and memory would double.

    By way of the host: Orbax commits arrays to their device, fresh ones are not committed, and a
    jitted function compiles anew, without a new trace, where one takes the other's place.
    """
    return jax.tree.map(lambda x: jnp.array(np.asarray(x), copy=True), tree)


def _need_room(path: Path, tree: Tree) -> None:
    """Refuse before Orbax begins: running out of room in its threads it is hard to understand."""
    folder = next(parent for parent in path.resolve().parents if parent.exists())
    need = sum(leaf.nbytes for leaf in jax.tree.leaves(tree)) + SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < need:
        raise OSError(
            errno.ENOSPC, f"{os.strerror(errno.ENOSPC)}: {need:,} bytes wanted, {free:,} free",
            str(path),
        )  # fmt: skip


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Orbax's own log lines away; its errors are raised all the same."""
    logger = logging.getLogger("absl")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
