"""Trainings that went wrong without a NaN: losses that explode, weights that say nothing."""

import math

import numpy as np

from jaxticket.trees import Tree, leaves_by_path

EXPLODED = 100.0
ROW = 50
HUGE = 1e18


class LossExploded(FloatingPointError):
    """The loss stayed far above that of guessing; the last checkpoint is kept."""


def explodes(loss: float, logits: int) -> bool:
    """Return whether a batch's loss is more than 100 times that of guessing evenly.

    Then the right class has a probability of e^-69 on the average, of two classes: no beginning of
    a training that will still come to something.

    Args:
        loss: mean cross entropy of a batch, in nats.
        logits: of the detector: 1 for real or fake, else one a class.
    """
    return loss > EXPLODED * math.log(max(2, logits))


def weight_signs(
    params: Tree, batch_stats: Tree, masks: Tree, prunable: tuple[str, ...]
) -> list[str]:
    """Return what is wrong with weights that are finite, in words; empty if nothing is.

    The rules: all that is left of a prunable leaf has one value, so that its units are alike and
    stay alike; a parameter or a running statistic is beyond 1e18, so that sums of a few hundred
    squares leave the range of float32.

    Args:
        params, batch_stats: of a network.
        masks: false where pruned.
        prunable: paths of the leaves that may be pruned.
    """
    signs = []
    alive = leaves_by_path(masks)
    for path, leaf in leaves_by_path({"params": params, "batch_stats": batch_stats}).items():
        values = np.asarray(leaf)
        name = path.removeprefix("params/")
        if name in prunable:
            values = values[np.asarray(alive[name])]
            if values.size > 1 and values.min() == values.max():
                signs.append(f"all {values.size:,} weights of {name} are {values.flat[0]:g}")
        if values.size and (reach := float(np.abs(values).max())) > HUGE:
            signs.append(f"{name} reaches {reach:.1e}: what is computed with it overflows")
    return signs
