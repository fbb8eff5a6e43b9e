"""Convolutions over [B, H, W, C] maps: full (kernel HWIO) and depthwise (kernel [k, k, 1, C])."""

import jax
import jax.numpy as jnp
from flax import linen as nn
from flax.typing import Initializer
from jax import lax

from jaxticket.models.depthwise import shifted_sum
from jaxticket.models.kernel_gradient import convolve_own_gradient, own_gradient_wins
from jaxticket.models.lowering import cpu_lowering
from jaxticket.models.pooling import Padding, Pads, resolve_padding
from jaxticket.models.space_to_depth import blocks_win, convolve_blocks

_DIMENSIONS = ("NHWC", "HWIO", "NHWC")

he_fan_out = nn.initializers.variance_scaling(2.0, "fan_out", "normal")
"""Normal, variance 2 / (k * k * O): He et al. 2015 (1502.01852), as torchvision and timm take it.

As theirs it counts O = C output channels for a depthwise kernel [k, k, 1, C] too.
"""


def scaled(channels: int, width: float) -> int:
    """Return `channels * width` to the nearest integer, at least 1."""
    return max(1, round(channels * width))


def convolve(
    x: jax.Array, kernel: jax.Array, stride: int = 1, padding: Padding = 0, dilation: int = 1
) -> jax.Array:
    """Cross-correlate with a square kernel (what deep learning calls a convolution).

    Args:
        x: float [B, H, W, I].
        kernel: float [k, k, I, O].
        stride: step of the output positions.
        padding: rows and columns of zeros on every side, or "SAME".
        dilation: distance between the kernel's taps.

    Returns:
        float [B, H', W', O].
    """
    pads = resolve_padding(x.shape, kernel.shape[0], stride, padding, dilation)
    height, width = _output_sides(x.shape, kernel.shape[0], stride, pads, dilation)
    if cpu_lowering():
        side, positions = kernel.shape[0], height * width
        if patches_win(side, kernel.shape[2], positions):
            return convolve_patches(x, kernel, stride, pads, dilation)
        if blocks_win(x.shape, side, stride, dilation, positions):
            return convolve_blocks(x, kernel, (height, width), pads)
        if stride == dilation == 1 and own_gradient_wins(side, positions):
            return convolve_own_gradient(x, kernel, pads)
    return lax.conv_general_dilated(
        x,
        kernel,
        (stride, stride),
        pads,
        rhs_dilation=(dilation, dilation),
        dimension_numbers=_DIMENSIONS,
    )


def patches_win(side: int, channels: int, positions: int) -> bool:
    """Return whether `convolve_patches` beats XLA's convolution on the CPU (float32, gradients).

    Measured on two AVX-512 cores with jax 0.10: 1x1 kernels gain 1.2 to 4.7 times everywhere, maps
    of up to 2x2 positions 3 to 75 times, maps of up to 7x7 with 256 input channels or more 1.1 to
    1.8 times (step 2 gains most); elsewhere the patches cost more than they bring.

    Args:
        side: the kernel's side.
        channels: input channels.
        positions: output height times width.
    """
    return side == 1 or positions <= 4 or (positions <= 49 and channels >= 256)


def convolve_patches(
    x: jax.Array, kernel: jax.Array, stride: int, pads: Pads, dilation: int = 1
) -> jax.Array:
    """Convolve as one matrix product of the map's patches with the kernel (im2col).

    Taps that meet only padding are left out: on a 1 x 1 map only the centre stays.
    """
    height, width = _output_sides(x.shape, kernel.shape[0], stride, pads, dilation)
    rows = _useful_taps(x.shape[1], height, kernel.shape[0], stride, pads[0], dilation)
    columns = _useful_taps(x.shape[2], width, kernel.shape[1], stride, pads[1], dilation)
    padded = jnp.pad(x, ((0, 0), *pads, (0, 0)))
    patches = jnp.concatenate(
        [
            _tap(padded, i * dilation, j * dilation, height, width, stride)
            for i in rows
            for j in columns
        ],
        axis=-1,
    )
    useful = kernel[rows.start : rows.stop, columns.start : columns.stop]
    return patches @ useful.reshape(-1, kernel.shape[-1])


def convolve_depthwise(x: jax.Array, kernel: jax.Array, padding: int) -> jax.Array:
    """Convolve every channel with its own k x k kernel, step 1.

    Args:
        x: float [B, H, W, C].
        kernel: float [k, k, 1, C].
        padding: rows and columns of zeros on every side.

    Returns:
        float [B, H', W', C].
    """
    pads = resolve_padding(x.shape, kernel.shape[0], 1, padding)
    if cpu_lowering():
        return shifted_sum(x, kernel, pads)
    return lax.conv_general_dilated(
        x,
        kernel,
        (1, 1),
        pads,
        dimension_numbers=_DIMENSIONS,
        feature_group_count=x.shape[-1],
    )


def _output_sides(
    shape: tuple[int, ...], side: int, stride: int, pads: Pads, dilation: int
) -> tuple[int, int]:
    reach = dilation * (side - 1) + 1
    height, width = (
        (size + sum(pad) - reach) // stride + 1 for size, pad in zip(shape[1:3], pads, strict=True)
    )
    return height, width


def _useful_taps(
    size: int, positions: int, side: int, stride: int, pad: tuple[int, int], dilation: int
) -> range:
    """Return the taps along an axis that meet the map itself at some output position."""
    useful = [
        tap
        for tap in range(side)
        if any(0 <= p * stride + tap * dilation - pad[0] < size for p in range(positions))
    ]
    return range(useful[0], useful[-1] + 1)


def _tap(padded: jax.Array, row: int, column: int, height: int, width: int, stride: int):
    """Return what a kernel tap meets at all output positions, [B, height, width, C]."""
    rows = slice(row, row + (height - 1) * stride + 1, stride)
    columns = slice(column, column + (width - 1) * stride + 1, stride)
    return padded[:, rows, columns]


class Conv(nn.Module):
    """Convolution with a square kernel; parameters `kernel` [k, k, I, O] and, if asked, `bias` [O].

    Attributes:
        features: output channels O.
        side: the kernel's side k.
        stride: step of the output positions.
        padding: zeros on every side, or "SAME".
        dilation: distance between the kernel's taps.
        use_bias: whether a bias is added.
        kernel_init: initialiser of the kernel.
    """

    features: int
    side: int
    stride: int = 1
    padding: Padding = 0
    dilation: int = 1
    use_bias: bool = False
    kernel_init: Initializer = he_fan_out

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        """Return the convolution of float [B, H, W, I], float [B, H', W', O]."""
        shape = (self.side, self.side, x.shape[-1], self.features)
        kernel = self.param("kernel", self.kernel_init, shape)
        y = convolve(x, kernel, self.stride, self.padding, self.dilation)
        if not self.use_bias:
            return y
        return y + self.param("bias", nn.initializers.zeros, (self.features,))


class DepthwiseConv(nn.Module):
    """Convolution of every channel by itself, step 1, no bias; parameter `kernel` [k, k, 1, C].

    Attributes:
        side: the kernel's side k.
        padding: zeros on every side.
        kernel_init: initialiser of the kernel.
    """

    side: int
    padding: int
    kernel_init: Initializer = he_fan_out

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        """Return the convolution of float [B, H, W, C], float [B, H', W', C]."""
        kernel = self.param("kernel", self.kernel_init, (self.side, self.side, 1, x.shape[-1]))
        return convolve_depthwise(x, kernel, self.padding)
