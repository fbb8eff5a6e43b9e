"""Criteria: from parameters to scores; the smallest scores are pruned first."""

import jax
import jax.numpy as jnp

from jaxticket.trees import Tree


def magnitude(params: Tree) -> Tree:
    """Return |w| for every weight (Han et al. 2015, 1506.02626), same structure and shapes.

    Plain magnitudes: not divided by a layer's norm, so that a global threshold is one number.
    """
    return jax.tree.map(jnp.abs, params)
