"""Integrated gradients: attributions on the pixels themselves, by a road without any layer."""

from collections.abc import Callable

import jax
import jax.numpy as jnp


def integrated_gradients(
    gradient: Callable[[jax.Array], jax.Array], x: jax.Array, baseline: jax.Array, steps: int
) -> jax.Array:
    """Return the attribution of every value of x (Sundararajan et al. 2017, 1703.01365, eq. 1).

    The integral along the straight line from the baseline to x, by the midpoint rule. Its sum over
    a picture is score(x) - score(baseline), up to the rule's error. The points are a Python loop
    over a compiled gradient: XLA's CPU backend takes four times as long for convolutions inside a
    compiled loop.

    Args:
        gradient: of the score, float [B, ...] -> float [B, ...].
        x: float [B, ...].
        baseline: of x's shape.
        steps: points of the rule, 1 or more; the time goes with them.
    """
    total = jnp.zeros_like(x)
    for step in range(steps):
        total += gradient(baseline + (step + 0.5) / steps * (x - baseline))
    return (x - baseline) * total / steps
