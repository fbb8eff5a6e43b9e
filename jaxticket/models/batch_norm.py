"""Batch normalisation (Ioffe and Szegedy 2015, 1502.03167) with a gradient of its own."""

import jax
import jax.numpy as jnp
from flax import linen as nn
from jax import lax

from jaxticket.models.lowering import cpu_lowering

MOMENTUM = 0.9
"""Share of the old running average kept at each step (torch calls the rest, 0.1, its momentum)."""


class BatchNorm(nn.Module):
    """Batch normalisation by channel: by the batch in training, else by running averages.

    Parameters `scale` and `bias` [C]; `batch_stats` `mean` and `var` [C]. As in Flax the running
    variance averages the biased variances of the batches (torch averages the unbiased ones).

    Attributes:
        epsilon: added to the variance.
    """

    epsilon: float

    @nn.compact
    def __call__(self, x: jax.Array, train: bool) -> jax.Array:
        """Normalise float [..., C]; where `train`, also update the running averages."""
        channels = (x.shape[-1],)
        scale = self.param("scale", nn.initializers.ones, channels)
        bias = self.param("bias", nn.initializers.zeros, channels)
        mean = self.variable("batch_stats", "mean", jnp.zeros, channels)
        var = self.variable("batch_stats", "var", jnp.ones, channels)
        if not train:
            return (x - mean.value) * (scale * lax.rsqrt(var.value + self.epsilon)) + bias
        normalise = normalise_batch if cpu_lowering() else normalise_batch_plain
        wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))  # sums of many lower ones lose all
        y, batch_mean, batch_var = normalise(wide, scale, bias, self.epsilon)
        if not self.is_initializing():
            mean.value = MOMENTUM * mean.value + (1 - MOMENTUM) * batch_mean
            var.value = MOMENTUM * var.value + (1 - MOMENTUM) * batch_var
        return y.astype(x.dtype)


def normalise_batch_plain(
    x: jax.Array, scale: jax.Array, bias: jax.Array, epsilon: float
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Normalise every channel by its mean and biased variance over all other axes.

    The variance is the mean of squared deviations, not E[x^2] - E[x]^2, which loses every digit
    where the mean is large against the deviation.

    Args:
        x: float [..., C].
        scale: float [C].
        bias: float [C].
        epsilon: added to the variance.

    Returns:
        The normalised x [..., C], the mean [C] and the variance [C].
    """
    rows = x.reshape(-1, x.shape[-1])
    mean = jnp.sum(rows, axis=0) / rows.shape[0]
    var = jnp.sum(jnp.square(rows - mean), axis=0) / rows.shape[0]
    y = (rows - mean) * (scale * lax.rsqrt(var + epsilon)) + bias
    return y.reshape(x.shape), mean, var


normalise_batch = jax.custom_vjp(normalise_batch_plain, nondiff_argnums=(3,))
"""`normalise_batch_plain`, with its gradient written out.

With d the deviation from the mean, s = 1 / sqrt(var + epsilon), g the cotangent of y and n the
number of rows:

    dbias = sum g,   dscale = s sum g d,
    dx = scale s (g - dbias / n - d s dscale / n),

plus what the cotangents of the mean and the variance add. XLA's CPU backend computes two plain sums
and one elementwise pass of this faster than what differentiation gives it. As with every
`jax.custom_vjp`, forward-mode differentiation works over `jax.grad` but not alone.
"""


def _forward(x, scale, bias, epsilon):
    y, mean, var = normalise_batch_plain(x, scale, bias, epsilon)
    return (y, mean, var), (x, scale, mean, lax.rsqrt(var + epsilon))


def _backward(epsilon, saved, cotangents):
    x, scale, mean, inverse = saved
    g, g_mean, g_var = cotangents
    channels = x.shape[-1]
    deviation = x.reshape(-1, channels) - mean
    g_rows = g.reshape(-1, channels)
    n = g_rows.shape[0]
    d_bias = jnp.sum(g_rows, axis=0)
    d_scale = inverse * jnp.sum(g_rows * deviation, axis=0)
    gain = scale * inverse
    offset = (g_mean - gain * d_bias) / n
    slope = (2 * g_var - gain * inverse * d_scale) / n
    d_x = gain * g_rows + slope * deviation + offset
    return d_x.reshape(x.shape), d_scale, d_bias


normalise_batch.defvjp(_forward, _backward)
