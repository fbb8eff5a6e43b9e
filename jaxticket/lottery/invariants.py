"""What must hold at the start and the end of every level; a violation stops the run."""

import jax
import jax.numpy as jnp
import numpy as np

from jaxticket import masks as masks_lib
from jaxticket.lottery.experiment import Experiment
from jaxticket.lottery.rewinding import differs_from
from jaxticket.pruning import survivors
from jaxticket.training import TrainState
from jaxticket.training.state import moments
from jaxticket.trees import Tree, leaves_by_path


class InvariantViolation(RuntimeError):
    """A contract of the method is broken; the message names the leaf."""


def check_start(
    experiment: Experiment,
    level: int,
    start: TrainState,
    masks: Tree,
    before: Tree,
    point: TrainState,
) -> None:
    """Check a level's beginning: monotone masks, exact counts, survivors at the rewind point.

    Args:
        experiment: names prunable leaves, scope and sparsities.
        level: its number.
        start: the state in which it starts.
        masks: its masks.
        before: the masks of the level before.
        point: the unpruned state it was rewound to.

    Raises:
        InvariantViolation: names the level, the leaf and what is wrong.
    """
    if path := masks_lib.revived(masks, before):
        raise InvariantViolation(f"level {level}: a pruned weight of {path} lives again")
    prunable = experiment.prunable
    leaves = leaves_by_path(masks)
    alive = masks_lib.alive(masks, prunable)
    groups = {path: (path,) for path in prunable}
    if experiment.scope == "global":
        groups = {"all layers": prunable}
    for name, members in groups.items():
        total = sum(int(leaves[path].size) for path in members)
        want = survivors(total, experiment.sparsities[level])
        have = sum(alive[path] for path in members)
        if want != have:
            raise InvariantViolation(f"level {level}: {name} keep {have} weights, not {want}")
    for path, mask in leaves.items():
        if path not in alive and not np.asarray(mask).all():
            raise InvariantViolation(f"level {level}: {path} is pruned but may not be")
    if path := differs_from(point.params, start.params, masks):
        raise InvariantViolation(f"level {level}: survivors of {path} are not at the rewind point")


def check_end(level: int, state: TrainState, masks: Tree) -> None:
    """Check a level's end: pruned weights and moments exactly zero, all values finite.

    Raises:
        InvariantViolation: names the level, the leaf and what is wrong.
    """
    trees = {"weights": state.params, **moments(state)}
    for place, tree in trees.items():
        if path := masks_lib.nonzero_where_pruned(masks, tree):
            raise InvariantViolation(f"level {level}: {place}: {path} is not zero where pruned")
    if path := first_nonfinite({"params": state.params, "batch_stats": state.batch_stats}):
        raise InvariantViolation(f"level {level}: {path} is not finite")


def first_nonfinite(tree: Tree) -> str | None:
    """Return the path of the first leaf with a NaN or an infinity, or None."""
    finite = leaves_by_path(jax.device_get(_all_finite(tree)))
    return next((path for path, good in finite.items() if not good), None)


@jax.jit
def _all_finite(tree: Tree) -> Tree:
    return jax.tree.map(lambda leaf: jnp.isfinite(leaf).all(), tree)
