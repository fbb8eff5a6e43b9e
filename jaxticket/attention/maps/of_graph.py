"""Grad-CAM of a network that is a graph and its arrays, as a ticket file holds it."""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from jaxticket.attention.maps.activation_maps import grad_cam
from jaxticket.attention.maps.explained import explained_score
from jaxticket.attention.maps.layers import LEAST_SIDE
from jaxticket.graph import Graph, fold, shapes
from jaxticket.graph.nodes import IMAGES
from jaxticket.graph.shapes import Arrays
from jaxticket.models.in_jax import normalise, outputs

GraphMaps = Callable[[np.ndarray, np.ndarray | int], np.ndarray]
"""`(images uint8 [B, S, S, 3], direction) -> float32 [B, h, w]`, none below 0."""


def graph_layer(graph: Graph, arrays: Arrays, least: int = LEAST_SIDE) -> str:
    """Return the latest node worth looking at: a map of `least` x `least` positions or more.

    All of the network passes through it: no node behind it reads what stands before it. For the
    detectors of the table that is what `default_layer` gives.

    Args:
        graph: of the network.
        arrays: its arrays by name.
        least: smallest side of the map.

    Raises:
        ValueError: there is none; or the arrays do not fit the graph.
    """
    found = shapes(graph, arrays)
    place = {IMAGES: -1} | {node.name: at for at, node in enumerate(graph.nodes)}
    earliest = len(graph.nodes)  # of what is read from behind the node
    for at, node in reversed(list(enumerate(graph.nodes))):
        shape = found[node.name]
        if earliest >= at and len(shape) == 3 and min(shape[:2]) >= least:
            return node.name
        earliest = min(earliest, *(place[name] for name in node.reads))
    raise ValueError(
        f"the network has no map of {least}x{least} or more for pictures of {graph.image_size} "
        "pixels that all of it passes through"
    )


def maps_of_graph(graph: Graph, arrays: Arrays, batch: int = 8) -> GraphMaps:
    """Return the function from pictures to Grad-CAM maps of `graph_layer`, as `make_maps` has them.

    A channel that is the same on every picture says nothing of places, but adds a constant to the
    map before what is below 0 goes. Compaction removes such channels: a compacted network's map
    lies lower or higher than the larger one's by a number for each picture.

    Args:
        graph: of the network; batch normalisation is folded here.
        arrays: its arrays by name.
        batch: pictures at once, 1 or more; the last are filled up to it, and one compilation does.

    Raises:
        ValueError: no map is worth looking at, or the arrays do not fit the graph.
    """
    folded, own = fold(graph, arrays)
    layer = graph_layer(folded, own)
    at = 1 + [node.name for node in folded.nodes].index(layer)
    before, behind = folded.nodes[:at], folded.nodes[at:]

    @jax.jit
    def maps(kept: dict[str, jax.Array], images: jax.Array, directions: jax.Array) -> jax.Array:
        known = {IMAGES: normalise(graph, images)}
        activations = outputs(before, kept, known)[layer]

        def score(given: jax.Array) -> jax.Array:
            logits = outputs(behind, kept, {layer: given})[folded.output]
            return jnp.sum(explained_score(logits, directions))

        return jnp.maximum(grad_cam(activations, jax.grad(score)(activations)), 0)

    # Arguments, not constants of the program, which XLA would take its time to fold.
    kept = {name: jnp.asarray(array, jnp.float32) for name, array in own.items()}
    return partial(_in_batches, partial(maps, kept), batch)


def _in_batches(
    maps: Callable[[np.ndarray, np.ndarray], jax.Array],
    batch: int,
    images: np.ndarray,
    direction: np.ndarray | int,
) -> np.ndarray:
    directions = np.broadcast_to(np.asarray(direction, np.int32), len(images))
    found = []
    for start in range(0, max(1, len(images)), batch):
        some = [values[start : start + batch] for values in (images, directions)]
        lacking = batch - len(some[0])
        filled = (np.pad(v, [(0, lacking), *[(0, 0)] * (v.ndim - 1)]) for v in some)
        found.append(np.asarray(maps(*filled))[: batch - lacking])
    return np.concatenate(found)
