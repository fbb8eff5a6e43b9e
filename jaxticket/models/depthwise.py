"""A depthwise convolution as shifted multiply-adds, with a gradient of its own.

Left to differentiation, XLA's CPU backend writes a product as large as the map for each tap of the
kernel's gradient, and then sums it. Here the products of eight pictures are added before anything
is written, and a product with ones sums the little that is left: XLA would fuse all of it into a
`jnp.sum`, and that is twice as slow.
"""

from collections.abc import Iterable
from functools import partial

import jax
import jax.numpy as jnp
from jax import lax

from jaxticket.models.pooling import Pads

_PICTURES = 8


@partial(jax.custom_vjp, nondiff_argnums=(2,))
def shifted_sum(x: jax.Array, kernel: jax.Array, pads: Pads) -> jax.Array:
    """Convolve by channel, step 1, as k * k shifted multiply-adds.

    As with every `jax.custom_vjp`, forward-mode differentiation works over `jax.grad`, not alone.

    Args:
        x: float [B, H, W, C].
        kernel: float [k, k, 1, C].
        pads: rows and columns of zeros, as ((top, bottom), (left, right)).

    Returns:
        float [B, H', W', C].
    """
    return _shifted_sum(x, kernel, pads)


def _shifted_sum(x: jax.Array, kernel: jax.Array, pads: Pads) -> jax.Array:
    padded, side = _pad(x, pads), kernel.shape[0]
    return _sum(
        tap * kernel[i, j, 0] for i in range(side) for j, tap in enumerate(_taps(padded, side, i))
    )


def _forward(x, kernel, pads):
    return _shifted_sum(x, kernel, pads), (x, kernel)


def _backward(pads, saved, cotangent):
    x, kernel = saved
    to_x = jax.linear_transpose(lambda x: _shifted_sum(x, kernel, pads), x)
    return *to_x(cotangent), _kernel_gradient(_pad(x, pads), cotangent, kernel.shape[0])


shifted_sum.defvjp(_forward, _backward)


def _kernel_gradient(padded: jax.Array, cotangent: jax.Array, side: int) -> jax.Array:
    batch, channels = cotangent.shape[0], cotangent.shape[-1]
    count = next(count for count in range(_PICTURES, 0, -1) if batch % count == 0)

    def parts(x: jax.Array) -> list[jax.Array]:
        # Every count-th picture, so that a batch split over devices needs none of another's.
        x = x.reshape(batch // count, count, *x.shape[1:])
        return [x[:, part] for part in range(count)]

    sums = []
    for i in range(side):
        for tap in _taps(padded, side, i):
            pairs = zip(parts(tap), parts(cotangent), strict=True)
            partial_sums = _sum(x * g for x, g in pairs)
            rows = partial_sums.reshape(-1, channels)
            sums.append(jnp.ones((1, rows.shape[0]), rows.dtype) @ rows)
    return jnp.stack(sums).reshape(side, side, 1, channels)


def _pad(x: jax.Array, pads: Pads) -> jax.Array:
    widths = [(before, after, 0) for before, after in pads]
    return lax.pad(x, jnp.zeros((), x.dtype), [(0, 0, 0), *widths, (0, 0, 0)])


def _taps(padded: jax.Array, side: int, row: int) -> list[jax.Array]:
    """Return what the kernel's taps of one row meet at all output positions."""
    height, width = padded.shape[1] - side + 1, padded.shape[2] - side + 1
    return [padded[:, row : row + height, j : j + width] for j in range(side)]


def _sum(terms: Iterable[jax.Array]) -> jax.Array:
    first, *rest = terms
    return sum(rest, start=first)
