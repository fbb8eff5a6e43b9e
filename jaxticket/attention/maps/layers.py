"""Where a network is cut: which map is explained, and what follows it."""

from collections.abc import Callable

import jax
import jax.numpy as jnp

from jaxticket.models import Detector
from jaxticket.trees import Tree

LAST = "features"
"""Name of the last map, the one that a detector's `head` reads."""

LEAST_SIDE = 4
"""Smallest side of a map that can tell places apart, for `default_layer`."""


def default_layer(detector: Detector, image_size: int, least: int = LEAST_SIDE) -> str:
    """Return the latest map worth looking at: of `least` x `least` positions or more.

    That is the last map, `LAST`, where it is large enough, or where the detector names no others
    (`Architecture.map_layers`). At 64 pixels it has 2 x 2 positions in every detector here, so that
    the answer is "bn4" (8 x 8) for the Meso networks, "relu5" (CNN-5, 4 x 4, before the last
    pooling), "layer3.1" (ResNet-18, 4 x 4) and "block11" (Xception, 4 x 4); at 256 pixels it has
    8 x 8 in all of them.

    Args:
        detector: the network.
        image_size: side of the pictures in pixels.
        least: smallest side of the map.

    Raises:
        ValueError: the pictures are too small for this network, or for such a map in it.
    """
    if not detector.map_layers:
        return LAST
    params, batch_stats = jax.eval_shape(lambda: detector.init(jax.random.key(0), image_size))
    picture = jax.ShapeDtypeStruct((1, image_size, image_size, 3), jnp.float32)
    last = jax.eval_shape(detector.features, params, batch_stats, picture)
    sides = {LAST: last.shape[1:]} | detector.layers(image_size)
    for name in (LAST, *detector.map_layers):
        if min(sides[name][:2]) >= least:
            return name
    raise ValueError(
        f"{detector.name} has no map of {least}x{least} or more for pictures of {image_size} "
        "pixels: take larger pictures"
    )


def cut(
    detector: Detector, params: Tree, batch_stats: Tree, x: jax.Array, layer: str
) -> tuple[jax.Array, Callable[[jax.Array], jax.Array]]:
    """Return a layer's map of normalised images, and the logits as a function of that map.

    Args:
        detector: in evaluation mode: batch statistics are constants.
        params: masked already.
        batch_stats: running statistics.
        x: normalised images, float [B, H, W, 3].
        layer: `LAST`, or any name in `detector.layers`.

    Returns:
        Float [B, h, w, c], and the function float [B, h, w, c] -> float [B, num_logits].

    Raises:
        ValueError: there is no such layer, or it gives no map.
    """
    if layer == LAST:
        features = detector.features(params, batch_stats, x)
        return features, lambda given: detector.head(params, batch_stats, given)
    output = detector.layer_output(params, batch_stats, x, layer)
    if output.ndim != 4:
        raise ValueError(f"{detector.name}: the layer {layer!r} gives no map; name an earlier one")
    return output, lambda given: detector.logits_given(params, batch_stats, x, layer, given)
