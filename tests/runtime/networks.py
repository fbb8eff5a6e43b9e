"""Small graphs with drawn weights, and what they answer; nothing is compiled by JAX."""

from functools import cache, partial

import jax
import numpy as np

from jaxticket.graph import Graph, execute, normalise
from jaxticket.models import build, trace
from jaxticket.trees import leaves_by_path
from tests.graph.networks import NAMES, SIDE, pictures

__all__ = ["NAMES", "answers", "pictures", "pruned"]


@cache
def pruned(name: str, sparsity: float) -> tuple[Graph, dict[str, np.ndarray]]:
    """Return a narrow detector's graph and its arrays, of whose kernels a drawn share is zero."""
    detector = build(name, 2, 0.5 if name.startswith("meso") else 0.125)
    shapes = jax.eval_shape(partial(detector.init, image_size=SIDE), jax.random.key(0))
    draw = np.random.default_rng(7)
    arrays = {}
    for path, leaf in (leaf for tree in shapes for leaf in leaves_by_path(tree).items()):
        role, shape = path.rpartition("/")[2], leaf.shape
        if role == "kernel":
            array = draw.normal(0, np.prod(shape[:-1]) ** -0.5, shape)
            if not path.startswith("fc/"):
                array[draw.random(shape) < sparsity] = 0
        elif role == "var":
            array = draw.uniform(0.3, 1.5, shape)
        else:
            array = draw.normal(role == "scale", 0.3, shape)
        arrays[path] = array.astype(np.float32)
    return trace(detector, SIDE), arrays


def answers(graph: Graph, arrays: dict[str, np.ndarray], images: np.ndarray) -> np.ndarray:
    """Return the reference's logits."""
    return execute(graph, arrays, normalise(graph, images, np.float64))
