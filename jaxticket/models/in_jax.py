"""A graph as a JAX function: the way back from `tracing`."""

from collections.abc import Callable, Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.typing import DTypeLike

from jaxticket.graph import Graph, Node, fold
from jaxticket.graph.nodes import (
    IMAGES,
    Add,
    Affine,
    Concatenate,
    Conv,
    Dense,
    Depthwise,
    Flatten,
    LeakyRelu,
    MaxPool,
    Mean,
    Pads,
    Relu,
)
from jaxticket.graph.shapes import Arrays, windows
from jaxticket.models.convolution import convolve_patches, patches_win

EXACT = lax.Precision.HIGHEST
"""Products in float32 on every platform: by default TPUs and newer GPUs round their factors."""


def network(
    graph: Graph, arrays: Arrays, dtype: DTypeLike = np.float32
) -> Callable[[jax.Array], jax.Array]:
    """Return a network as a function of pixels: uint8 [B, S, S, 3] -> logits, float32 [B, C].

    Args:
        graph: of the network; batch normalisation is folded here.
        arrays: its arrays by name.
        dtype: computed with in this, such as `bfloat16`; pixels are normalised in float32.
    """
    folded, own = fold(graph, arrays)
    kept = {name: np.asarray(array, dtype) for name, array in own.items()}

    def logits(images: jax.Array) -> jax.Array:
        known = {IMAGES: normalise(graph, images).astype(dtype)}
        return outputs(folded.nodes, kept, known)[folded.output].astype(jnp.float32)

    return logits


def normalise(graph: Graph, images: jax.Array) -> jax.Array:
    """Return pixels as the network expects them: uint8 [B, S, S, 3] -> float32 [B, S, S, 3]."""
    return (images.astype(jnp.float32) / 255 - jnp.array(graph.mean)) / jnp.array(graph.std)


def outputs(
    nodes: Sequence[Node],
    arrays: Mapping[str, np.ndarray | jax.Array],
    known: Mapping[str, jax.Array],
) -> dict[str, jax.Array]:
    """Return what nodes give, by name, beside what is known.

    Args:
        nodes: of a graph without batch normalisation, in its order.
        arrays: theirs by name.
        known: what they read that is none of them.
    """
    found = dict(known)
    for node in nodes:
        inputs = [found[name] for name in node.reads]
        found[node.name] = _compute(node, inputs, [arrays[name] for name in node.arrays()])
    return found


def _compute(node: Node, inputs: list[jax.Array], arrays: list) -> jax.Array:
    """Return what one node gives; see `jaxticket.graph.execute.compute`."""
    x = inputs[0]
    match node:
        case Conv():
            y = _convolve(x, arrays[0], node.stride, node.pads, node.dilation)
            return y + arrays[1] if node.bias else y
        case Depthwise():
            y = _convolve(x, arrays[0], 1, node.pads, groups=x.shape[-1])
            return y + arrays[1] if node.bias else y
        case Affine():
            return x * arrays[0] + arrays[1]
        case Dense():
            return jnp.matmul(x, arrays[0], precision=EXACT) + arrays[1]
        case Relu():
            return jnp.maximum(x, 0)
        case LeakyRelu():
            return jnp.where(x > 0, x, node.slope * x)
        case MaxPool():
            window, step = ((1, side, side, 1) for side in (node.window, node.stride))
            pads = ((0, 0), *node.pads, (0, 0))
            return lax.reduce_window(x, -jnp.inf, lax.max, window, step, pads)
        case Mean():
            return x.mean((1, 2))
        case Flatten():
            return x.reshape(x.shape[0], -1)
        case Add():
            return x + inputs[1]
        case Concatenate():
            return jnp.concatenate(inputs, -1)
    raise ValueError(f"the graph's node {node.name!r} ({type(node).__name__}) has no JAX function")


def _convolve(
    x: jax.Array,
    kernel: np.ndarray | jax.Array,
    stride: int,
    pads: Pads,
    dilation: int = 1,
    groups: int = 1,
) -> jax.Array:
    def plain(x: jax.Array, kernel: jax.Array) -> jax.Array:
        return lax.conv_general_dilated(
            x,
            kernel,
            (stride, stride),
            pads,
            rhs_dilation=(dilation, dilation),
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
            feature_group_count=groups,
            precision=EXACT,
        )

    def patches(x: jax.Array, kernel: jax.Array) -> jax.Array:
        return convolve_patches(x, kernel, stride, pads, dilation)

    side, channels = kernel.shape[0], kernel.shape[2]
    height, width = windows(x.shape[1:], side, stride, pads, dilation)
    if groups > 1 or not patches_win(side, channels, height * width):
        return plain(x, jnp.asarray(kernel))
    return lax.platform_dependent(x, jnp.asarray(kernel), cpu=patches, default=plain)
