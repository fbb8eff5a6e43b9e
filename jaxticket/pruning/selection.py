"""Selection: from scores and the old mask to the new mask, with an exact count.

The threshold of a selection is the largest score it removes: with magnitude scores it is the
alpha of the paper's Algorithm 1. Ties fall by position, earlier weights first.
"""

from typing import Literal

import jax
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
    new: dict[str, jax.Array] = {}
    for name, members in groups.items():
        count = survivors(sum(values[path].size for path in members), sparsity)
        kept, threshold = _keep_largest(
            [values[path] for path in members], [alive[path] for path in members], count, name
        )
        if threshold is not None:
            thresholds[name] = threshold
        new |= {path: jax.device_put(mask) for path, mask in zip(members, kept, strict=True)}
    return replace_leaves(masks, new), thresholds


def _keep_largest(
    scores: list[np.ndarray], alive: list[np.ndarray], count: int, name: str
) -> tuple[list[np.ndarray], float | None]:
    """Return masks of the `count` largest living scores, and the largest score removed."""
    # Only what lives is ranked: the pruned would be so many ties, which a partition is slow at.
    living = np.concatenate([each[mask] for each, mask in zip(scores, alive, strict=True)])
    if living.size and not living.min() > -np.inf:  # the least with a NaN is NaN
        raise ValueError(
            f"NaN or minus infinity among the scores of {name}: nothing can be selected"
        )
    fall = living.size - count
    if fall < 0:
        raise ValueError(f"{name}: {count} weights are to survive but only {living.size} are alive")
    if fall == 0:
        return [mask.copy() for mask in alive], None
    living.partition(fall - 1)
    threshold = living[fall - 1]
    kept = [mask & (each > threshold) for each, mask in zip(scores, alive, strict=True)]
    staying = count - sum(int(np.count_nonzero(mask)) for mask in kept)
    for each, old, new in zip(reversed(scores), reversed(alive), reversed(kept), strict=True):
        if staying == 0:
            break
        ties = np.flatnonzero(old & (each == threshold))[-staying:]
        new.flat[ties] = True
        staying -= ties.size
    return kept, float(threshold)
