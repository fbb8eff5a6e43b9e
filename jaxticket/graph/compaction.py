"""Channels that cannot matter removed: a smaller network with the same logits.

A channel goes if no weight that counts reads it (`liveness`). A constant channel is replaced: by
nothing where it is zero; by a bias where it is read without zeros around the map; and where there
are such zeros, one constant channel stands for all of them, its weights sum(c_i * K_i) / c, which
is exact at the border too. Channels joined by sums, normalisations, rectifiers, pooling and
depthwise convolutions share an index and go together or not at all.
"""

from collections import Counter
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from jaxticket.graph.liveness import Layer, Liveness, liveness, padded, shift
from jaxticket.graph.nodes import IMAGES, Add, Concatenate, Conv, Dense, Flatten, Graph
from jaxticket.graph.shapes import Arrays

Channels = dict[str, np.ndarray]
"""By node."""


class Compacted(NamedTuple):
    """A smaller network, and what became of the larger one.

    Attributes:
        graph: of the smaller network.
        arrays: its own, of the types that they had; zero where pruned.
        kept: for `IMAGES` and every node of the larger graph, the channels kept: bool [C].
        before: what can matter in the larger network.
        constant_logits: whether all pictures get the same logits.
    """

    graph: Graph
    arrays: dict[str, np.ndarray]
    kept: Channels
    before: Liveness
    constant_logits: bool


def compact(graph: Graph, arrays: Arrays) -> Compacted:
    """Return the network without the channels that cannot matter.

    Its logits are the same on every picture, up to rounding. Weights of influence keep their
    values, apart from those of one constant channel that stands for several. Every node keeps a
    channel at least.

    Args:
        graph: of the network, its batch normalisation folded or not.
        arrays: its arrays by name, zero where pruned.

    Raises:
        ValueError: the arrays do not fit the graph.
    """
    first = found = liveness(graph, arrays)
    changed = {name: np.asarray(array) for name, array in arrays.items()}
    while True:  # what only a constant stood on that another stands for now is not needed either
        live = found
        graph = _without_constants(graph, changed, live)
        kept = _kept(graph, changed, live)
        found = liveness(graph, changed)
        if all(np.array_equal(found.needed[name], live.needed[name]) for name in kept):
            break
    smaller = {}
    for node in graph.nodes:
        inputs, outputs = kept[node.reads[0]], kept[node.name]
        for name in node.arrays():
            array = changed[name][..., outputs]
            whole = isinstance(node, Conv | Dense) and name.endswith("/kernel")
            smaller[name] = np.ascontiguousarray(array[..., inputs, :] if whole else array)
    effective = {
        name: weights & live.needed[name.removesuffix("/kernel")]
        for name, weights in first.effective.items()
    }
    before = Liveness(first.ranges, live.needed, effective)
    same = first.ranges[graph.output].constant.all() or not live.needed[IMAGES].any()
    return Compacted(graph, smaller, kept, before, bool(same))


def _without_constants(graph: Graph, changed: dict[str, np.ndarray], live: Liveness) -> Graph:
    """Return the graph of the same network with biases in the place of constants.

    In its arrays only the weights of influence are left.
    """
    nodes = []
    for node in graph.nodes:
        if isinstance(node, Layer):
            kernel = changed[f"{node.name}/kernel"]
            changed[f"{node.name}/kernel"] = kernel * live.effective[f"{node.name}/kernel"]
            more = shift(node, kernel.astype(np.float64), live.ranges[node.reads[0]])
            if np.any(more):
                has_bias = f"{node.name}/bias" in node.arrays()
                bias = changed[f"{node.name}/bias"] if has_bias else 0
                changed[f"{node.name}/bias"] = (bias + more).astype(kernel.dtype)
                node = node if isinstance(node, Dense) else replace(node, bias=True)
        nodes.append(node)
    return replace(graph, nodes=tuple(nodes))


