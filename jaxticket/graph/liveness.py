"""Which channels can matter: what every channel can be, forwards, and who reads it, backwards.

Forwards every channel has a range over all pictures and positions; one whose ends meet is constant.
Backwards a channel is needed if a weight that counts reads it. What is needed depends on nothing
that is not, so one walk each way is already the fixpoint.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from jaxticket.graph.nodes import (
    IMAGES,
    Add,
    Affine,
    BatchNorm,
    Concatenate,
    Conv,
    Dense,
    Depthwise,
    Flatten,
    Graph,
    LeakyRelu,
    Node,
    Relu,
)
from jaxticket.graph.shapes import Arrays, shapes

Layer = Conv | Dense | Depthwise
"""The nodes that have a kernel."""


class Range(NamedTuple):
    """What channels can be on any picture, at any position: float64 [C] each.

    A map's channel counts once, a row's entry each. Computed in float64.
    """

    low: np.ndarray
    high: np.ndarray

    @property
    def constant(self) -> np.ndarray:
        """Which channels are the same on all pictures and at all positions."""
        return self.low == self.high


class Liveness(NamedTuple):
    """What a channel can be and whether it can matter, by node, channels in their order.

    Attributes:
        ranges: of every node's output and of `IMAGES`.
        needed: which channels have an influence on a logit, a constant one included.
        effective: by a kernel's name, the weights of influence: not zero, their output needed, and
            their input no constant that a bias can stand for.
    """

    ranges: dict[str, Range]
    needed: dict[str, np.ndarray]
    effective: dict[str, np.ndarray]


def liveness(graph: Graph, arrays: Arrays) -> Liveness:
    """Return what can matter in a network; a weight of value zero counts as pruned.

    It holds for all pictures, that is for pixels in [0, 255] normalised as the graph says.
    """
    found = ranges(graph, arrays)
    return Liveness(found, *_backwards(graph, arrays, found))


def ranges(graph: Graph, arrays: Arrays) -> dict[str, Range]:
    """Return the ranges of `IMAGES` and of what every node gives."""
    sizes = shapes(graph, arrays)
    mean, std = np.array(graph.mean), np.array(graph.std)
    found = {IMAGES: Range((0 - mean) / std, (1 - mean) / std)}
    for node in graph.nodes:
        own = [np.asarray(arrays[name], np.float64) for name in node.arrays()]
        found[node.name] = _range(
            node, [found[name] for name in node.reads], own, sizes[node.name][-1]
        )
    return found


def replaceable(node: Layer, x: Range) -> np.ndarray:
    """Return which channels a layer's bias can stand for.

    They are those that are always zero, and, where the layer adds no zeros around the map, all
    constant ones: with them, a constant is another at the border.
    """
    return x.constant & ((x.low == 0) | (not padded(node)))


def padded(node: Layer) -> bool:
    """Return whether a layer adds zeros around what it reads."""
    return not isinstance(node, Dense) and bool(np.any(node.pads))


def shift(node: Layer, kernel: np.ndarray, x: Range) -> np.ndarray:
    """Return what the channels that a bias can stand for add to every output, float64 [O]."""
    value = np.where(replaceable(node, x), x.low, 0)
    if isinstance(node, Depthwise):
        return value * kernel.sum((0, 1, 2))
    return value @ _by_tap(kernel).sum(0)


def _range(node: Node, inputs: list[Range], own: list[np.ndarray], size: int) -> Range:
    x = inputs[0]
    match node:
        case Conv() | Dense() | Depthwise():
            low, high = _weighted(node, own[0], x)
            base = shift(node, own[0], x) + (own[1] if len(own) == 2 else 0)
            return Range(base + low, base + high)
        case BatchNorm():
            scale, bias, mean, var = own
            factor = scale / np.sqrt(var + node.epsilon)
            return _over(x, lambda x: (x - mean) * factor + bias)
        case Affine():
            return _over(x, lambda x: x * own[0] + own[1])
        case Relu():
            return _over(x, lambda x: np.maximum(x, 0))
        case LeakyRelu():
            return _over(x, lambda x: np.where(x > 0, x, node.slope * x))
        case Add():
            return Range(x.low + inputs[1].low, x.high + inputs[1].high)
        case Concatenate():
            return Range(*(np.concatenate(ends) for ends in zip(*inputs, strict=True)))
        case Flatten():
            return Range(*(np.tile(end, size // len(end)) for end in x))
    return x  # the maximum or the mean of what a channel can be


def _over(x: Range, function: Callable[[np.ndarray], np.ndarray]) -> Range:
    """Return the range of a function that rises, falls, or turns at 0 alone."""
    ends = np.array([function(at) for at in (x.low, x.high, np.clip(0, x.low, x.high))])
    return Range(ends.min(0), ends.max(0))


def _weighted(node: Layer, kernel: np.ndarray, x: Range) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of what the channels that no bias can stand for add to every output.

    Constant ones among them are cut off by the border alike: they are summed tap by tap first.
    """
    border = padded(node)
    varies, cut = ~x.constant, x.constant & ~replaceable(node, x)
    low, high = (np.where(varies, end, 0) for end in x)
    if border:
        low, high = np.minimum(low, 0), np.maximum(high, 0)
    positive, negative = np.maximum(kernel, 0), np.minimum(kernel, 0)
    if isinstance(node, Depthwise):
        low = np.where(cut, np.minimum(x.low, 0), low)
        high = np.where(cut, np.maximum(x.high, 0), high)
        positive, negative = positive.sum((0, 1, 2)), negative.sum((0, 1, 2))
        return positive * low + negative * high, positive * high + negative * low
    positive, negative = _by_tap(positive).sum(0), _by_tap(negative).sum(0)
    taps = np.where(cut, x.low, 0) @ _by_tap(kernel)  # [k * k, O]
    return (
        low @ positive + high @ negative + np.minimum(taps, 0).sum(0),
        high @ positive + low @ negative + np.maximum(taps, 0).sum(0),
    )


def _by_tap(kernel: np.ndarray) -> np.ndarray:
    """Return the kernel of a convolution or a dense layer as [taps, I, O]."""
    return kernel.reshape(-1, *kernel.shape[-2:])


def _backwards(
    graph: Graph, arrays: Arrays, found: dict[str, Range]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    needed = {name: np.zeros(len(x.low), bool) for name, x in found.items()}
    needed[graph.output][:] = True
    effective: dict[str, np.ndarray] = {}
    for node in reversed(graph.nodes):
        own = needed[node.name]
        x = found[node.reads[0]]
        match node:
            case Conv() | Dense() | Depthwise():
                name = node.arrays()[0]
                counts = (np.asarray(arrays[name]) != 0) & own
                free = replaceable(node, x)
                counts &= ~free if isinstance(node, Depthwise) else ~free[:, None]
                effective[name] = counts
                axes = (0, 1, 2) if isinstance(node, Depthwise) else (*range(counts.ndim - 2), -1)
                read = [counts.any(axes)]
            case BatchNorm() | Affine():
                read = [own & (np.asarray(arrays[node.arrays()[0]]) != 0)]
            case Flatten():
                read = [own.reshape(-1, len(x.low)).any(0)]
            case Concatenate():
                ends = np.cumsum([len(found[name].low) for name in node.reads])
                read = np.split(own, ends[:-1])
            case _:
                read = [own] * len(node.reads)
        for name, channels in zip(node.reads, read, strict=True):
            needed[name] |= channels
    return needed, effective
