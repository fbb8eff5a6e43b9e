"""Training steps on noise, one a call, to be timed."""

from collections.abc import Callable, Mapping

import jax
import numpy as np
import optax

from jaxticket.training import Step, create_state
from jaxticket.weights import Weights

Turn = Callable[[], None]


def step_turn(
    weights: Weights,
    optimizer: optax.GradientTransformation,
    step: Step,
    batch: Mapping[str, jax.Array],
) -> Turn:
    """Return a function that does one training step and waits for it; the first call compiles."""
    state = create_state(weights, optimizer, seed=0)

    def turn() -> None:
        nonlocal state
        state, metrics = step(state, weights.masks, batch)
        jax.block_until_ready((state, metrics))

    return turn


def noise_batch(count: int, size: int) -> dict[str, jax.Array]:
    """Return a training batch of pictures of noise."""
    image, label = noise(count, size)
    batch = {"image": image, "label": label, "weight": np.ones(count, np.float32)}
    return jax.tree.map(jax.numpy.asarray, batch)


def noise(count: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return pictures of noise, uint8 [count, size, size, 3], and their labels, int32 [count]."""
    images = np.random.default_rng(0).integers(0, 256, (count, size, size, 3), dtype=np.uint8)
    return images, np.arange(count, dtype=np.int32) % 2
