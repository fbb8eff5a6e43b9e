"""Augmentation on the device: pure functions of a key and a batch of pictures."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp

AUGMENTATIONS = ("none", "flip")


@partial(jax.jit, static_argnames="kind")
def augment(key: jax.Array, images: jax.Array, kind: str = "flip") -> jax.Array:
    """Augment each picture of a batch independently.

    Args:
        key: a PRNG key; the same key changes the same batch in the same way.
        images: [B, H, W, 3], of any type.
        kind: `none` gives the pictures back, `flip` mirrors each left to right with probability
            one half.

    Returns:
        Pictures of the same shape and type.

    Raises:
        ValueError: the kind is unknown.
    """
    if kind == "none":
        return images
    if kind == "flip":
        mirrored = jax.random.bernoulli(key, 0.5, (images.shape[0], 1, 1, 1))
        return jnp.where(mirrored, images[:, :, ::-1, :], images)
    raise ValueError(f"the augmentation {kind!r} is unknown; use one of {', '.join(AUGMENTATIONS)}")
