"""Maps from a layer's activations and the gradient of the explained score with regard to them.

All take activations and gradients, float [B, h, w, c], and return float [B, h, w], signed: the
papers' last step, the rectifier, is the caller's (`make_maps`).
"""

import jax
import jax.numpy as jnp

PACKAGE_EPSILON = 1e-6
"""What the PyPI package grad-cam adds to the denominators of Grad-CAM++."""


def grad_cam(activations: jax.Array, gradients: jax.Array) -> jax.Array:
    """Weight channels by their mean gradients (Selvaraju et al. 2017, 1610.02391, eq. 1, 2)."""
    weights = jnp.mean(gradients, axis=(1, 2), keepdims=True)
    return jnp.sum(weights * activations, axis=-1)


def grad_cam_plus_plus(
    activations: jax.Array, gradients: jax.Array, epsilon: float = 0.0
) -> jax.Array:
    """Weight channels by their positive gradients (Chattopadhay et al. 2018, 1710.11063).

    Equations 5 and 19, with the exponential of the score as the function that is explained; its
    common factor exp(score), which moves nothing within a picture, is left out. The map is
    therefore known up to a positive factor per picture.

    Args:
        activations: meant to be rectified; a sum of activations near -2 / gradient makes a
            position's weight as large as it likes.
        gradients: of the score, not of its exponential.
        epsilon: added to the denominator, in squares of the gradient: with `PACKAGE_EPSILON`
            the map equals that package's, but gradients below about 1e-3 then weigh too little and
            the map's form depends on the logit's scale. 0 is the paper's formula.
    """
    squares = jnp.square(gradients)
    sums = jnp.sum(activations, axis=(1, 2), keepdims=True)
    denominator = 2 * squares + sums * squares * gradients + epsilon
    defined = denominator != 0
    alpha = jnp.where(defined, squares / jnp.where(defined, denominator, 1.0), 0.0)
    weights = jnp.sum(alpha * jnp.maximum(gradients, 0), axis=(1, 2), keepdims=True)
    return jnp.sum(weights * activations, axis=-1)


def hires_cam(activations: jax.Array, gradients: jax.Array) -> jax.Array:
    """Multiply activations by gradients at each place (Draelos and Carin 2020, 2011.08891, eq. 5).

    Where the head is linear in the activations, the map's sum is the score without its bias.
    """
    return jnp.sum(gradients * activations, axis=-1)
