"""The rewind file: the state in which the training of a ticket began, to train it again.

A container like the ticket's, and read together with it: what the ticket's masks prune is not
there. `values/PATH` are the survivors of an array that may be pruned, `params/PATH` and
`batch_stats/PATH` the rest; with the rewinding `step:K` also `optimizer/PLACE`, the optimizer's
moments, those of a pruned array as survivors too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
from msgspec import Struct

from jaxticket.tickets.container import Refused, read_container, write_container
from jaxticket.tickets.file import Leaves, Ticket
from jaxticket.tickets.hashes import hash_arrays, hash_manifest, hash_masks

SCHEMA = 1
KIND = "rewind"


class RewindManifest(Struct, frozen=True, kw_only=True):
    """What a rewind file says of itself.

    Attributes:
        kind: tells it from a ticket.
        schema: the form of the file.
        model, level, rewind: as in the ticket's manifest.
        step: of the training schedule, at which the ticket's training began.
        masks: hash of the ticket's masks.
        hashes: of `arrays` and `manifest`, as in a ticket.
    """

    kind: Literal["rewind"] = KIND
    schema: int = SCHEMA
    model: str
    level: int
    rewind: str
    step: int
    masks: str
    hashes: dict[str, str] = {}


@dataclass(frozen=True, eq=False)
class RewindPoint:
    """A ticket's beginning, in NumPy arrays by path.

    Attributes:
        params: float32, zero where the ticket is pruned.
        batch_stats: running statistics of BatchNorm.
        optimizer: the optimizer's state by place, zero where pruned; empty of one that is fresh.
        step: of the training schedule.
    """

    params: Leaves
    batch_stats: Leaves
    optimizer: Leaves
    step: int


def rewind_file(ticket: Path) -> Path:
    """Return where the rewind point of a ticket file lies: NAME.rewind.safetensors beside it."""
    return ticket.with_suffix(".rewind.safetensors")


def save_rewind(path: Path, ticket: Ticket, point: RewindPoint) -> None:
    """Write the rewind point of a ticket; the same one is the same bytes.

    Args:
        path: the file.
        ticket: whose beginning it is.
        point: what the ticket prunes of it is left out.

    Raises:
        OSError: the file cannot be written.
    """
    arrays: Leaves = {}
    for name, leaf in point.params.items():
        mask = ticket.masks.get(name)
        arrays[f"params/{name}" if mask is None else f"values/{name}"] = _without(leaf, mask)
    arrays |= {f"batch_stats/{name}": leaf for name, leaf in point.batch_stats.items()}
    for place, leaf in point.optimizer.items():
        arrays[f"optimizer/{place}"] = _without(leaf, _mask_of(place, ticket.masks))
    said = ticket.manifest
    manifest = RewindManifest(
        model=said.model, level=said.level, rewind=said.rewind, step=point.step,
        masks=hash_masks(ticket.masks),
    )  # fmt: skip
    hashes = {"arrays": hash_arrays(arrays), "manifest": hash_manifest(_plain(manifest))}
    write_container(path, arrays, _plain(msgspec.structs.replace(manifest, hashes=hashes)))


def load_rewind(path: Path | str, ticket: Ticket) -> RewindPoint:
    """Read the rewind point of a ticket.

    Raises:
        FileNotFoundError: there is no such file.
        Refused: it is no rewind point, damaged, or another ticket's; says why.
    """
    try:
        arrays, written = read_container(Path(path))
        return _read(arrays, written, ticket)
    except Refused as error:
        raise Refused(f"{path} is not the rewind point of this ticket: {error}") from None


def _read(arrays: Leaves, written: dict[str, Any], ticket: Ticket) -> RewindPoint:
    if written.get("kind") != KIND:
        raise Refused("it is no rewind point")
    if (schema := written.get("schema")) != SCHEMA:
        raise Refused(f"it is of schema {schema!r}, and this version reads schema {SCHEMA}")
    try:
        said = msgspec.convert(written, RewindManifest)
    except msgspec.ValidationError as error:
        raise Refused(f"its manifest: {error}") from None
    if said.masks != hash_masks(ticket.masks):
        raise Refused(
            f"it is of other masks: of level {said.level} of a {said.model}, the ticket of level "
            f"{ticket.manifest.level} of a {ticket.manifest.model}"
        )
    found = {"arrays": hash_arrays(arrays), "manifest": hash_manifest(written)}
    for name, digest in found.items():
        if said.hashes.get(name) != digest:
            raise Refused(f"the SHA-256 of its {name} is another than it says: it was changed")
    point = RewindPoint({}, {}, {}, said.step)
    for name, array in arrays.items():
        part, _, leaf = name.partition("/")
        if part == "values" and leaf in ticket.masks:
            point.params[leaf] = _with_zeros(name, array, ticket.masks[leaf])
        elif part == "params" and leaf not in ticket.masks:
            point.params[leaf] = array
        elif part == "batch_stats":
            point.batch_stats[leaf] = array
        elif part == "optimizer" and leaf:
            point.optimizer[leaf] = _with_zeros(name, array, _mask_of(leaf, ticket.masks))
        else:
            raise Refused(f"it holds {name}, which is no part of it")
    for mine, theirs in (point.params, ticket.params), (point.batch_stats, ticket.batch_stats):
        if {n: (a.shape, a.dtype) for n, a in mine.items()} != {
            n: (a.shape, a.dtype) for n, a in theirs.items()
        }:
            raise Refused("its arrays are not those of the ticket")
    if not 0 <= said.step < 1 << 31:
        raise Refused(f"it begins at step {said.step}")
    return point


def _mask_of(place: str, masks: Mapping[str, np.ndarray]) -> np.ndarray | None:
    """Return the mask of the parameters that a moment belongs to; None of one of no pruned one."""
    parts = place.split("/")
    ends = ("/".join(parts[first:]) for first in range(len(parts)))
    return next((masks[path] for path in ends if path in masks), None)


def _without(leaf: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
    return np.ascontiguousarray(leaf).reshape(leaf.shape) if mask is None else leaf[mask]


def _with_zeros(name: str, values: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
    if mask is None:
        return values
    if values.shape != (np.count_nonzero(mask),):
        raise Refused(f"{name} has {values.shape} values for the ticket's masks")
    leaf = np.zeros(mask.shape, values.dtype)
    leaf[mask] = values
    return leaf


def _plain(manifest: RewindManifest) -> dict[str, Any]:
    return msgspec.to_builtins(manifest)
