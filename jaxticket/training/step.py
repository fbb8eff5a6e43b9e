"""The masked training step: a pure function, and its jitted form, traced once for an experiment."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import optax

from jaxticket import masks as masks_lib
from jaxticket.data import augment
from jaxticket.models import Detector
from jaxticket.models.precision import InBfloat16
from jaxticket.training.loss import cross_entropy
from jaxticket.training.optimizer import (
    LearningRate,
    OptimizerName,
    ScheduleName,
    make_learning_rate,
    make_optimizer,
)
from jaxticket.training.state import TrainState
from jaxticket.trees import Tree

Step = Callable[[TrainState, Tree, Any], tuple[TrainState, dict[str, jax.Array]]]
"""Takes a state, masks and a batch; what `step_function` returns, or what was jitted of it."""


def step_function(
    detector: Detector | InBfloat16,
    optimizer: optax.GradientTransformation,
    learning_rate: LearningRate,
    augmentation: str,
) -> Step:
    """Return the pure `(state, masks, batch) -> (state, metrics)`, to be jitted or built upon.

    Weights are masked before the forward pass and after the update, gradients before the optimizer
    sees them: so its moments stay exactly zero too.

    The batch is `{"image": uint8 [B,S,S,3], "label": int32 [B], "weight": float32 [B]}`; the
    loss is the sum of weighted cross entropies over B. Metrics are scalars: `loss` (nats),
    `accuracy` (fraction of the batch right at 0.5), `learning_rate`.
    """

    def step(
        state: TrainState, masks: Tree, batch: dict[str, jax.Array]
    ) -> tuple[TrainState, dict[str, jax.Array]]:
        key = jax.random.fold_in(jax.random.key(state.seed), state.step)
        augment_key, dropout_key = jax.random.split(key)
        inputs = detector.normalise(augment(augment_key, batch["image"], augmentation))

        params = masks_lib.apply(masks, state.params)

        def loss_of(params: Tree) -> tuple[jax.Array, tuple[jax.Array, Tree]]:
            logits, batch_stats = detector.apply(
                params, state.batch_stats, inputs, train=True, key=dropout_key
            )
            losses = cross_entropy(logits, batch["label"])
            return jnp.mean(losses * batch["weight"]), (logits, batch_stats)

        grad = jax.value_and_grad(loss_of, has_aux=True)
        (loss, (logits, batch_stats)), gradients = grad(params)
        gradients = masks_lib.apply(masks, gradients)
        directions, opt_state = optimizer.update(gradients, state.opt_state, params)
        rate = learning_rate(state.step)
        params = jax.tree.map(lambda p, d: p - rate * d, params, directions)
        metrics = {
            "loss": loss,
            "accuracy": jnp.mean(predicted_class(logits) == batch["label"]),
            "learning_rate": rate,
        }
        new = TrainState(
            step=state.step + 1,
            seed=state.seed,
            params=masks_lib.apply(masks, params),
            batch_stats=batch_stats,
            opt_state=opt_state,
        )
        return new, metrics

    return step


def jit_step(function: Step) -> Step:
    """Return a step function jitted; the state is donated, masks never.

    Masks are traced arguments, so no level compiles again: a second trace is an AssertionError.
    """
    # Not chex.assert_max_traces: it counts by source text for the whole process, so that a second
    # experiment in it would be refused its first trace.
    traced = False

    def step(state: TrainState, masks: Tree, batch: Any) -> tuple[TrainState, dict[str, jax.Array]]:
        nonlocal traced
        assert not traced, "the step is traced a second time: shapes, types or structures changed"
        traced = True
        return function(state, masks, batch)

    return jax.jit(step, donate_argnums=0)


def make_step(
    detector: Detector | InBfloat16,
    optimizer: optax.GradientTransformation,
    learning_rate: LearningRate,
    augmentation: str,
) -> Step:
    """Return `step_function` jitted by `jit_step`."""
    return jit_step(step_function(detector, optimizer, learning_rate, augmentation))


def build_step(
    detector: Detector | InBfloat16,
    *,
    optimizer: OptimizerName = "adam",
    learning_rate: float = 1e-3,
    schedule: ScheduleName = "constant",
    steps: int = 1,
    weight_decay: float = 0.0,
    augmentation: str = "none",
    jitted: bool = True,
) -> tuple[optax.GradientTransformation, Step]:
    """Return an optimizer by its name, and the step that trains a detector with it.

    Args:
        detector: the network.
        optimizer: a name in `OPTIMIZERS`.
        learning_rate: at its highest.
        schedule: of the learning rate, a name in `SCHEDULES`.
        steps: of one training, for the schedule.
        weight_decay: see `make_optimizer`.
        augmentation: a name in `jaxticket.data.AUGMENTATIONS`.
        jitted: whether the step is jitted by `jit_step`, or the pure function.

    Raises:
        ValueError: a name is unknown.
    """
    directions = make_optimizer(optimizer, weight_decay=weight_decay)
    rate = make_learning_rate(schedule, learning_rate, steps)
    function = step_function(detector, directions, rate, augmentation)
    return directions, jit_step(function) if jitted else function


def predicted_class(logits: jax.Array) -> jax.Array:
    """Return the predicted class, int [B]: at probability 0.5 for [B, 1], the largest else."""
    if logits.shape[-1] == 1:
        return (logits[:, 0] > 0).astype(jnp.int32)
    return jnp.argmax(logits, axis=-1)
