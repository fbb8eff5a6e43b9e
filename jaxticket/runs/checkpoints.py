"""Orbax checkpoints: whole trees, and the newest of a level in progress.

Orbax writes a folder beside, which gets its name once it is synced (Orbax syncs the arrays, but not
what describes them), so a checkpoint is there whole or not at all, also when power is lost.
Several processes that train as one save together, all the same trees at the same path, and each
restores for itself; nothing hangs on the devices, so that any number of them goes on.

With each goes the SHA-256 of its content, by path, dtype, shape and bytes, however it is laid out;
what is restored is held to it. Folders of older versions have none and are restored unchecked.
"""

import errno
import json
import logging
import math
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import jax
import numpy as np
import orbax.checkpoint as ocp
from jax.experimental import multihost_utils
from jax.sharding import Mesh, NamedSharding, PartitionSpec, SingleDeviceSharding
from orbax.checkpoint.options import MultiprocessingOptions

from jaxticket import limits
from jaxticket.runs.background import Background
from jaxticket.runs.checkpoint_damage import as_damage
from jaxticket.runs.checkpoint_digest import SHA256, content_sha256, kept_sha256, leaf_name
from jaxticket.runs.damage import CHANGED
from jaxticket.trees import Tree
from jaxticket.writing import make_folder, put_in_place, write_whole

COPY = "put back a copy of it"
ARRAYS, NOTES = "arrays", "notes/metadata"
PARTIAL, ORBAX = ".partial", ".orbax-checkpoint-tmp"
"""Suffixes of folders that are being written; older runs have Orbax's own alone."""
SPARE_BYTES = 1 << 20


def save_tree(path: Path, tree: Tree) -> None:
    """Save a tree of arrays to a new folder, replacing one that is there.

    Raises:
        OSError: the disk has no room for it; nothing is written then.
    """
    _need_room(path, tree)
    with _written_beside(path) as partial:
        _save(partial, tree)


def restore_tree(path: Path, like: Tree | None = None, remedy: str = COPY) -> Tree:
    """Restore a tree of arrays of the structure, shapes and dtypes of `like`.

    Without `like` they are what the checkpoint says of itself; a tuple comes back as a list.

    Raises:
        Damaged: the folder is no checkpoint of such a tree, or was changed; says the remedy.
    """
    with as_damage(path, remedy), _quiet(), _reader() as checkpointer:
        return _restored(checkpointer, path.resolve(), like)


class Partial:
    """The newest checkpoint of a level that is under way: arrays and a little JSON, together."""

    def __init__(self, path: Path, background: Background | None = None):
        """Use a folder, which is made with the first save; write in the background if one is given.

        Whatever else is asked for waits until nothing is written any more.
        """
        self.path = path
        self._background = background or Background()
        # Of several processes all save together: each in its turn, or they would wait for ever.
        self._beside = background is not None and jax.process_count() == 1

    def save(self, step: int, arrays: Tree, notes: dict[str, Any]) -> None:
        """Save; the checkpoint before it is dropped once this one is whole.

        In the background a copy of the arrays is saved, so that the next step may take them.

        Raises:
            OSError: the disk has no room for it; the one before stays.
            BaseException: what went wrong with the one before, written in the background.
        """
        self._background.wait()
        _need_room(self.path, arrays)
        if self._beside:
            arrays = jax.device_put(arrays, may_alias=False)
        self._background.begin(lambda: self._write(step, arrays, notes))
        if not self._beside:
            self._background.wait()

    def wait(self) -> None:
        """Wait until the newest checkpoint is whole.

        Raises:
            BaseException: what went wrong with it.
        """
        self._background.wait()

    def _write(self, step: int, arrays: Tree, notes: dict[str, Any]) -> None:
        path = self.path / str(step)
        with _written_beside(path) as partial:
            _save(partial / ARRAYS, arrays, notes)
            if _keeps():
                make_folder((partial / NOTES).parent)
                write_whole(partial / NOTES, json.dumps(notes).encode())
        if _keeps():
            for before in self.path.iterdir():
                if before.name != path.name:
                    shutil.rmtree(before, ignore_errors=True)

    def restore(self, like: Tree | None) -> tuple[Tree, dict[str, Any]] | None:
        """Return the arrays and notes of the newest checkpoint, or None without one.

        Args:
            like: as of `restore_tree`.

        Raises:
            Damaged: there is something, but no checkpoint of such a tree, or it was changed.
        """
        self.wait()
        if not self.path.exists():
            return None
        with as_damage(self.path, self.remedy), _quiet(), _reader() as checkpointer:
            names = [item.name for item in self.path.iterdir()]
            steps = [int(name) for name in names if name.isdecimal()]
            if not steps:
                _need_nothing_else(names)
                return None
            folder = self.path.resolve() / str(max(steps))
            notes = json.loads((folder / NOTES).read_bytes())
            if not isinstance(notes, dict):
                raise ValueError("its notes are no JSON object")
            return _restored(checkpointer, folder / ARRAYS, like, notes), notes

    @property
    def remedy(self) -> str:
        """What to do where a checkpoint is no good."""
        return f"remove {self.path} and the same command trains this level again from its beginning"

    def set_aside(self) -> Path:
        """Move what cannot be used out of the way until the level is done; return where to."""
        _remove(self._aside)
        self.path.rename(self._aside)
        return self._aside

    @property
    def _aside(self) -> Path:
        return self.path.with_name(f"{self.path.name}.damaged")

    def clear(self) -> None:
        """Remove the checkpoints: the level is done."""
        self._background.settle()
        for path in (self.path, self._aside):
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def _keeps() -> bool:
    """Return whether this is the process that gives folders their names."""
    return jax.process_index() == 0


