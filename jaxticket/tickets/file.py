"""The ticket file: a sparse network with what is needed to use, judge and check it.

One safetensors file. Of what may be pruned it holds the survivors, `values/PATH`, and where they
stand, `mask_bits/PATH` or `mask_gaps/PATH` (see `jaxticket.packing`); the rest is dense,
`params/PATH` and `batch_stats/PATH`. The one entry of its metadata, `jaxticket`, is the manifest.
Files of schema 1 are dense throughout, with `masks/PATH`. NumPy only.
"""

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from jaxticket.graph import from_json, shapes
from jaxticket.limits import TICKET_WEIGHTS, TICKET_WEIGHTS_A_BYTE
from jaxticket.packing import Packed, pack, unpack
from jaxticket.tickets.container import (
    Refused,
    read_container,
    write_container,
)
from jaxticket.tickets.hashes import hash_arrays, hash_manifest, hash_masks, hash_weights
from jaxticket.tickets.manifest import (
    SCHEMA,
    Hashes,
    Manifest,
    Prunable,
    older_manifest,
    read_manifest,
)

Leaves = dict[str, np.ndarray]
"""Arrays by the paths of the parameters, such as `conv1/kernel`."""


@dataclass(frozen=True, eq=False)
class Ticket:
    """A sparse network, in NumPy arrays by path.

    Attributes:
        params: float32, zero where pruned.
        batch_stats: float32, running statistics of BatchNorm.
        masks: bool, of what may be pruned.
        manifest: what is said of it.
    """

    params: Leaves
    batch_stats: Leaves
    masks: Leaves
    manifest: Manifest


def load_ticket(path: Path | str) -> Ticket:
    """Read a ticket of this form or the older one; every hash that it has is checked.

    Raises:
        FileNotFoundError: there is no such file.
        Refused: it is no ticket, damaged, hostile, or of a newer version; says why.
    """
    try:
        arrays, written = read_container(Path(path))
        most = min(TICKET_WEIGHTS, TICKET_WEIGHTS_A_BYTE * Path(path).stat().st_size)
        if "kind" in written:
            raise Refused(f"it is a {written['kind']} file, which goes with a ticket")
        schema = written.get("schema", 1)
        if type(schema) is not int or not 0 < schema <= SCHEMA:
            raise Refused(
                f"it is of schema {schema!r}, and this version reads schemas 1 to {SCHEMA}: a "
                "newer version of jaxticket wrote it, or it is none"
            )
        return _older(arrays, written) if schema == 1 else _read(arrays, written, most)
    except Refused as error:
        raise Refused(f"{path} is not a ticket that can be read: {error}") from None


def save_ticket(path: Path, ticket: Ticket) -> Manifest:
    """Write a ticket; it appears whole or not at all, and the same ticket is the same bytes.

    Args:
        path: the file.
        ticket: what is masked may be pruned; the manifest's counts and hashes are made anew.

    Returns:
        The manifest as it was written.

    Raises:
        ValueError: an array is not finite or not float32, or a pruned weight is not zero.
        OSError: the file cannot be written.
    """
    packed = packed_leaves(ticket)
    arrays = stored_arrays(ticket, packed)
    manifest = _with_hashes(ticket, packed, arrays)
    write_container(path, arrays, manifest.plain())
    return manifest


def packed_leaves(ticket: Ticket) -> dict[str, Packed]:
    """Return what may be pruned without its zeros, by path."""
    kind = np.dtype(ticket.manifest.values)
    packed = {}
    for path, mask in ticket.masks.items():
        one = pack(ticket.params[path], mask)
        packed[path] = replace(one, values=one.values.astype(kind))
    return packed


