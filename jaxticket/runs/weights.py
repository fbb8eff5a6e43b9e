"""The border between `Weights` and their form on the disk, which older runs have too.

A level's checkpoint is `({"params", "batch_stats"}, masks)`, a beginning `{"params",
"batch_stats"}`.
"""

from pathlib import Path

import jax

from jaxticket.runs.checkpoints import COPY, restore_tree, save_tree
from jaxticket.runs.damage import Damaged
from jaxticket.runs.levels import level_folder, level_numbers
from jaxticket.trees import Tree
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
    save_tree(path, (beginning_on_disk(weights), weights.masks))


def restore_weights(path: Path, remedy: str = COPY, like: Weights | None = None) -> Weights:
    """Restore the weights of a level, or of a beginning, by what their checkpoint says of itself.

    Args:
        path: the checkpoint.
        remedy: what to do where it is damaged.
        like: weights of the shapes and dtypes that a level must have.

    Raises:
        Damaged: the folder is no checkpoint of weights, or of others than `like`.
    """
    tree = restore_tree(path, like and (beginning_on_disk(like), like.masks), remedy)
    match tree:
        case {"params": params, "batch_stats": batch_stats}:
            return dense(params, batch_stats)
        case [{"params": params, "batch_stats": batch_stats}, masks]:
            if jax.tree.map(lambda x: (x.shape, bool), params) == jax.tree.map(
                lambda x: (x.shape, x.dtype), masks
            ):
                return Weights(params, batch_stats, masks)
    raise Damaged(path, "it holds other arrays than weights and their masks", remedy)


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
