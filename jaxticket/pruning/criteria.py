"""Criteria: from a network to scores; the smallest scores are pruned first.

    magnitude   |w| of trained weights             Han et al. 2015, 1506.02626
    random      drawn, whatever the weights are    the null hypothesis of all others
    snip        |w dL/dw| where training begins    Lee et al. 2019, 1810.02340
    synflow     w dR/dw of the network of |w|      Tanaka et al. 2020, 2006.05467

A criterion knows nothing of training: a `Network` brings the loss and the logits to those that need
gradients.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from jaxticket.doors import look_up_row
from jaxticket.trees import Tree, leaves_by_path, replace_leaves


@dataclass(frozen=True)
class Network:
    """What a criterion may look at, between two rounds of pruning.

    Attributes:
        params: the weights to be scored, zero where pruned.
        batch_stats: their running statistics.
        start: the weights that the next level begins from, zero where pruned.
        image_size: side of the pictures in pixels.
        seed: of draws, another one at every level.
        batches: gives 256 training pictures or a few more, in batches; each is a tuple of what
            `loss` takes after the parameters.
        loss: `(params, *batch) -> mean loss` in nats, by the batch's statistics.
        logits: `(params, batch_stats, x) -> logits` [B, num_logits] of normalised images.
    """

    params: Tree
    batch_stats: Tree
    start: Tree
    image_size: int
    seed: int
    batches: Callable[[], Sequence[tuple]]
    loss: Callable[..., jax.Array]
    logits: Callable[[Tree, Tree, jax.Array], jax.Array]


@dataclass(frozen=True)
class Criterion:
    """How weights are scored.

    Attributes:
        scores: `Network -> scores`, a tree like its `params`; pruned weights' scores do not count.
        trained: whether the weights that are scored are those that training left; otherwise those
            that the next level begins from, so that no level need be trained for their sake.
        rounds: how often the weights are scored on the way to the next level, when pruning
            iteratively; None for as often as keeps each round at the prune fraction.
    """

    scores: Callable[[Network], Tree]
    trained: bool = True
    rounds: int | None = 1


def magnitude(params: Tree) -> Tree:
    """Return |w| for every weight (Han et al. 2015, 1506.02626), same structure and shapes.

    Plain magnitudes: not divided by a layer's norm, so that a global threshold is one number.
    """
    return _absolute(params)


@jax.jit
def _absolute(tree: Tree) -> Tree:
    return jax.tree.map(jnp.abs, tree)


def random(params: Tree, seed: int) -> Tree:
    """Return scores drawn evenly from [0, 1), float64, by (seed, leaf, position)."""
    draw = np.random.default_rng([seed, 0x52414E44])
    leaves = {path: draw.random(leaf.shape) for path, leaf in leaves_by_path(params).items()}
    return replace_leaves(params, leaves)


# Kept, so that a loss is compiled once for all rounds and levels.
@lru_cache(maxsize=4)
def snip(loss: Callable[..., jax.Array]) -> Callable[..., Tree]:
    """Return the scorer by connection sensitivity |w dL/dw| (1810.02340, equation 5).

    Not divided by its sum, which changes no order.

    Args:
        loss: `(params, *rest) -> mean loss`, a scalar.

    Returns:
        `(params, batches) -> scores`: of parameters where training begins, zero where pruned, and
        at least one batch, each a tuple of what `loss` takes after the parameters; the gradients
        are added.
    """
    gradient = jax.jit(jax.grad(loss))

    def scores(params: Tree, batches: Iterable[tuple]) -> Tree:
        total = None
        for batch in batches:
            new = gradient(params, *batch)
            total = new if total is None else jax.tree.map(jnp.add, total, new)
        return jax.tree.map(lambda w, g: jnp.abs(w * g), params, total)

    return scores


def synflow(network: Callable[[Tree], jax.Array]) -> Callable[[Tree], Tree]:
    """Return the scorer by synaptic flow w dR/dw (2006.05467, equation 3), scores in float64.

    R is the sum of the outputs of the network in which every parameter is replaced by its absolute
    value, for a picture of ones. In double precision: R is a product over all layers and leaves
    the range of single precision in deep networks.

    Args:
        network: `params -> outputs` for the picture of ones, linear in every layer's weights while
            these are not negative (normalisation by fixed statistics).

    Returns:
        `params -> scores`, of parameters where training begins, zero where pruned. It raises
        FloatingPointError where a score is not finite.
    """
    flow = jax.jit(jax.grad(lambda params: jnp.sum(network(params))))

    def scores(params: Tree) -> Tree:
        with jax.enable_x64(True):
            positive = jax.tree.map(lambda w: jnp.abs(jnp.asarray(w, jnp.float64)), params)
            flows = jax.tree.map(lambda w, g: np.asarray(w * g), positive, flow(positive))
        if not all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(flows)):
            raise FloatingPointError("this network's synaptic flow leaves the range of numbers")
        return flows

    return scores


@lru_cache(maxsize=4)
def _synflow(logits: Callable, image_size: int, structure: Any, shapes: tuple) -> Callable:
    """Return the scorer of a network whose normalisation has mean 0 and variance 1."""

    def network(params: Tree) -> jax.Array:
        neutral = [
            (jnp.ones if variance else jnp.zeros)(shape, jnp.float64) for variance, shape in shapes
        ]
        ones = jnp.ones((1, image_size, image_size, 3), jnp.float64)
        return logits(params, jax.tree.unflatten(structure, neutral), ones)

    return synflow(network)


def _synaptic_flow(network: Network) -> Tree:
    shapes = tuple(
        (path.split("/")[-1] == "var", leaf.shape)
        for path, leaf in leaves_by_path(network.batch_stats).items()
    )
    structure = jax.tree.structure(network.batch_stats)
    return _synflow(network.logits, network.image_size, structure, shapes)(network.params)


CRITERIA: dict[str, Criterion] = {
    "magnitude": Criterion(lambda network: magnitude(network.params)),
    "random": Criterion(lambda network: random(network.params, network.seed), trained=False),
    "snip": Criterion(
        lambda network: snip(network.loss)(network.params, network.batches()),
        trained=False,
        rounds=None,
    ),
    # 100 rounds as in 2006.05467.
    "synflow": Criterion(_synaptic_flow, trained=False, rounds=100),
}
"""By name."""


def criterion(name: str) -> Criterion:
    """Return the criterion of that name.

    Args:
        name: a key of `CRITERIA`, or `package.module:name` of a `Criterion`, or of a function from
            a `Network` to scores where the defaults of `Criterion` are right.

    Raises:
        ValueError: there is no such thing, or it is no function.
    """
    give = "a function of a jaxticket.pruning.Network, or a jaxticket.pruning.Criterion"
    return look_up_row("criterion", name, CRITERIA, Criterion, give)


def needs_training(name: str) -> bool:
    """Return whether a deep level needs trained levels on the way to it.

    A user's own criterion is taken to: nothing is imported to tell.
    """
    return name not in CRITERIA or CRITERIA[name].trained
