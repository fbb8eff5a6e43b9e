"""A convolution with step 2 on few channels, as one with step 1 on four times as many."""

import jax
import jax.numpy as jnp

from jaxticket.models.kernel_gradient import convolve_own_gradient
from jaxticket.models.pooling import Pads


def blocks_win(
    shape: tuple[int, ...], side: int, stride: int, dilation: int, positions: int
) -> bool:
    """Return whether `convolve_blocks` can be used and beats XLA's convolution on the CPU.

    The gradient to ResNet-18's first kernel takes 0.4 of XLA's time, the forward pass 1.3 of it
    (processor time on a busy machine with AVX-512, jax 0.10, 64 pixels, batch 32).

    Args:
        shape: the map's shape [B, H, W, C].
        side: the kernel's side.
        stride: step of the output positions.
        dilation: distance between the kernel's taps.
        positions: output height times width.
    """
    even = shape[1] % 2 == 0 and shape[2] % 2 == 0
    few = shape[3] <= 4 and side <= 7
    return stride == 2 and dilation == 1 and even and few and positions >= 256


def convolve_blocks(
    x: jax.Array, kernel: jax.Array, sides: tuple[int, int], pads: Pads
) -> jax.Array:
    """Convolve with step 2, each 2x2 block of pixels taken as one position.

    Args:
        x: float [B, H, W, I], H and W even.
        kernel: float [k, k, I, O].
        sides: the output's height H' and width W'.
        pads: rows and columns of zeros, as ((top, bottom), (left, right)).

    Returns:
        float [B, H', W', O].
    """
    batch, height, width, channels = x.shape
    x = x.reshape(batch, height // 2, 2, width // 2, 2, channels).transpose(0, 1, 3, 2, 4, 5)
    x = x.reshape(batch, height // 2, width // 2, 4 * channels)
    # A tap lies in the upper half of its block or in the lower: zeros make both ends whole blocks.
    ends = [(before % 2, (kernel.shape[0] + before) % 2) for before, _ in pads]
    kernel = jnp.pad(kernel, (*ends, (0, 0), (0, 0)))
    taps = kernel.shape[0] // 2, kernel.shape[1] // 2
    kernel = kernel.reshape(taps[0], 2, taps[1], 2, channels, -1).transpose(0, 2, 1, 3, 4, 5)
    kernel = kernel.reshape(*taps, 4 * channels, -1)
    before = [-(-pad // 2) for pad, _ in pads]
    after = [
        wanted + count - 1 - size - pad
        for wanted, count, size, pad in zip(sides, taps, x.shape[1:3], before, strict=True)
    ]
    (top, left), (bottom, right) = before, after
    return convolve_own_gradient(x, kernel, ((top, bottom), (left, right)))
