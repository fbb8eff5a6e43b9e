"""Pruning between two levels: what a criterion is shown, and in how many rounds."""

import math
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import islice

import jax
import jax.numpy as jnp
import numpy as np

from jaxticket import masks as masks_lib
from jaxticket.data import training_batches
from jaxticket.doors import is_own, naming
from jaxticket.lottery.experiment import Experiment
from jaxticket.models import Detector, build
from jaxticket.pruning import Criterion, Network, criterion, rounds_between, select, steps_between
from jaxticket.training import TrainState, cross_entropy
from jaxticket.trees import Tree, leaves_by_path, prunable_paths
from jaxticket.weights import Weights

PICTURES = 256
"""Training pictures that a criterion is shown, at least."""


def prune(
    experiment: Experiment, level: int, weights: Weights, point: TrainState
) -> tuple[Tree, dict[str, float]]:
    """Return a level's masks, and the threshold of each selection (of the last round).

    Pruning iteratively, weights are scored again after each of a criterion's rounds.

    Args:
        experiment: names criterion, scope and sparsity.
        level: its number.
        weights: trained, of the level that is pruned.
        point: the unpruned state that the new level goes back to.

    Raises:
        ValueError: a user's criterion fails, or the scores are not like the parameters or not
            numbers.
    """
    e, target, rule = experiment, experiment.sparsities[level], criterion(experiment.criterion)
    masks = weights.masks
    start = masks_lib.sparsity(masks, e.prunable)
    loss, logits = _functions(e.detector)
    scored = weights if rule.trained else point

    @cache
    def batches() -> list[tuple]:
        order = training_batches(
            e.train, e.budget.batch_size, seed=e.seed, balance=e.balance, mixture=e.mixture
        )
        key = jax.random.key(e.seed)
        count = math.ceil(PICTURES / e.budget.batch_size)
        return [(scored.batch_stats, key, batch) for batch in islice(order, count)]

    thresholds: dict[str, float] = {}
    for sparsity in steps_between(start, target, _rounds(e, rule, start, target)):
        network = Network(
            params=_masked(masks, scored.params),
            batch_stats=scored.batch_stats,
            start=_masked(masks, point.params),
            image_size=e.train.image_size,
            seed=e.own_seed(level),
            batches=batches,
            loss=loss,
            logits=logits,
        )
        scores = _scores(e.criterion, rule, network, masks, e.prunable)
        masks, thresholds = select(scores, masks, sparsity, e.prunable, e.scope)
    return masks, thresholds


_masked = jax.jit(masks_lib.apply)


def check_criterion(name: str, model: str, image_size: int) -> None:
    """Refuse a criterion that cannot score, before anything else is done.

    A user's own is tried on fresh weights and two pictures of noise. If it is to be shown trained
    weights, those at the beginning are half of them: the two differ after a training.

    Args:
        name: as for `jaxticket.pruning.criterion`.
        model: the detector's name.
        image_size: side of the pictures in pixels.

    Raises:
        ValueError: the name is unknown, or a user's criterion fails, or gives no scores or NaN.
    """
    rule = criterion(name)
    if not is_own(name):
        return
    detector = build(model)
    key = jax.random.key(0)
    params, batch_stats = detector.init(key, image_size)
    shape = (2, image_size, image_size, 3)
    batch = {
        "image": np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8),
        "label": np.array([0, 1], np.int32),
        "weight": np.ones(2, np.float32),
    }
    loss, logits = _functions(detector)
    start = jax.tree.map(lambda w: w / 2, params) if rule.trained else params
    network = Network(params, batch_stats, start, image_size, 0,
                      lambda: [(batch_stats, key, batch)], loss, logits)  # fmt: skip
    prunable = prunable_paths(params, detector.output_layer)
    _scores(name, rule, network, masks_lib.full(params), prunable)


def _rounds(e: Experiment, rule: Criterion, start: float, target: float) -> int:
    """Return how often the weights are scored on the way."""
    if e.one_shot:
        return 1
    return rule.rounds or rounds_between(start, target, e.prune_fraction)


def _scores(
    name: str, rule: Criterion, network: Network, masks: Tree, prunable: tuple[str, ...]
) -> Tree:
    with naming("criterion", name):
        scores = rule.scores(network)
    expected = {path: leaf.shape for path, leaf in leaves_by_path(network.params).items()}
    try:
        shapes = {path: np.shape(leaf) for path, leaf in leaves_by_path(scores).items()}
    except (AttributeError, TypeError):
        shapes = {}
    wrong = [path for path in expected if shapes.get(path) != expected[path]]
    if wrong:
        raise ValueError(
            f"the criterion {name!r} must give one score a weight, in a tree like network.params; "
            f"it gives {shapes.get(wrong[0], 'none')} for {wrong[0]}, which is {expected[wrong[0]]}"
        )
    values, alive = leaves_by_path(scores), leaves_by_path(masks)
    for path in prunable:
        array = np.asarray(values[path])
        # The least, which is NaN with a NaN, clears nearly every array at once.
        if not array.min() > -np.inf and not (array[np.asarray(alive[path])] > -np.inf).all():
            raise ValueError(
                f"the criterion {name!r} gives NaN or minus infinity among its scores for {path}: "
                "nothing can be selected"
            )
    return scores


# Kept, so that a detector's scorers are compiled once for all rounds and levels.
@lru_cache(maxsize=4)
def _functions(detector: Detector) -> tuple[Callable[..., jax.Array], Callable[..., jax.Array]]:
    """Return a detector's training loss, and its logits in evaluation mode."""

    def loss(params: Tree, batch_stats: Tree, key: jax.Array, batch: dict) -> jax.Array:
        images = detector.normalise(batch["image"])
        logits, _ = detector.apply(params, batch_stats, images, train=True, key=key)
        return jnp.mean(cross_entropy(logits, batch["label"]) * batch["weight"])

    def logits(params: Tree, batch_stats: Tree, x: jax.Array) -> jax.Array:
        return detector.apply(params, batch_stats, x)[0]

    return loss, logits