def stored_arrays(ticket: Ticket, packed: Mapping[str, Packed]) -> Leaves:
    """Return the arrays of a ticket by the names that they have in the file.

    Raises:
        ValueError: one of them is not finite, or not float32 in the network.
    """
    arrays: Leaves = {}
    for path, one in packed.items():
        arrays[f"values/{path}"] = one.values
        arrays[f"{'mask_gaps' if one.gaps else 'mask_bits'}/{path}"] = one.mask
    for part in ("params", "batch_stats"):
        for path, leaf in getattr(ticket, part).items():
            if leaf.dtype != np.float32:
                raise ValueError(f"{path} is {leaf.dtype}: a ticket holds float32")
            if path not in packed or part == "batch_stats":
                arrays[f"{part}/{path}"] = np.ascontiguousarray(leaf)
    if odd := [n for n, a in arrays.items() if a.dtype.kind == "f" and not np.isfinite(a).all()]:
        raise ValueError(f"{odd[0]} is not finite as {arrays[odd[0]].dtype}")
    return arrays


def save_dense(path: Path, ticket: Ticket) -> None:
    """Write a ticket in the older form: dense safetensors `params/...`, `batch_stats/...`."""
    said = _counted(ticket)
    metadata = {
        "model": said.model, "image_size": said.image_size, "data_name": said.data.name,
        "data_fingerprint": said.data.fingerprint, "synthetic": said.data.synthetic,
        "seed": said.seed, "rewind": said.rewind, "level": said.level, "sparsity": said.sparsity,
        "weights_left": said.weights_left,
    }  # fmt: skip
    if said.logits > 1:
        metadata["classes"] = json.dumps(said.classes)
    parts = {"params": ticket.params, "batch_stats": ticket.batch_stats, "masks": ticket.masks}
    arrays = {f"{part}/{leaf}": a for part, leaves in parts.items() for leaf, a in leaves.items()}
    write_container(path, arrays, {name: str(value) for name, value in metadata.items()})


def by_path(tree: Mapping[str, Any], prefix: str = "") -> Leaves:
    """Return the leaves of a nested dict as NumPy arrays, keyed by their paths."""
    leaves: Leaves = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            leaves |= by_path(value, f"{prefix}{key}/")
        else:
            leaves[f"{prefix}{key}"] = np.asarray(value)
    return leaves


def nested(leaves: Mapping[str, Any]) -> dict[str, Any]:
    """Return leaves by path as the nested dict that a detector takes."""
    tree: dict[str, Any] = {}
    for path, leaf in leaves.items():
        *layers, name = path.split("/")
        node = tree
        for layer in layers:
            node = node.setdefault(layer, {})
        node[name] = leaf
    return tree


def _counted(ticket: Ticket) -> Manifest:
    """Return the manifest with the counts of the masks."""
    forms = {
        path: Prunable(
            shape=list(mask.shape), weights=mask.size, weights_left=int(np.count_nonzero(mask))
        )
        for path, mask in ticket.masks.items()
    }
    total = sum(form.weights for form in forms.values())
    left = sum(form.weights_left for form in forms.values())
    return msgspec.structs.replace(
        ticket.manifest,
        prunable=forms,
        weights_left=left,
        sparsity=(total - left) / total if total else 0.0,
    )


def _with_hashes(ticket: Ticket, packed: Mapping[str, Packed], arrays: Leaves) -> Manifest:
    manifest = msgspec.structs.replace(_counted(ticket), schema=SCHEMA)
    params = ticket.params | {
        path: unpack(one)[0].astype(np.float32) for path, one in packed.items()
    }
    hashes = Hashes(
        arrays=hash_arrays(arrays),
        masks=hash_masks(ticket.masks),
        weights=hash_weights(params, ticket.batch_stats, ticket.masks),
        manifest=hash_manifest(manifest.plain()),
    )
    return msgspec.structs.replace(manifest, hashes=hashes)