@contextmanager
def _written_beside(path: Path) -> Iterator[Path]:
    """Give the folder that all processes write to; then it takes its place, in all of them."""
    partial = path.with_name(f"{path.name}{PARTIAL}")
    if _keeps():
        make_folder(path.parent)
        for left in path.parent.glob(f"{partial.name}*"):
            shutil.rmtree(left)
    yield partial
    if _keeps():
        put_in_place(partial, path)
    if jax.process_count() > 1:
        multihost_utils.sync_global_devices(f"{path.name} is saved")


def _save(path: Path, tree: Tree, notes: Mapping[str, Any] | None = None) -> None:
    about = {SHA256: content_sha256(tree, notes)}
    with _quiet(), ocp.StandardCheckpointer() as checkpointer:
        checkpointer.save(path.resolve(), _of_all(tree), custom_metadata=about)


def _restored(
    checkpointer: ocp.StandardCheckpointer,
    path: Path,
    like: Tree | None,
    notes: Mapping[str, Any] | None = None,
) -> Tree:
    stored = _stored_form(checkpointer, path, like)
    tree = _own(checkpointer.restore(path, _abstract(stored)))
    if kept_sha256(path) not in (None, content_sha256(tree, notes)):
        raise ValueError(CHANGED)
    return tree


def _for_itself() -> MultiprocessingOptions | None:
    """Have Orbax wait for no other process; None where there is none."""
    if jax.process_count() == 1:
        return None
    index = jax.process_index()
    return MultiprocessingOptions(
        primary_host=index, active_processes={index}, barrier_sync_key_prefix=f"process{index}"
    )


def _reader() -> ocp.StandardCheckpointer:
    return ocp.StandardCheckpointer(
        multiprocessing_options=_for_itself() or MultiprocessingOptions()
    )


def _need_nothing_else(names: Iterable[str]) -> None:
    """Refuse a folder of no checkpoint, but for what a first save that died has left over."""
    if strangers := [name for name in names if not {PARTIAL, ORBAX} & set(Path(name).suffixes)]:
        raise ValueError(f"no checkpoint, but {', '.join(sorted(strangers)[:5])}")


def _stored_form(checkpointer: ocp.StandardCheckpointer, path: Path, like: Tree | None) -> Tree:
    """Return the form of a checkpoint; refuse another one than `like`.

    Orbax itself would turn one dtype into another.
    """
    metadata = checkpointer.metadata(path).item_metadata
    if metadata is None:
        raise ValueError("what it holds is not said in its _METADATA")
    _need_bounds(metadata.tree, like)
    if like is None:
        return metadata.tree
    have, want = (_form(tree) for tree in (metadata.tree, like))
    for leaf in sorted(have.keys() | want.keys()):
        if have.get(leaf) != want.get(leaf):
            there, here = have.get(leaf, "missing"), want.get(leaf, "unknown")
            raise ValueError(f"{leaf} is {there} in it and {here} here")
    return like


def _need_bounds(metadata: Tree, like: Tree | None) -> None:
    """Refuse what would take more memory than is stated; nothing is read of the arrays yet.

    Args:
        metadata: what the storage of each array says of it.
        like: what is expected, which bounds the whole; None where it is what a folder says.
    """
    whole = 0
    for path, leaf in jax.tree_util.tree_flatten_with_path(metadata)[0]:
        size = math.prod(leaf.shape)
        chunk = leaf.storage.chunk_shape if leaf.storage else None
        if chunk is not None and math.prod(chunk) > max(1, size):
            raise ValueError(f"{leaf_name(path)} of {tuple(leaf.shape)} is in parts of {chunk}")
        whole += size * np.dtype(leaf.dtype).itemsize
    if like is None and whole > limits.CHECKPOINT_BYTES:
        most = limits.CHECKPOINT_BYTES
        raise ValueError(f"its arrays have {whole:,} bytes; at most {most:,} are read")


def _form(tree: Tree) -> dict[str, str]:
    """Return dtype and shape of every leaf, such as "float32(3, 2)", by its path.

    Not by `ocp.tree.serialize_tree`, which fails on a chain of optimizers whose first has no state.
    """
    leaves, _ = jax.tree_util.tree_flatten_with_path(tree)
    return {leaf_name(path): f"{np.dtype(leaf.dtype)}{tuple(leaf.shape)}" for path, leaf in leaves}


def _abstract(tree: Tree) -> Tree:
    here = SingleDeviceSharding(jax.local_devices()[0])
    return jax.tree.map(lambda x: jax.ShapeDtypeStruct(x.shape, x.dtype, sharding=here), tree)


def _of_all(tree: Tree) -> Tree:
    """Return a tree, equal in all processes, as Orbax takes it: of several as arrays of all."""
    if jax.process_count() == 1:
        return tree
    where = NamedSharding(Mesh(np.array(jax.devices()), ("all",)), PartitionSpec())

    def place(leaf: Any) -> jax.Array:
        value = np.asarray(leaf)
        return jax.make_array_from_callback(value.shape, where, lambda index: value[index])

    return jax.tree.map(place, tree)


def _own(tree: Tree) -> Tree:
    """Copy: restored arrays are not always donatable, and memory would double.

    By way of the host: Orbax commits arrays to their device, fresh ones are not committed, and a
    jitted function compiles anew, without a new trace, where one takes the other's place.
    """
    return jax.device_put(jax.tree.map(np.asarray, tree), may_alias=False)


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
