"""Max-pooling and global average pooling of [B, H, W, C] maps, and the padding of windows."""

from typing import Literal

import jax
import jax.numpy as jnp
from jax import lax

from jaxticket.models.lowering import cpu_lowering

Padding = int | Literal["SAME"]
Pads = tuple[tuple[int, int], tuple[int, int]]


def resolve_padding(
    shape: tuple[int, ...], window: int, stride: int, padding: Padding, dilation: int = 1
) -> Pads:
    """Return the rows and columns to add around a map, as ((top, bottom), (left, right)).

    Args:
        shape: the map's shape [B, H, W, C].
        window: the side of the square window.
        stride: its step.
        padding: the same count on all four sides (as torch has it), or "SAME" (as Keras has it:
            output side = ceil(side / stride), the odd one out added at the bottom and right).
        dilation: distance between the window's taps.
    """
    if padding != "SAME":
        return (padding, padding), (padding, padding)
    reach = dilation * (window - 1) + 1
    (top, bottom), (left, right) = lax.padtype_to_pads(
        shape[1:3], (reach, reach), (stride, stride), "SAME"
    )
    return (top, bottom), (left, right)


def max_pool(x: jax.Array, window: int, stride: int, padding: Padding = 0) -> jax.Array:
    """Return the maximum over square windows; padding counts as minus infinity.

    Args:
        x: float [B, H, W, C].
        window: the window's side.
        stride: the window's step.
        padding: rows and columns added on every side, or "SAME".

    Returns:
        float [B, H', W', C]. Where a window holds its maximum more than once, the gradient goes to
        the first in row-major order.
    """
    pads = resolve_padding(x.shape, window, stride, padding)
    if not cpu_lowering():
        return lax.reduce_window(
            x,
            -jnp.inf,
            lax.max,
            (1, window, window, 1),
            (1, stride, stride, 1),
            ((0, 0), *pads, (0, 0)),
        )
    # Columns first: the first of several equal maxima is then the first in row-major order, the
    # one that XLA's own operation (select-and-scatter) gives the gradient to.
    x = _running_max(x, 2, window, stride, pads[1])
    return _running_max(x, 1, window, stride, pads[0])


def global_average_pool(x: jax.Array) -> jax.Array:
    """Return the mean over the map: [B, H, W, C] -> [B, C]."""
    return jnp.mean(x, axis=(1, 2))


def _running_max(
    x: jax.Array, axis: int, window: int, stride: int, pads: tuple[int, int]
) -> jax.Array:
    """Return the maximum over windows along one axis, as the maximum of `window` strided slices."""
    widths = [(0, 0, 0)] * x.ndim
    widths[axis] = (*pads, 0)
    x = lax.pad(x, jnp.array(-jnp.inf, x.dtype), widths)
    span = (x.shape[axis] - window) // stride * stride + 1
    taps = [lax.slice_in_dim(x, i, i + span, stride, axis) for i in range(window)]
    result = taps[0]
    for tap in taps[1:]:
        result = _first_max(result, tap)
    return result


@jax.custom_jvp
def _first_max(a: jax.Array, b: jax.Array) -> jax.Array:
    """Return the elementwise maximum with the derivative of `a` alone where both are equal."""
    return lax.max(a, b)


@_first_max.defjvp
def _first_max_jvp(primals, tangents):
    a, b = primals
    return _first_max(a, b), jnp.where(a >= b, *tangents)
