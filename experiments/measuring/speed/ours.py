"""Our training step and inference as contestants."""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import optax

from experiments.measuring.speed.interleave import Run
from experiments.measuring.speed.rates import repeat
from experiments.measuring.step_turns import noise, noise_batch
from jaxticket.models import Detector, build
from jaxticket.models.precision import InBfloat16
from jaxticket.pruning import magnitude, select
from jaxticket.training import Step, build_step, create_state, make_evaluate
from jaxticket.trees import prunable_paths
from jaxticket.weights import Weights, dense


def training(model: str, image_size: int, batch_size: int, sparsity: float) -> Run:
    """Return training steps: forward, backward, SGD with momentum, masks before and after."""
    optimizer, step = sgd(build(model))
    weights = pruned(model, image_size, sparsity)
    state: Any = create_state(weights, optimizer, seed=0)
    batch = noise_batch(batch_size, image_size)

    def run(calls: int) -> None:
        nonlocal state
        for _ in range(calls):
            state, _ = step(state, weights.masks, batch)
        jax.block_until_ready(state)

    return run


def inference(model: str, image_size: int, batch_size: int, sparsity: float) -> Run:
    """Return evaluations: pictures uint8 to logits."""
    evaluate = make_evaluate(build(model))
    weights = pruned(model, image_size, sparsity)
    images = jnp.asarray(noise(batch_size, image_size)[0])
    return repeat(lambda: evaluate(weights.params, weights.batch_stats, images))


def sgd(
    detector: Detector | InBfloat16, *, jitted: bool = True
) -> tuple[optax.GradientTransformation, Step]:
    """Return the optimizer and the step that are measured."""
    return build_step(detector, optimizer="sgd", learning_rate=1e-4, jitted=jitted)


def pruned(model: str, image_size: int, sparsity: float) -> Weights:
    """Return fresh weights, the smallest pruned."""
    detector = build(model)
    weights = dense(*detector.init(jax.random.key(0), image_size))
    prunable = prunable_paths(weights.params, detector.output_layer)
    masks, _ = select(magnitude(weights.params), weights.masks, sparsity, prunable, "global")
    return replace(weights, masks=masks)
