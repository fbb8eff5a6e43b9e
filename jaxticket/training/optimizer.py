"""Optimizers and learning-rate schedules, kept apart.

An optimizer here gives directions; the step multiplies them by the learning rate of its own step
count. So a rewound state needs nothing but its count to be at its place in the schedule.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Literal, get_args

import jax
import jax.numpy as jnp
import optax

OptimizerName = Literal["sgd", "adam", "adamw"]
ScheduleName = Literal["constant", "cosine", "step"]
OPTIMIZERS: tuple[str, ...] = get_args(OptimizerName)
SCHEDULES: tuple[str, ...] = get_args(ScheduleName)
FINAL_COSINE = 0.01
STEP_DROPS = (0.5, 0.75)

LearningRate = Callable[[jax.Array], jax.Array]


@lru_cache
def make_optimizer(
    name: OptimizerName, *, momentum: float = 0.9, weight_decay: float = 0.0
) -> optax.GradientTransformation:
    """Return the transformation from gradients to descent directions, without the rate.

    Args:
        name: `sgd` (with momentum; decay added to the gradient), `adam` (1412.6980; decay added
            to the gradient) or `adamw` (1711.05101; decay decoupled).
        momentum: of `sgd`, in [0, 1).
        weight_decay: coefficient of w, per step, 0 or more.

    Raises:
        ValueError: unknown name or a value out of range.
    """
    if not 0 <= momentum < 1:
        raise ValueError(f"momentum must lie in [0, 1), got {momentum}")
    if weight_decay < 0:
        raise ValueError(f"weight_decay must be 0 or more, got {weight_decay}")
    decay = optax.add_decayed_weights(weight_decay)
    match name:
        case "sgd":
            return optax.chain(decay, optax.trace(decay=momentum))
        case "adam":
            return optax.chain(decay, optax.scale_by_adam())
        case "adamw":
            return optax.chain(optax.scale_by_adam(), decay)
    raise ValueError(f"unknown optimizer {name!r}: one of {', '.join(OPTIMIZERS)}")


def make_learning_rate(name: ScheduleName, peak: float, total_steps: int) -> LearningRate:
    """Return the learning rate as a function of the step.

    Past `total_steps` the rate stays at its last value: that is the rate of fine-tuning.

    Args:
        name: `constant`; `cosine` from the peak down to 1% of it; `step`, a tenth after half and
            again after three quarters.
        peak: highest rate, above 0.
        total_steps: length of one full training.

    Raises:
        ValueError: unknown name or a peak that is not above 0.
    """
    if not peak > 0:
        raise ValueError(f"learning_rate must be above 0, got {peak}")
    match name:
        case "constant":
            schedule = optax.constant_schedule(peak)
        case "cosine":
            schedule = optax.cosine_decay_schedule(peak, total_steps, alpha=FINAL_COSINE)
        case "step":
            schedule = optax.piecewise_constant_schedule(
                peak, {round(total_steps * at): 0.1 for at in STEP_DROPS}
            )
        case _:
            raise ValueError(f"unknown schedule {name!r}: one of {', '.join(SCHEDULES)}")
    return lambda step: jnp.asarray(schedule(step), jnp.float32)