def _read(arrays: Leaves, written: dict[str, Any], most: int) -> Ticket:
    manifest = read_manifest(written, most)
    parts = _parted(arrays, "params", "batch_stats", "values", "mask_bits", "mask_gaps")
    values, bits, gaps = parts["values"], parts["mask_bits"], parts["mask_gaps"]
    if not sorted([*bits, *gaps]) == sorted(values) == sorted(manifest.prunable):
        raise Refused("its values, its masks and its manifest are not of the same arrays")
    if twice := values.keys() & parts["params"].keys():
        raise Refused(f"it holds {min(twice)} twice")
    params, masks = parts["params"], {}
    for path, form in manifest.prunable.items():
        kept, mask = values[path], bits[path] if path in bits else gaps[path]
        if kept.ndim != 1 or kept.dtype != manifest.values:
            raise Refused(f"values/{path} are {kept.dtype}{list(kept.shape)}")
        if mask.ndim != 1 or mask.dtype.kind != "u" or (path in bits and mask.dtype != "u1"):
            raise Refused(f"the mask of {path} is {mask.dtype}{list(mask.shape)}")
        if len(kept) != form.weights_left:
            raise Refused(f"{path} has {len(kept)} weights left, not {form.weights_left}")
        try:
            dense, masks[path] = unpack(Packed(kept, mask, path in gaps, tuple(form.shape)))
        except ValueError as error:
            raise Refused(f"{path}: {error}") from None
        params[path] = dense.astype(np.float32)
    ticket = Ticket(params, parts["batch_stats"], masks, manifest)
    _check_floats(ticket)
    _check_graph(ticket)
    found = Hashes(
        arrays=hash_arrays(arrays), masks=hash_masks(masks), manifest=hash_manifest(written),
        weights=hash_weights(params, ticket.batch_stats, masks),
    )  # fmt: skip
    for name in Hashes.__struct_fields__:
        if manifest.hashes is None or getattr(manifest.hashes, name) != getattr(found, name):
            raise Refused(f"the SHA-256 of its {name} is another than it says: it was changed")
    return ticket


def _older(arrays: Leaves, written: dict[str, Any]) -> Ticket:
    parts = _parted(arrays, "params", "batch_stats", "masks")
    params, masks = parts["params"], parts["masks"]
    for path, mask in masks.items():
        weights = params.get(path)
        if weights is None or mask.dtype != bool or mask.shape != weights.shape:
            raise Refused(f"masks/{path} is no mask of an array in it")
        if weights[~mask].any():
            raise Refused(f"{path} is not zero where it is pruned")
    ticket = Ticket(params, parts["batch_stats"], masks, older_manifest(written))
    _check_floats(ticket)
    counted = _counted(ticket)
    if counted.weights_left != ticket.manifest.weights_left:
        raise Refused(
            f"it says {ticket.manifest.weights_left} weights are left, and "
            f"{counted.weights_left} are"
        )
    return replace(ticket, manifest=counted)


def _check_graph(ticket: Ticket) -> None:
    """Refuse a graph that cannot be computed with the ticket's arrays, or gives no logits of it."""
    said = ticket.manifest
    if said.graph is None:
        return
    try:
        graph = from_json(said.graph)
        found = shapes(graph, ticket.params | ticket.batch_stats)[graph.output]
    except ValueError as error:
        raise Refused(f"its graph is none of its arrays: {error}") from None
    if found != (said.logits,):
        raise Refused(f"its graph gives {found}, not {said.logits} logits")
    if graph.image_size != said.image_size:
        raise Refused(
            f"its graph is of pictures of {graph.image_size} pixels, not {said.image_size}"
        )


def _parted(arrays: Leaves, *names: str) -> dict[str, Leaves]:
    parts: dict[str, Leaves] = {name: {} for name in names}
    for name, array in arrays.items():
        part, _, path = name.partition("/")
        if part not in parts or not path:
            raise Refused(f"it holds {name}, which is no part of a ticket")
        parts[part][path] = array
    return parts


def _check_floats(ticket: Ticket) -> None:
    if not ticket.params:
        raise Refused("it holds no parameters")
    for path, leaf in [*ticket.params.items(), *ticket.batch_stats.items()]:
        if leaf.dtype != np.float32:
            raise Refused(f"{path} is {leaf.dtype}, not float32")
    for path, leaf in ticket.batch_stats.items():
        if path.endswith("/var") and (leaf < 0).any():
            raise Refused(f"{path} is a variance below 0")
    for leaves in ticket.params, ticket.batch_stats:
        ordered = sorted(leaves, key=lambda path: path.split("/"))  # a layer's arrays follow it
        for path, other in itertools.pairwise(ordered):
            if other.startswith(f"{path}/"):
                raise Refused(f"{path} is both an array and a layer")
