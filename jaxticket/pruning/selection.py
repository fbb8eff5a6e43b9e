"""Selection: from scores and the old mask to the new mask, with an exact count.

The threshold of a selection is the largest score it removes: with magnitude scores it is the
alpha of the paper's Algorithm 1. Ties fall by position, earlier weights first.
"""

from typing import Literal

import jax.numpy as jnp
import numpy as np

from jaxticket.pruning.schedule import survivors
from jaxticket.trees import Tree, leaves_by_path, replace_leaves

Scope = Literal["global", "local"]


def select(
    scores: Tree, masks: Tree, sparsity: float, paths: tuple[str, ...], scope: Scope
) -> tuple[Tree, dict[str, float]]:
    """Prune the weights of the smallest scores until the sparsity is reached, exactly.

    With N prunable weights `N - round(N * sparsity)` survive: of all together (`global`), or of
    every layer (`local`). What was pruned before scores minus infinity and stays pruned.

    Args:
        scores: one score a weight, in the structure of the parameters.
        masks: the masks so far.
        sparsity: pruned fraction to reach, in [0, 1].
        paths: the prunable leaves.
        scope: one threshold for the whole network, or one a layer.

    Returns:
        The new masks, and the threshold of each selection: `{"global": alpha}` or one a layer;
        a selection that removed nothing has none.

    Raises:
        ValueError: a living weight scores NaN or minus infinity, or more weights are asked for
            than are left.
    """
    values = {path: np.asarray(leaf) for path, leaf in leaves_by_path(scores).items()}
    alive = {path: np.asarray(leaf) for path, leaf in leaves_by_path(masks).items()}
    groups = {"global": paths} if scope == "global" else {path: (path,) for path in paths}
    thresholds: dict[str, float] = {}
    new: dict[str, np.ndarray] = {}
    for name, members in groups.items():
        flat = np.concatenate([values[path].ravel() for path in members])
        old = np.concatenate([alive[path].ravel() for path in members])
        kept, threshold = _keep_largest(flat, old, survivors(flat.size, sparsity), name)
        if threshold is not None:
            thresholds[name] = threshold
        ends = np.cumsum([values[path].size for path in members])[:-1]
        for path, part in zip(members, np.split(kept, ends), strict=True):
            new[path] = part.reshape(values[path].shape)
    return replace_leaves(
        masks, {path: jnp.asarray(mask) for path, mask in new.items()}
    ), thresholds


def _keep_largest(
    scores: np.ndarray, alive: np.ndarray, count: int, name: str
) -> tuple[np.ndarray, float | None]:
    """Return a mask of the `count` largest living scores, and the largest score removed."""
    left = int(np.count_nonzero(alive))
    if not (scores[alive] > -np.inf).all():
        raise ValueError(
            f"NaN or minus infinity among the scores of {name}: nothing can be selected"
        )
    if count > left:
        raise ValueError(f"{name}: {count} weights are to survive but only {left} are alive")
    if count == left:
        return alive.copy(), None
    remove = scores.size - count
    ranked = np.where(alive, scores, -np.inf)
    threshold = np.partition(ranked, remove - 1)[remove - 1]
    removed = ranked < threshold
    ties = np.flatnonzero(ranked == threshold)
    removed[ties[: remove - int(np.count_nonzero(removed))]] = True
    return alive & ~removed, float(threshold)
