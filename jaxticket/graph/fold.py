"""Batch normalisation folded away: into the layer before it, or to one product and one sum."""

import numpy as np
from msgspec.structs import replace

from jaxticket.graph.nodes import Affine, BatchNorm, Conv, Dense, Depthwise, Graph, Node, readers
from jaxticket.graph.shapes import Arrays


def fold(graph: Graph, arrays: Arrays) -> tuple[Graph, dict[str, np.ndarray]]:
    """Return the same function without a BatchNorm node, and its arrays.

    A normalisation that alone reads a convolution or dense layer is taken up by it: its kernel is
    scaled and its bias is the shift; pruned weights stay exact zeros. Any other (Meso normalises
    behind the rectifier) becomes an `Affine`. Computed in float64, kept in the arrays' own type.
    """
    nodes: dict[str, Node] = {}
    folded = {name: np.asarray(array) for name, array in arrays.items()}
    renamed: dict[str, str] = {}
    readers_of = readers(graph)
    for original in graph.nodes:
        reads = tuple(renamed.get(name, name) for name in original.reads)
        node = replace(original, reads=reads)
        if not isinstance(node, BatchNorm):
            nodes[node.name] = node
            continue
        scale, shift = _scale_and_shift(node, folded)
        before = nodes.get(node.reads[0])
        alone = all(len(readers_of[name]) == 1 for name in (*node.reads, *original.reads))
        if alone and isinstance(before, Conv | Depthwise | Dense):
            nodes[before.name] = _take_up(before, scale, shift, folded)
            renamed[node.name] = before.name
        else:
            nodes[node.name] = Affine(name=node.name, reads=node.reads)
            folded[f"{node.name}/scale"] = scale.astype(arrays[f"{node.name}/scale"].dtype)
            folded[f"{node.name}/shift"] = shift.astype(arrays[f"{node.name}/bias"].dtype)
    new = replace(graph, nodes=tuple(nodes.values()))
    return new, {name: folded[name] for node in new.nodes for name in node.arrays()}


def _scale_and_shift(node: BatchNorm, arrays: Arrays) -> tuple[np.ndarray, np.ndarray]:
    scale, bias, mean, var = (arrays[name].astype(np.float64) for name in node.arrays())
    scale = scale / np.sqrt(var + node.epsilon)
    return scale, bias - mean * scale


def _take_up(
    node: Conv | Depthwise | Dense,
    scale: np.ndarray,
    shift: np.ndarray,
    arrays: dict[str, np.ndarray],
) -> Node:
    kernel = arrays[f"{node.name}/kernel"]
    has_bias = f"{node.name}/bias" in node.arrays()  # one that is there need not be read
    bias = arrays[f"{node.name}/bias"] if has_bias else np.zeros(len(scale))
    arrays[f"{node.name}/kernel"] = (kernel * scale).astype(kernel.dtype)
    arrays[f"{node.name}/bias"] = (bias * scale + shift).astype(kernel.dtype)
    return node if isinstance(node, Dense) else replace(node, bias=True)
