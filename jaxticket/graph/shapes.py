"""The shapes of what every node gives."""

import math
from collections.abc import Mapping

import numpy as np

from jaxticket.graph.nodes import (
    IMAGES,
    LARGEST,
    Add,
    Concatenate,
    Conv,
    Dense,
    Depthwise,
    Flatten,
    Graph,
    MaxPool,
    Mean,
    Node,
    Pads,
)

Shape = tuple[int, ...]
Arrays = Mapping[str, np.ndarray]
"""A graph's arrays by name."""
MOST_VALUES, MOST_WORK = 1 << 30, 1 << 42
"""Of one picture's outputs together: numbers, and steps to compute them."""


def shapes(graph: Graph, arrays: Arrays, image_size: int | None = None) -> dict[str, Shape]:
    """Return (h, w, c) of a map or (n,) of a row, for `IMAGES` and every node, without the batch.

    Args:
        graph: of the network.
        arrays: by name.
        image_size: side of the pictures; None for the graph's own.

    Raises:
        ValueError: an array lacks, or shapes do not fit or pass their bounds; names the node.
    """
    side = graph.image_size if image_size is None else image_size
    if not 0 < side <= LARGEST:
        raise ValueError(f"pictures of {side} pixels: a graph reads 1 to {LARGEST:,}")
    found: dict[str, Shape] = {IMAGES: (side, side, 3)}
    values = work = 0
    for node in graph.nodes:
        if lacking := [name for name in node.arrays() if name not in arrays]:
            raise ValueError(f"the array {lacking[0]!r} of the graph is not there")
        shape = _shape(node, [found[name] for name in node.reads], arrays)
        if min(shape, default=0) < 1:
            raise ValueError(f"{node.name!r} would give an output of shape {shape}")
        found[node.name] = shape
        values += math.prod(shape)
        work += math.prod(shape) * _taps(node, arrays)
        if values > MOST_VALUES or work > MOST_WORK:
            raise ValueError(
                f"{node.name!r} gives an output of shape {shape}: with it one picture of {side} "
                f"pixels comes to more than {MOST_VALUES:,} values or {MOST_WORK:,} multiply-adds"
            )
    return found


def windows(shape: Shape, side: int, stride: int, pads: Pads, dilation: int = 1) -> tuple[int, int]:
    """Return height and width of what windows over a map give."""
    reach = dilation * (side - 1) + 1
    height, width = (
        (size + sum(pad) - reach) // stride + 1 for size, pad in zip(shape[:2], pads, strict=True)
    )
    return height, width


def _shape(node: Node, inputs: list[Shape], arrays: Arrays) -> Shape:
    first = inputs[0]
    want = 1 if isinstance(node, Dense) else 3
    if not isinstance(node, Dense | Flatten | Mean | Conv | Depthwise | MaxPool | Concatenate):
        want = len(first)
    if any(len(shape) != want for shape in inputs):
        raise ValueError(f"{node.name!r} cannot read an output of shape {first}")
    have = [arrays[name].shape for name in node.arrays()]
    if isinstance(node, Conv | Depthwise | Dense) and len(have[0]) != (2 if want == 1 else 4):
        raise ValueError(f"{node.name!r} has a kernel of shape {have[0]}")
    match node:
        case Conv():
            _expect(node.name, have[0], (have[0][0], have[0][0], first[2], have[0][-1]))
            _expect(node.name, have[1:], [(have[0][3],)] * node.bias)
            side = have[0][0]
            return (*windows(first, side, node.stride, node.pads, node.dilation), have[0][3])
        case Depthwise():
            _expect(node.name, have[0], (have[0][0], have[0][0], 1, first[2]))
            _expect(node.name, have[1:], [(first[2],)] * node.bias)
            return (*windows(first, have[0][0], 1, node.pads), first[2])
        case Dense():
            _expect(node.name, have[0], (first[0], have[0][-1]))
            _expect(node.name, have[1], have[0][1:])
            return (have[0][1],)
        case MaxPool():
            if max(map(max, node.pads)) >= node.window:
                raise ValueError(f"{node.name!r} has windows of padding alone")
            return (*windows(first, node.window, node.stride, node.pads), first[2])
        case Mean():
            return (first[2],)
        case Flatten():
            return (first[0] * first[1] * first[2],)
        case Add():
            _expect(node.name, inputs[1], first)
            return first
        case Concatenate():
            _expect(node.name, [shape[:2] for shape in inputs], [first[:2]] * len(inputs))
            return (*first[:2], sum(shape[2] for shape in inputs))
    _expect(node.name, have, [first[-1:]] * len(have))  # by channel
    return first


def _taps(node: Node, arrays: Arrays) -> int:
    """Return how many values go into one of a node's output, at most."""
    if isinstance(node, Conv | Depthwise | Dense):
        return math.prod(arrays[f"{node.name}/kernel"].shape[:-1])
    return node.window**2 if isinstance(node, MaxPool) else 1


def _expect(name: str, have: object, want: object) -> None:
    if have != want:
        raise ValueError(f"{name!r} has or reads arrays of shape {have}, where {want} would fit")
