"""Convolutions whose gradient to the kernel is written so that XLA's CPU backend is fast at it.

That gradient is a convolution too: the map's batch is its input channels, and the cotangent, as
large as the map, its kernel. XLA gives it to YNNPACK, which keeps three output positions at a time
in registers and is two to three times slower at it than Eigen is. But what has a kernel higher than
its map it leaves to Eigen, and here one row of zeros below the cotangent makes it so.
"""

from functools import partial

import jax
import jax.numpy as jnp
from jax import lax

from jaxticket.models.pooling import Pads

_FORWARD = ("NHWC", "HWIO", "NHWC")
_TO_KERNEL = ("CHWN", "IHWO", "HWNC")


def own_gradient_wins(side: int, positions: int) -> bool:
    """Return whether `convolve_own_gradient` beats XLA's gradient on the CPU (float32, batch 32).

    Processor time on a busy machine with AVX-512, jax 0.10: 3x3 kernels on maps of 16x16 positions
    and more take 0.3 to 0.7 of XLA's time, from 8x8 on as long, and 5x5 kernels between 8 channels
    1.4 times as long.

    Args:
        side: the kernel's side.
        positions: output height times width.
    """
    return side <= 4 and positions >= 256


@partial(jax.custom_vjp, nondiff_argnums=(2,))
def convolve_own_gradient(x: jax.Array, kernel: jax.Array, pads: Pads) -> jax.Array:
    """Convolve with step 1.

    As with every `jax.custom_vjp`, forward-mode differentiation works over `jax.grad`, not alone.

    Args:
        x: float [B, H, W, I].
        kernel: float [k, k, I, O].
        pads: rows and columns of zeros, as ((top, bottom), (left, right)).

    Returns:
        float [B, H', W', O].
    """
    return _convolve(x, kernel, pads)


def _convolve(x: jax.Array, kernel: jax.Array, pads: Pads) -> jax.Array:
    return lax.conv_general_dilated(x, kernel, (1, 1), pads, dimension_numbers=_FORWARD)


def _forward(x, kernel, pads):
    return _convolve(x, kernel, pads), (x, kernel)


def _backward(pads, saved, cotangent):
    x, kernel = saved
    to_x = jax.linear_transpose(lambda x: _convolve(x, kernel, pads), x)
    return *to_x(cotangent), kernel_gradient(x, cotangent, kernel.shape[0], pads)


convolve_own_gradient.defvjp(_forward, _backward)


def kernel_gradient(x: jax.Array, cotangent: jax.Array, side: int, pads: Pads) -> jax.Array:
    """Return the gradient to the kernel of a convolution with step 1.

    Args:
        x: what is convolved, float [B, H, W, I].
        cotangent: of the result, float [B, H', W', O].
        side: the kernel's side k.
        pads: rows and columns of zeros, as ((top, bottom), (left, right)).

    Returns:
        float [k, k, I, O].
    """
    (top, bottom), columns = pads
    rows = max(0, x.shape[1] + 1 - cotangent.shape[1])
    area = (cotangent.shape[1] + rows) * cotangent.shape[2]
    # XLA would exchange map and kernel were the kernel the larger, and be a hundred times slower.
    spare = max(0, -(-area // x.shape[1]) - (x.shape[2] + sum(columns)))
    x = jnp.pad(x, ((0, 0), (0, 0), (columns[0], columns[1] + spare), (0, 0)))
    cotangent = jnp.pad(cotangent, ((0, 0), (0, rows), (0, 0), (0, 0)))
    gradient = lax.conv_general_dilated(
        x, cotangent, (1, 1), ((top, bottom + rows), (0, 0)), dimension_numbers=_TO_KERNEL
    )
    return gradient[:, :side]
