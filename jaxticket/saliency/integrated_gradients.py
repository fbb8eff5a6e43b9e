"""Integrated gradients: attributions on the pixels themselves, by a road without any layer."""

from collections.abc import Callable

import jax
import jax.numpy as jnp


def integrated_gradients(
    score: Callable[[jax.Array], jax.Array], x: jax.Array, baseline: jax.Array, steps: int
) -> jax.Array:
    """Return the attribution of every value of x (Sundararajan et al. 2017, 1703.01365, eq. 1).

    The integral along the straight line from the baseline to x, by the midpoint rule. Its sum over
    a picture is score(x) - score(baseline), up to the rule's error.

    Args:
        score: float [B, ...] -> float [B], each of its own row only.
        x: float [B, ...].
        baseline: of x's shape.
        steps: points of the rule, 1 or more; the time goes with them.
    """
    gradient = jax.grad(lambda at: jnp.sum(score(at)))

    def add(index: jax.Array, total: jax.Array) -> jax.Array:
        return total + gradient(baseline + (index + 0.5) / steps * (x - baseline))

    return (x - baseline) * jax.lax.fori_loop(0, steps, add, jnp.zeros_like(x)) / steps
