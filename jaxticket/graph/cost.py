"""What a forward pass costs: parameters, multiply-adds and memory, by node, as exact integers."""

from typing import NamedTuple

import numpy as np

from jaxticket.graph.nodes import IMAGES, Conv, Dense, Depthwise, Graph
from jaxticket.graph.shapes import Arrays, shapes

FLOAT32 = 4
"""Bytes."""


class NodeCost(NamedTuple):
    """What a node costs.

    Attributes:
        channels: of its output.
        parameters: kernel, bias, scale and shift; running statistics are none.
        alive: those of them that are not zero in a kernel, and all others.
        macs: multiply-adds with its kernel for one picture.
        alive_macs: those of them with weights that are not zero.
        bytes: of its output for one picture, float32.
    """

    channels: int
    parameters: int
    alive: int
    macs: int
    alive_macs: int
    bytes: int


class Cost(NamedTuple):
    """What a forward pass costs.

    Attributes:
        nodes: by name, in order.
        peak_bytes: of the largest set of maps that are held at once for one picture, float32: what
            a node reads, what it gives, and what later nodes still read. Nothing is done in place.
    """

    nodes: dict[str, NodeCost]
    peak_bytes: int

    @property
    def total(self) -> NodeCost:
        """The sums over all nodes."""
        return NodeCost(*(sum(column) for column in zip(*self.nodes.values(), strict=True)))


def cost(graph: Graph, arrays: Arrays, image_size: int | None = None) -> Cost:
    """Return what one picture's forward pass costs.

    A multiply-add counts for every weight at every output position, those on zeros around the map
    among them, as is usual; biases, normalisation, rectifiers, pooling and sums count none.

    Args:
        graph: of the network; fold it first to count what is left of batch normalisation alone.
        arrays: its arrays by name, zero where pruned.
        image_size: side of the pictures, pixels; None for the graph's own.

    Raises:
        ValueError: the arrays or the image size do not fit the graph.
    """
    sizes = shapes(graph, arrays, image_size)
    nodes = {}
    for node in graph.nodes:
        size = sizes[node.name]
        names = [name for name in node.arrays() if not name.endswith(("/mean", "/var"))]
        others = sum(arrays[name].size for name in names if not name.endswith("/kernel"))
        weights = alive = 0
        if isinstance(node, Conv | Depthwise | Dense):
            kernel = arrays[names[0]]
            weights, alive = kernel.size, int(np.count_nonzero(kernel))
        positions = size[0] * size[1] if len(size) == 3 else 1
        nodes[node.name] = NodeCost(
            size[-1],
            weights + others,
            alive + others,
            weights * positions,
            alive * positions,
            FLOAT32 * int(np.prod(size)),
        )
    return Cost(nodes, _peak(graph, sizes))


def _peak(graph: Graph, sizes: dict[str, tuple[int, ...]]) -> int:
    last = {name: step for step, node in enumerate(graph.nodes) for name in node.reads}
    last[graph.output] = len(graph.nodes)
    made = {IMAGES: 0} | {node.name: step for step, node in enumerate(graph.nodes)}
    held = [
        sum(int(np.prod(sizes[name])) for name, at in made.items() if at <= step <= last[name])
        for step in range(len(graph.nodes))
    ]
    return FLOAT32 * max(held)
