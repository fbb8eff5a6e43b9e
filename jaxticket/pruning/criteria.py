"""Criteria: from parameters to scores; the smallest scores are pruned first.

    magnitude   |w| of trained weights             Han et al. 2015, 1506.02626
    random      drawn, whatever the weights are    the null hypothesis of all others
    snip        |w dL/dw| where training begins    Lee et al. 2019, 1810.02340
    synflow     w dR/dw of the network of |w|      Tanaka et al. 2020, 2006.05467

They know nothing of training: a loss, or a network, is handed to those that need gradients.
"""

from collections.abc import Callable, Iterable
from typing import Literal, get_args

import jax
import jax.numpy as jnp
import numpy as np

from jaxticket.trees import Tree, leaves_by_path, replace_leaves

Criterion = Literal["magnitude", "random", "snip", "synflow"]
CRITERIA: tuple[Criterion, ...] = get_args(Criterion)


def magnitude(params: Tree) -> Tree:
    """Return |w| for every weight (Han et al. 2015, 1506.02626), same structure and shapes.

    Plain magnitudes: not divided by a layer's norm, so that a global threshold is one number.
    """
    return jax.tree.map(jnp.abs, params)


def random(params: Tree, seed: int) -> Tree:
    """Return scores drawn evenly from [0, 1), float64, by (seed, leaf, position)."""
    draw = np.random.default_rng([seed, 0x52414E44])
    leaves = {path: draw.random(leaf.shape) for path, leaf in leaves_by_path(params).items()}
    return replace_leaves(params, leaves)


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
            one = gradient(params, *batch)
            total = one if total is None else jax.tree.map(jnp.add, total, one)
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
            found = jax.tree.map(lambda w, g: np.asarray(w * g), positive, flow(positive))
        if not all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(found)):
            raise FloatingPointError("this network's synaptic flow leaves the range of numbers")
        return found

    return scores
