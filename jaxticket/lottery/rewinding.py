"""Rewinding: where the training of a pruned network starts.

    init    survivors at their saved initial values        Frankle and Carbin 2019, 1803.03635
    step:K  the whole state as it was at step K of level 0  Frankle et al. 2020, 1912.05671
    lr      weights kept, the schedule run again            Renda et al. 2020, 2003.02389
    none    weights kept, trained on at the final rate      fine-tuning; the paper's Algorithm 1

Batch statistics go with the weights. The optimizer starts afresh, but with `step:K` from its
moments at K.
"""

from dataclasses import replace

import numpy as np

from jaxticket.lottery.experiment import Experiment
from jaxticket.runs import Run
from jaxticket.training import TrainState, create_state
from jaxticket.training.state import mask_state
from jaxticket.trees import Tree, leaves_by_path
from jaxticket.weights import Weights


def rewind_point(
    experiment: Experiment, level: int, init: Weights, weights: Weights, run: Run
) -> TrainState:
    """Return the unpruned state that a level goes back to.

    Args:
        experiment: names the policy.
        level: its number; level 0 always starts from `init`.
        init: the saved beginning.
        weights: those of the level before, trained.
        run: has kept the state at step K.
    """
    kind = experiment.rewind.kind
    source = init if level == 0 or kind in ("init", "step") else weights
    step = first_step(experiment, level)
    fresh = create_state(source, experiment.optimizer, experiment.level_seed(level), step)
    if level > 0 and kind == "step":
        saved = run.saved("rewind", fresh)
        return replace(saved, seed=fresh.seed)
    return fresh


def first_step(experiment: Experiment, level: int) -> int:
    """Return the number of the step from which a level goes on: K with `step:K`, but of level 0."""
    if level == 0:
        return 0
    rewind = experiment.rewind
    return experiment.budget.steps if rewind.kind == "none" else rewind.step


def rewound(experiment: Experiment, point: TrainState, masks: Tree) -> TrainState:
    """Return the rewind point, pruned: weights and moments zero where `masks` is false."""
    return mask_state(point, masks, experiment.optimizer)


def differs_from(point: Tree, params: Tree, masks: Tree) -> str | None:
    """Return the path of the first leaf whose survivors are not bitwise those of `point`."""
    before = leaves_by_path(point)
    alive = leaves_by_path(masks)
    for path, leaf in leaves_by_path(params).items():
        bits = np.dtype(f"u{leaf.dtype.itemsize}")  # compared as such: NaN is itself, -0 is not 0
        now, then = (np.asarray(array).view(bits) for array in (leaf, before[path]))
        if ((now != then) & np.asarray(alive[path])).any():
            return path
    return None
