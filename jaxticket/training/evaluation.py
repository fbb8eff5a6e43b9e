"""Evaluation: the logits of every picture of a split, each exactly once."""

from collections.abc import Callable, Sequence

import jax
import numpy as np

from jaxticket.data import Examples, evaluation_batches
from jaxticket.models import Detector
from jaxticket.training.held import pictures_of
from jaxticket.trees import Tree
from jaxticket.weights import Weights

Evaluate = Callable[[Tree, Tree, jax.Array | np.ndarray], jax.Array]


def make_evaluate(detector: Detector) -> Evaluate:
    """Return the jitted `(params, batch_stats, image uint8 [B,S,S,3]) -> logits [B, C]`.

    `params` are masked already: pruned weights are stored as zeros.
    """

    def evaluate(params: Tree, batch_stats: Tree, image: jax.Array) -> jax.Array:
        return detector.apply(params, batch_stats, detector.normalise(image))[0]

    return jax.jit(evaluate)


def predict(
    evaluate: Evaluate,
    weights: Weights,
    examples: Examples,
    batch_size: int,
    held: jax.Array | None = None,
) -> np.ndarray:
    """Return float32 logits [N, C] of all examples in their order; padding is dropped.

    Args:
        evaluate: made by `make_evaluate`.
        weights: masked already.
        examples: in whose order the logits are.
        batch_size: pictures in a batch.
        held: the pictures of the examples, where the device holds them (`hold`).
    """
    logits = [
        evaluate(weights.params, weights.batch_stats, pictures_of(batch, held))
        for batch in evaluation_batches(examples, batch_size, positions=held is not None)
    ]
    return np.concatenate([np.asarray(part) for part in logits])[: len(examples)]


def predict_with_each(
    evaluate: Evaluate,
    networks: Sequence[Weights],
    examples: Examples,
    batch_size: int,
    on_progress: Callable[[int], None] = lambda done: None,
) -> np.ndarray:
    """Return float32 logits [L, N, C] of several networks of one shape.

    Every picture is made once, for all of them.

    Args:
        evaluate: made by `make_evaluate`.
        networks: the weights of each.
        examples: in whose order the logits are.
        batch_size: pictures in a batch.
        on_progress: is called with the number of pictures done.
    """
    logits: list[list[np.ndarray]] = []
    for batch in evaluation_batches(examples, batch_size):
        logits.append([
            np.asarray(evaluate(network.params, network.batch_stats, batch["image"]))
            for network in networks
        ])  # fmt: skip
        on_progress(min(len(logits) * batch_size, len(examples)))
    rows = [np.concatenate(batches) for batches in zip(*logits, strict=True)]
    return np.stack(rows)[:, : len(examples)]
