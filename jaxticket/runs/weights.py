"""The border between `Weights` and their form on the disk.

A beginning is `{"params", "batch_stats"}`. A level keeps its survivors alone: an array that is
pruned in part is not in `params`; its survivors are in `survivors`, in C order, and where they
stand in `masks`, with its shape (`jaxticket.packing`). An array without a mask is not pruned.
Older runs have `({"params", "batch_stats"}, masks)`, dense, and are read too.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax
import numpy as np

from jaxticket import limits
from jaxticket.packing import Packed, pack, unpack, unpack_mask
from jaxticket.runs.checkpoints import COPY, restore_tree, save_tree
from jaxticket.runs.damage import Damaged
from jaxticket.runs.levels import level_folder, level_numbers
from jaxticket.trees import Tree, leaves_by_path
from jaxticket.weights import Weights, dense

INIT = "init"


def beginning_on_disk(weights: Weights) -> Tree:
    """Return what is saved of the weights that a run begins from: nothing is pruned yet."""
    return {"params": weights.params, "batch_stats": weights.batch_stats}


def save_weights(path: Path, weights: Weights) -> None:
    """Save the weights and masks of a level to a new folder, replacing one that is there.

    Raises:
        OSError: the disk has no room for it; nothing is written then.
    """
    save_tree(path, _on_disk(weights))


def restore_weights(path: Path, remedy: str = COPY, like: Weights | None = None) -> Weights:
    """Restore the weights of a level, or of a beginning, by what their checkpoint says of itself.

    Args:
        path: the checkpoint.
        remedy: what to do where it is damaged.
        like: weights of the shapes and dtypes that a level must have.

    Raises:
        Damaged: the folder is no checkpoint of weights, or of others than `like`.
    """
    weights, reason = None, "it holds other arrays than weights and their masks"
    try:
        weights = _from_disk(restore_tree(path, remedy=remedy))
    except Damaged:
        raise
    except MemoryError as error:
        reason = str(error)
    except (ValueError, LookupError, AttributeError):
        pass
    if weights is None:
        raise Damaged(path, reason, remedy)
    if like is not None and (other := _difference(weights, like)):
        raise Damaged(path, other, remedy)
    return weights


def read_level(path: Path, level: int) -> Weights:
    """Read the weights that a level ended with; the run folder is not locked, and stays as it is.

    Raises:
        FileNotFoundError: they are not there; says which levels are.
        Damaged: they cannot be read.
    """
    folder = level_folder(path, level) / "checkpoint"
    if not folder.exists():
        kept = [n for n in level_numbers(path) if (level_folder(path, n) / "checkpoint").exists()]
        raise FileNotFoundError(
            f"{folder} is not there; {path} holds the arrays of the levels "
            f"{', '.join(map(str, kept)) or 'none'}"
        )
    return restore_weights(folder)


def read_beginning(path: Path) -> Weights:
    """Read the weights that a run began from; see `read_level`."""
    if not (path / INIT).exists():
        raise FileNotFoundError(f"{path / INIT}, where the levels began, is not there")
    return restore_weights(path / INIT)


def _on_disk(weights: Weights) -> Tree:
    tree: Tree = {"params": {}, "batch_stats": weights.batch_stats, "survivors": {}, "masks": {}}
    alive = leaves_by_path(weights.masks)
    for place, leaf in leaves_by_path(weights.params).items():
        array, mask = np.asarray(leaf), np.asarray(alive[place])
        left = np.count_nonzero(mask)
        if left == mask.size:
            _put(tree["params"], place, leaf)
            continue
        packed = pack(array, mask)
        kept: Tree = {"gaps" if packed.gaps else "bits": packed.mask}
        if left == 0:  # what holds nothing cannot be saved
            _put(tree["params"], place, leaf)
            kept = {"bits": np.packbits(mask, bitorder="little")}
        else:
            _put(tree["survivors"], place, packed.values)
            kept["shape"] = np.array(array.shape, np.int64)
        _put(tree["masks"], place, kept)
    return tree


def _from_disk(tree: Tree) -> Weights | None:
    """Return the weights of any of the forms; None of another one.

    Raises:
        ValueError, LookupError, AttributeError: likewise.
    """
    match tree:
        case {"params": params, "batch_stats": stats, "survivors": survivors, "masks": masks}:
            return _dense_again(params, stats, survivors, masks)
        case {"params": params, "batch_stats": batch_stats}:
            return dense(params, batch_stats)
        case [{"params": params, "batch_stats": batch_stats}, masks]:
            if jax.tree.map(lambda x: (x.shape, bool), params) == jax.tree.map(
                lambda x: (x.shape, x.dtype), masks
            ):
                return Weights(params, batch_stats, masks)
    return None


def _dense_again(params: Tree, batch_stats: Tree, survivors: Tree, masks: Tree) -> Weights:
    arrays, values = leaves_by_path(params), leaves_by_path(survivors)
    if twice := arrays.keys() & values.keys():
        raise ValueError(f"{min(twice)} is there twice")
    kept = leaves_by_path(masks)
    _need_bounds({place: kept.get(f"{place}/shape", leaf.shape) for place, leaf in
                  [*arrays.items(), *values.items()]})  # fmt: skip
    whole_params: Tree = {}
    whole_masks: Tree = {}
    for place in sorted([*arrays, *values]):
        gaps = f"{place}/gaps" in kept
        packed = kept.pop(f"{place}/{'gaps' if gaps else 'bits'}", None)
        if place in values:
            shape = tuple(np.asarray(kept.pop(f"{place}/shape")).tolist())
            one = Packed(np.asarray(values[place]), np.asarray(packed), gaps, shape)
            array, mask = jax.device_put(unpack(one), may_alias=False)
        elif packed is not None:
            array = arrays[place]
            mask = unpack_mask(np.asarray(packed), array.shape, gaps=gaps)
            mask = jax.device_put(mask, may_alias=False)
        else:
            array, mask = arrays[place], jax.device_put(np.ones(arrays[place].shape, bool))
        _put(whole_params, place, array)
        _put(whole_masks, place, mask)
    if kept:
        raise ValueError(f"{min(kept)} is of nothing")
    return Weights(whole_params, batch_stats, whole_masks)


def _need_bounds(shapes: Mapping[str, Any]) -> None:
    """Refuse arrays that would take more memory, unpacked, than is stated.

    Raises:
        MemoryError: says how much.
    """
    whole = sum(4 * max(0, math.prod(np.asarray(shape).tolist())) for shape in shapes.values())
    if whole > limits.CHECKPOINT_BYTES:
        most = limits.CHECKPOINT_BYTES
        raise MemoryError(f"unpacked it has {whole:,} bytes; at most {most:,} are read")


def _put(tree: Tree, place: str, leaf: Any) -> None:
    *layers, name = place.split("/")
    for layer in layers:
        tree = tree.setdefault(layer, {})
    tree[name] = leaf


def _difference(weights: Weights, like: Weights) -> str | None:
    """Return in words the first array of other shape or dtype than that of `like`."""
    have, want = (
        {place: f"{np.dtype(leaf.dtype)}{tuple(leaf.shape)}"
         for place, leaf in leaves_by_path(beginning_on_disk(each)).items()}
        for each in (weights, like)
    )  # fmt: skip
    for place in sorted(have.keys() | want.keys()):
        if have.get(place) != want.get(place):
            return (
                f"{place} is {have.get(place, 'missing')} in it and "
                f"{want.get(place, 'unknown')} here"
            )
    return None
