"""Pruning between two levels: which weights are scored, how, and in how many rounds."""

import math
from collections.abc import Callable
from functools import lru_cache
from itertools import islice

import jax
import jax.numpy as jnp

from jaxticket import masks as masks_lib
from jaxticket.data import training_batches
from jaxticket.lottery.experiment import Experiment
from jaxticket.models import Detector
from jaxticket.pruning import (
    magnitude,
    random,
    rounds_between,
    select,
    snip,
    steps_between,
    synflow,
)
from jaxticket.training import TrainState, cross_entropy
from jaxticket.trees import Tree
from jaxticket.weights import Weights

SYNFLOW_ROUNDS = 100
"""Rounds of iterative SynFlow, as in 2006.05467; each scores again what is left."""
SNIP_PICTURES = 256
"""Training pictures that SNIP's gradients are of, at least."""


def prune(
    experiment: Experiment, level: int, weights: Weights, point: TrainState
) -> tuple[Tree, dict[str, float]]:
    """Return a level's masks, and the threshold of each selection (of the last round).

    Magnitudes are those of the trained weights of the level pruned from. SNIP and SynFlow score
    the weights that the level starts from; pruning iteratively, they score again after each of
    several rounds: of at most the prune fraction each (SNIP), or `SYNFLOW_ROUNDS`.

    Args:
        experiment: names criterion, scope and sparsity.
        level: its number.
        weights: trained, of the level that is pruned.
        point: the unpruned state that the new level goes back to.
    """
    e, target, masks = experiment, experiment.sparsities[level], weights.masks
    start = masks_lib.sparsity(masks, e.prunable)
    scores = _scores(e, level, weights, point)
    thresholds: dict[str, float] = {}
    for sparsity in steps_between(start, target, _rounds(e, start, target)):
        masks, thresholds = select(scores(masks), masks, sparsity, e.prunable, e.scope)
    return masks, thresholds


def _rounds(e: Experiment, start: float, target: float) -> int:
    """How often the weights are scored on the way."""
    if e.one_shot or e.criterion in ("magnitude", "random"):
        return 1
    if e.criterion == "synflow":
        return SYNFLOW_ROUNDS
    return rounds_between(start, target, e.prune_fraction)


def _scores(
    e: Experiment, level: int, weights: Weights, point: TrainState
) -> Callable[[Tree], Tree]:
    """Return `masks -> scores`."""
    if e.criterion == "magnitude":
        return lambda masks: magnitude(weights.params)
    if e.criterion == "random":
        return lambda masks: random(point.params, (e.seed + 7919 * level) % 2**32)
    if e.criterion == "snip":
        count = math.ceil(SNIP_PICTURES / e.budget.batch_size)
        order = training_batches(
            e.train, e.budget.batch_size, seed=e.seed, balance=e.balance, mixture=e.mixture
        )
        key = jax.random.key(e.seed)
        batches = [(point.batch_stats, key, batch) for batch in islice(order, count)]
        sensitivity = _snip(e.detector)
        return lambda masks: sensitivity(masks_lib.apply(masks, point.params), batches)
    layers = tuple((layer, tuple((name, leaf.shape) for name, leaf in of.items()))
                   for layer, of in point.batch_stats.items())  # fmt: skip
    flow = _synflow(e.detector, e.train.image_size, layers)
    return lambda masks: flow(masks_lib.apply(masks, point.params))


# Kept, so that a detector's scorer is compiled once for all rounds and levels.
@lru_cache(maxsize=4)
def _snip(detector: Detector) -> Callable[..., Tree]:
    """By the training loss, with the batch's statistics and one fixed dropout."""

    def loss(params: Tree, batch_stats: Tree, key: jax.Array, batch: dict) -> jax.Array:
        images = detector.normalise(batch["image"])
        logits, _ = detector.apply(params, batch_stats, images, train=True, key=key)
        return jnp.mean(cross_entropy(logits, batch["label"]) * batch["weight"])

    return snip(loss)


@lru_cache(maxsize=4)
def _synflow(detector: Detector, size: int, normalised: tuple) -> Callable[[Tree], Tree]:
    """By the network for a picture of ones, its normalisation by mean 0 and variance 1."""

    def network(params: Tree) -> jax.Array:
        neutral = {
            layer: {
                name: (jnp.ones if name == "var" else jnp.zeros)(shape, jnp.float64)
                for name, shape in of
            }
            for layer, of in normalised
        }
        return detector.apply(params, neutral, jnp.ones((1, size, size, 3), jnp.float64))[0]

    return synflow(network)
