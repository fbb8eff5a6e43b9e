"""The reference: a graph computed in NumPy, in the precision of what it is given."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

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
    MaxPool,
    Mean,
    Node,
    Pads,
    Relu,
)
from jaxticket.graph.shapes import Arrays

Outputs = dict[str, np.ndarray]


def normalise(graph: Graph, images: np.ndarray, dtype: type = np.float32) -> np.ndarray:
    """Return pixels as the network expects them: uint8 [B, H, W, 3] -> float [B, H, W, 3]."""
    scaled = images.astype(dtype) / dtype(255)
    return (scaled - np.array(graph.mean, dtype)) / np.array(graph.std, dtype)


def execute(graph: Graph, arrays: Arrays, x: np.ndarray) -> np.ndarray:
    """Return the logits [B, num_logits] of normalised images.

    Args:
        graph: of the network.
        arrays: its arrays by name.
        x: float32 or float64 [B, S, S, 3]; the arrays are turned into its type.
    """
    return outputs(graph, arrays, x)[graph.output]


def outputs(graph: Graph, arrays: Arrays, x: np.ndarray) -> Outputs:
    """Return what every node gives, by name; see `execute`."""
    found: Outputs = {IMAGES: x}
    for node in graph.nodes:
        own = [np.asarray(arrays[name], x.dtype) for name in node.arrays()]
        found[node.name] = compute(node, [found[name] for name in node.reads], own)
    return found


def compute(node: Node, inputs: list[np.ndarray], arrays: list[np.ndarray]) -> np.ndarray:
    """Return what one node gives.

    Args:
        node: the node.
        inputs: what it reads.
        arrays: its own, in the order of `node.arrays()`.
    """
    x = inputs[0]
    match node:
        case Conv():
            taps = _windows(x, arrays[0].shape[0], node.stride, node.pads, node.dilation)
            y = np.tensordot(taps, arrays[0].transpose(2, 0, 1, 3), axes=3)
            return y + arrays[1] if node.bias else y
        case Depthwise():
            taps = _windows(x, arrays[0].shape[0], 1, node.pads)
            y = np.einsum("bhwcij,ijc->bhwc", taps, arrays[0][:, :, 0], optimize=True)
            return y + arrays[1] if node.bias else y
        case BatchNorm():
            scale, bias, mean, var = arrays
            return (x - mean) * (scale / np.sqrt(var + x.dtype.type(node.epsilon))) + bias
        case Affine():
            return x * arrays[0] + arrays[1]
        case Dense():
            return x @ arrays[0] + arrays[1]
        case Relu():
            return np.maximum(x, 0)
        case LeakyRelu():
            return np.where(x > 0, x, x.dtype.type(node.slope) * x)
        case MaxPool():
            return _windows(x, node.window, node.stride, node.pads, fill=-np.inf).max((4, 5))
        case Mean():
            return x.mean((1, 2))
        case Flatten():
            return x.reshape(len(x), -1)
        case Add():
            return x + inputs[1]
        case Concatenate():
            return np.concatenate(inputs, -1)


def _windows(
    x: np.ndarray, side: int, stride: int, pads: Pads, dilation: int = 1, fill: float = 0.0
) -> np.ndarray:
    """Return the windows over maps, [B, H', W', C, k, k]."""
    padded = np.pad(x, ((0, 0), *pads, (0, 0)), constant_values=fill)
    reach = dilation * (side - 1) + 1
    every = sliding_window_view(padded, (reach, reach), axis=(1, 2))  # pyright: ignore[reportCallIssue, reportArgumentType]
    return every[:, ::stride, ::stride, :, ::dilation, ::dilation]
