"""From pictures to maps: one compiled function for all levels of a run."""

from collections.abc import Callable
from functools import partial
from typing import Literal, get_args

import jax
import jax.numpy as jnp

from jaxticket.attention.maps.activation_maps import grad_cam, grad_cam_plus_plus, hires_cam
from jaxticket.attention.maps.explained import Direction, explained_score
from jaxticket.attention.maps.integrated_gradients import integrated_gradients
from jaxticket.attention.maps.layers import LAST, cut
from jaxticket.models import Detector
from jaxticket.trees import Tree

Method = Literal["grad_cam", "grad_cam_plus_plus", "hires_cam", "integrated_gradients"]
METHODS: tuple[Method, ...] = get_args(Method)

Maps = Callable[[Tree, Tree, jax.Array, Direction], jax.Array]
"""`(params, batch_stats, images uint8 [B, H, W, 3], direction) -> float32 [B, h, w]`."""


def make_maps(
    detector: Detector,
    method: Method = "grad_cam",
    layer: str | None = None,
    *,
    rectify: bool = True,
    steps: int = 64,
    epsilon: float = 0.0,
) -> Maps:
    """Return the function from pictures to maps, larger where a place speaks for the class.

    Parameters are arguments, and masked already: every level of a run, its dense network and its
    controls go through one compilation (per shape of the pictures). Evaluation mode: batch
    statistics are constants, so a picture's map does not depend on its batch.

    Args:
        detector: the network.
        method: one of `METHODS`.
        layer: whose map is explained, a name in `detector.layers`; the last map if None. See
            `default_layer`. Not for integrated gradients, which explain the pixels.
        rectify: keep what speaks for the class and set the rest to zero, as the papers on class
            activation do; otherwise maps are signed.
        steps: of integrated gradients, whose baseline is the black picture and whose maps are sums
            over the colours, of the pictures' size.
        epsilon: of Grad-CAM++, see `grad_cam_plus_plus`.

    Raises:
        ValueError: the method is unknown, or an option is not for it; and, when the function is
            called first, there is no such layer or it gives no map.
    """
    if method not in METHODS:
        raise ValueError(f"no method named {method!r}; known: {', '.join(METHODS)}")
    if steps < 1:
        raise ValueError(f"integrated gradients need 1 step or more, not {steps}")
    if method == "integrated_gradients":
        if layer is not None:
            raise ValueError(f"integrated gradients explain the pixels: leave out layer={layer!r}")
        signed = _of_pixels(detector, steps)
    else:
        combine = {
            "grad_cam": grad_cam,
            "grad_cam_plus_plus": partial(grad_cam_plus_plus, epsilon=epsilon),
            "hires_cam": hires_cam,
        }[method]
        signed = _of_layer(detector, layer or LAST, combine)

    def maps(params: Tree, batch_stats: Tree, images: jax.Array, direction: Direction):
        return jnp.maximum(signed(params, batch_stats, images, direction), 0)

    return maps if rectify else signed


def _of_layer(detector: Detector, layer: str, combine: Callable) -> Maps:
    @jax.jit
    def maps(params: Tree, batch_stats: Tree, images: jax.Array, direction: Direction):
        x = detector.normalise(images)
        activations, logits = cut(detector, params, batch_stats, x, layer)

        def score(at: jax.Array) -> jax.Array:
            return jnp.sum(explained_score(logits(at), direction))

        return combine(activations, jax.grad(score)(activations))

    return maps


def _of_pixels(detector: Detector, steps: int) -> Maps:
    normalise = jax.jit(detector.normalise)

    @jax.jit
    def gradient(params: Tree, batch_stats: Tree, direction: Direction, x: jax.Array) -> jax.Array:
        def score(at: jax.Array) -> jax.Array:
            return jnp.sum(explained_score(detector.apply(params, batch_stats, at)[0], direction))

        return jax.grad(score)(x)

    def maps(params: Tree, batch_stats: Tree, images: jax.Array, direction: Direction):
        x = normalise(images)
        black = jnp.broadcast_to(detector.normalise(jnp.zeros((1, 1, 1, 3))), x.shape)
        at = partial(gradient, params, batch_stats, direction)
        return jnp.sum(integrated_gradients(at, x, black, steps), axis=-1)

    return maps
