"""How much a network has to compute and to move, by its graph."""

from typing import NamedTuple

import jax
import numpy as np

from jaxticket.graph import cost
from jaxticket.models import build, trace
from jaxticket.trees import leaves_by_path

FLOAT32 = 4
"""Bytes."""


class Work(NamedTuple):
    """What a batch takes at least: floating-point operations, two a multiply-add, and bytes."""

    flops: float
    bytes: float


def inference(model: str, image_size: int, batch: int) -> Work:
    """Return what a forward pass takes: each map is written and read once, each weight read.

    Maps are those that layers with weights give; what lies between can be done on the way.
    """
    macs, _, maps, parameters = _forward(model, image_size)
    return Work(2.0 * batch * macs, FLOAT32 * (2.0 * batch * maps + parameters))


def step(model: str, image_size: int, batch: int) -> Work:
    """Return what a training step takes.

    Three times the forward pass's multiply-adds, less the gradient to the pictures. Each map is
    written once and read twice, its gradient written and read; each weight, its gradient and its
    moment are read and written.
    """
    macs, first, maps, parameters = _forward(model, image_size)
    return Work(2.0 * batch * (3 * macs - first), FLOAT32 * (5.0 * batch * maps + 6.0 * parameters))


def _forward(model: str, image_size: int) -> tuple[int, int, float, int]:
    """Return multiply-adds of a picture, those of the first layer, values of maps, parameters."""
    detector = build(model)
    params, stats = jax.eval_shape(lambda: detector.init(jax.random.key(0), image_size))
    arrays = {
        path: np.ones(leaf.shape, np.float32)
        for path, leaf in (leaves_by_path(params) | leaves_by_path(stats)).items()
    }
    of = cost(trace(detector, image_size), arrays)
    layers = [node for node in of.nodes.values() if node.macs]
    maps = sum(layer.bytes for layer in layers) / FLOAT32
    return of.total.macs, layers[0].macs, maps, of.total.parameters
