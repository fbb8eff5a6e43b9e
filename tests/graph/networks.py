"""Small networks as graphs, with weights and batch statistics that hide nothing."""

from functools import cache

import jax
import numpy as np

from jaxticket.graph import Graph
from jaxticket.models import Detector, build, trace
from jaxticket.trees import leaves_by_path

SIDE = 32
NAMES = ("meso4", "mesoinception4", "cnn5", "resnet18", "xception")


@cache
def network(name: str, num_logits: int = 1) -> tuple[Detector, dict, dict]:
    """Return a narrow detector with weights and batch statistics of every sign and size."""
    width = 0.5 if name.startswith("meso") else 0.125
    detector = build(name, num_logits, width)
    params, stats = detector.init(jax.random.key(3), SIDE)
    draw = np.random.default_rng(5)
    mixed = {
        path: draw.normal(1 if path.endswith("scale") else 0, 0.3, leaf.shape).astype(np.float32)
        if path.endswith(("scale", "bias"))
        else np.asarray(leaf)
        for path, leaf in leaves_by_path(params).items()
    }
    params = jax.tree.unflatten(jax.tree.structure(params), list(mixed.values()))
    stats = {
        layer: {
            "mean": draw.normal(0, 0.2, one["mean"].shape).astype(np.float32),
            "var": draw.uniform(0.3, 1.5, one["var"].shape).astype(np.float32),
        }
        for layer, one in stats.items()
    }
    return detector, params, stats


@cache
def traced(name: str, num_logits: int = 1) -> tuple[Graph, dict[str, np.ndarray]]:
    """Return the graph and the arrays of `network`."""
    detector, params, stats = network(name, num_logits)
    leaves = leaves_by_path(params) | leaves_by_path(stats)
    return trace(detector, SIDE), {path: np.asarray(leaf) for path, leaf in leaves.items()}


def pictures(count: int = 3, side: int = SIDE) -> np.ndarray:
    """Return noise, uint8 [N, S, S, 3]."""
    return np.random.default_rng(1).integers(0, 256, (count, side, side, 3), dtype=np.uint8)