def _kept(graph: Graph, arrays: dict[str, np.ndarray], live: Liveness) -> Channels:
    """Return the channels to keep, by node, and let some constant ones stand for the others."""
    index = _indices(graph, live)
    keep = np.zeros(1 + max(ids.max() for ids in index.values()), bool)
    keep[index[IMAGES]] = keep[index[graph.output]] = True
    cut: dict[str, np.ndarray] = {}  # by what is read: constants that a border cuts off
    for node in graph.nodes:
        if isinstance(node, Conv | Dense):
            name = node.reads[0]
            counts = arrays[f"{node.name}/kernel"] != 0
            read = counts.any((*range(counts.ndim - 2), -1))
            constant = live.ranges[name].constant
            keep[index[name][read & ~constant]] = True
            cut[name] = cut.get(name, False) | (read & constant)
    _choose(cut, index, live, keep)
    for node in graph.nodes:
        if isinstance(node, Conv) and padded(node):
            _merge(arrays, node, index[node.reads[0]], live, keep)
    for ids in index.values():
        if not keep[ids].any():
            keep[ids[0]] = True
    return {name: keep[ids] for name, ids in index.items()}


def _indices(graph: Graph, live: Liveness) -> Channels:
    """Return for `IMAGES` and every node the index of each channel; joined ones have the same."""
    sizes = {name: len(found.low) for name, found in live.ranges.items()}
    index = {IMAGES: np.arange(3)}
    same = np.arange(3)
    for node in graph.nodes:
        first = index[node.reads[0]]
        match node:
            case Conv() | Dense():
                index[node.name] = len(same) + np.arange(sizes[node.name])
                same = np.append(same, index[node.name])
            case Concatenate():
                index[node.name] = np.concatenate([index[name] for name in node.reads])
            case Flatten():
                index[node.name] = np.tile(first, sizes[node.name] // len(first))
            case Add():
                for one, other in zip(first, index[node.reads[1]], strict=True):
                    same[same == same[other]] = same[one]
                index[node.name] = first
            case _:
                index[node.name] = first
    return {name: same[ids] for name, ids in index.items()}


def _choose(cut: Channels, index: Channels, live: Liveness, keep: np.ndarray) -> None:
    """Keep as few constant channels as can stand for all that a border cuts off.

    Of those that can do so at the most places, the largest at its smallest.
    """
    standing = {
        name: dict(zip(index[name][can], np.abs(live.ranges[name].low[can]), strict=True))
        for name, read in cut.items()
        if read.any()
        for can in [_constants(live, name) != 0]
    }
    waiting = {name for name, ids in standing.items() if not any(keep[i] for i in ids)}
    while waiting:
        places = Counter(i for name in waiting for i in standing[name])
        least = {i: min(standing[name].get(i, np.inf) for name in waiting) for i in places}
        best = max(places, key=lambda i: (places[i], least[i]))
        keep[best] = True
        waiting = {name for name in waiting if best not in standing[name]}


def _merge(
    arrays: dict[str, np.ndarray], node: Conv, ids: np.ndarray, live: Liveness, keep: np.ndarray
) -> None:
    """Let one kept constant channel stand for those that go, in the kernel that reads them."""
    name, value = f"{node.name}/kernel", _constants(live, node.reads[0])
    kernel = arrays[name].astype(np.float64)
    go = ~keep[ids] & (kernel != 0).any((0, 1, 3))
    if not go.any():
        return
    stays = int(np.argmax(np.abs(value) * keep[ids]))
    kernel[:, :, stays] += np.einsum("hwio,i->hwo", kernel, value * go) / value[stays]
    kernel[:, :, go] = 0
    arrays[name] = kernel.astype(arrays[name].dtype)


def _constants(live: Liveness, name: str) -> np.ndarray:
    """Return the constant of each channel that is needed and has one, else 0: float64 [C]."""
    found = live.ranges[name]
    return np.where(found.constant & live.needed[name], found.low, 0)
