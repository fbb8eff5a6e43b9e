"""Evaluation: the logits of every picture of a split, each exactly once."""

from collections.abc import Callable

import jax
import numpy as np

from jaxticket.data import Examples, evaluation_batches
from jaxticket.models import Detector
from jaxticket.trees import Tree

Evaluate = Callable[[Tree, Tree, jax.Array | np.ndarray], jax.Array]


def make_evaluate(detector: Detector) -> Evaluate:
    """Return the jitted `(params, batch_stats, image uint8 [B,S,S,3]) -> logits [B, C]`.

    `params` are masked already: pruned weights are stored as zeros.
    """

    def evaluate(params: Tree, batch_stats: Tree, image: jax.Array) -> jax.Array:
        return detector.apply(params, batch_stats, detector.normalise(image))[0]

    return jax.jit(evaluate)


def predict(
    evaluate: Evaluate, params: Tree, batch_stats: Tree, examples: Examples, batch_size: int
) -> np.ndarray:
    """Return float32 logits [N, C] of all examples in their order; padding is dropped."""
    logits = [
        evaluate(params, batch_stats, batch["image"])
        for batch in evaluation_batches(examples, batch_size)
    ]
    return np.concatenate([np.asarray(part) for part in logits])[: len(examples)]
