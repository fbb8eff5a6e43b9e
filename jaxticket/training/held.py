"""A split's pictures on the device, as uint8: a batch then names them by their positions."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from jaxticket.data import Examples

_SLICE = 256 << 20
"""Bytes that are on their way to the device at once."""


def hold(examples: Examples) -> jax.Array:
    """Return the pictures of a split on the device, uint8 [N, S, S, 3], in their order."""
    one = 3 * examples.image_size**2
    at_once = max(1, _SLICE // one)
    positions = range(len(examples))
    parts = [
        jnp.asarray(examples.images(positions[first : first + at_once]))
        for first in range(0, len(examples), at_once)
    ]
    return parts[0] if len(parts) == 1 else jnp.concatenate(parts)


@jax.jit
def pictures_at(held: jax.Array, positions: jax.Array) -> jax.Array:
    """Return the pictures at positions inside, uint8 [B, S, S, 3]."""
    return jnp.take(held, positions, axis=0, mode="clip")


def pictures_of(batch: Mapping[str, Any], held: jax.Array | None) -> Any:
    """Return a batch's own pictures, or those that its positions name.

    Args:
        batch: with `image`, or with `position` int32 [B] where pictures are held.
        held: made by `hold`; None where they are not.
    """
    return batch["image"] if held is None else pictures_at(held, batch["position"])
