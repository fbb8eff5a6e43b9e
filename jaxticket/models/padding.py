"""Padding of windows over [B, H, W, C] maps, said the way the original networks say it."""

from typing import Literal

from jax import lax

Padding = int | Literal["SAME"]
Pads = tuple[tuple[int, int], tuple[int, int]]


def resolve_padding(
    shape: tuple[int, ...], window: int, stride: int, padding: Padding, dilation: int = 1
) -> Pads:
    """Rows and columns to add around a map, as ((top, bottom), (left, right)).

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
