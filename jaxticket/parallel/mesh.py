"""Devices as a mesh `(ticket, data)`: which of them trains what, and which rows it needs.

A row of the mesh trains one ticket, or several; the devices of a row share each batch. Statistics
of a batch, BatchNorm's among them, are those of the whole batch: the partitioner (GSPMD,
2105.04663) adds the communication.
"""

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from jaxticket.trees import Tree

TICKET, DATA = "ticket", "data"


def make_mesh(tickets: int, batch_size: int, devices: Sequence[Any] | None = None) -> Mesh:
    """Return the mesh of shape (ticket, data): tickets come first, what is left goes along data.

    Args:
        tickets: how many train together.
        batch_size: B, over the devices of a row.
        devices: to use; None for all, those of other processes too.

    Raises:
        ValueError: a batch cannot be shared evenly by the devices of a row.
    """
    devices = jax.devices() if devices is None else devices
    rows = next(n for n in range(min(tickets, len(devices)), 0, -1) if len(devices) % n == 0)
    columns = len(devices) // rows
    if batch_size % columns:
        raise ValueError(
            f"a batch of {batch_size} cannot be shared evenly by {columns} devices: choose a "
            f"--batch_size that is a multiple of {columns}, or fewer devices"
        )
    return Mesh(np.array(devices).reshape(rows, columns), (TICKET, DATA))


def sharding(mesh: Mesh, *axes: Any) -> NamedSharding:
    """Return how an array lies on a mesh: its axes in order; none for a copy on every device."""
    return NamedSharding(mesh, PartitionSpec(*axes))


def shard_of(mesh: Mesh, row: int) -> tuple[int, int] | None:
    """Return this process's share of the batches of a row, as (index, number) of equal blocks.

    None where it has no device in the row.

    Raises:
        ValueError: its devices in the row do not lie together.
    """
    owners = [device.process_index for device in mesh.devices[row]]
    mine = [column for column, owner in enumerate(owners) if owner == jax.process_index()]
    if not mine:
        return None
    first, count = mine[0], len(mine)
    if mine != list(range(first, first + count)) or first % count or len(owners) % count:
        raise ValueError(f"the devices of a process lie scattered over the mesh: {owners}")
    return first // count, len(owners) // count


def placed(value: np.ndarray, where: NamedSharding) -> jax.Array:
    """Return a host array, equal in all processes, as each device is to have it."""
    return jax.make_array_from_callback(value.shape, where, lambda index: value[index])


def everywhere(mesh: Mesh, tree: Tree) -> Tree:
    """Return a tree of host arrays, equal in all processes, with a copy on every device."""
    return jax.tree.map(lambda leaf: placed(np.asarray(leaf), sharding(mesh)), tree)
