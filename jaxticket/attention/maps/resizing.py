"""Maps at the size of their pictures."""

import jax
import jax.numpy as jnp


def resize_maps(maps: jax.Array, height: int, width: int) -> jax.Array:
    """Return maps, float [B, h, w], scaled up bilinearly to [B, height, width].

    Pixel centres at halves and edges continued, as OpenCV, PyTorch and the package grad-cam do.

    Raises:
        ValueError: the new size is the smaller one.
    """
    if height < maps.shape[1] or width < maps.shape[2]:
        raise ValueError(
            f"maps of {maps.shape[1]}x{maps.shape[2]} cannot be scaled up to {height}x{width}"
        )
    return jax.image.resize(maps, (maps.shape[0], height, width), "bilinear", antialias=False)


def scale_to_unit(maps: jax.Array, epsilon: float = 1e-7) -> jax.Array:
    """Return each map, [B, h, w], shifted and scaled to [0, 1]; a constant one becomes zero.

    For showing. The package grad-cam does so before it resizes, and adds the same epsilon to the
    maximum.
    """
    shifted = maps - jnp.min(maps, axis=(1, 2), keepdims=True)
    return shifted / (jnp.max(shifted, axis=(1, 2), keepdims=True) + epsilon)
