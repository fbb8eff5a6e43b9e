"""A graph as an ONNX model (https://onnx.ai/onnx/operators): [B, C, H, W] maps, kernels OIHW."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from jaxticket.graph import Graph, Node, fold, shapes
from jaxticket.graph.nodes import (
    IMAGES,
    Add,
    Affine,
    Concatenate,
    Conv,
    Dense,
    Depthwise,
    Flatten,
    LeakyRelu,
    MaxPool,
    Mean,
    Pads,
    Relu,
)
from jaxticket.graph.shapes import Arrays
from jaxticket.writing import write_whole

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

OPSET = 17
IR_VERSION = 8
"""Both of 2022: onnxruntime reads them from 1.12 on."""

LOGITS = "logits"
Operation = tuple[str, tuple[str, ...], dict[str, Any]]
"""Its type, the names of the arrays that it reads besides, and its attributes."""


def to_onnx(
    graph: Graph, arrays: Arrays, about: Mapping[str, str] | None = None, *, pixels: bool = True
) -> ModelProto:
    """Return a network as an ONNX model; the same arguments give the same bytes.

    Input `images`, uint8 RGB [N, S, S, 3], N as many as one likes; output `logits`, float32
    [N, num_logits].

    Args:
        graph: of the network; batch normalisation is folded here.
        arrays: its arrays by name; computed with in float32.
        about: metadata to go with it.
        pixels: whether it takes pixels and normalises them; else `images` are normalised maps,
            float32 [N, 3, S, S].

    Raises:
        ImportError: onnx is not installed.
        ValueError: the graph has what cannot be said in ONNX, or no logits at its end; names it.
    """
    onnx = import_onnx()
    helper, kinds = onnx.helper, onnx.TensorProto
    folded, own = fold(graph, arrays)
    found = shapes(folded, own)
    if len(found[folded.output]) != 1:
        raise ValueError(
            f"the graph ends with {folded.output!r}, of shape {found[folded.output]}, and not with "
            "one row of logits a picture"
        )
    values = {name: f"{name}/output" for name in found} | {folded.output: LOGITS}
    side, tensors, nodes = graph.image_size, {}, []
    if pixels:
        given = kinds.UINT8, ["N", side, side, 3]
        operations, tensors = _normalisation(graph, kinds.FLOAT)
        nodes += _chain(helper, operations, [IMAGES], values[IMAGES])
    else:
        given, values[IMAGES] = (kinds.FLOAT, ["N", 3, side, side]), IMAGES
    for node in folded.nodes:
        reads = [values[name] for name in node.reads]
        nodes += _chain(helper, _operations(node, found[node.name][-1]), reads, values[node.name])
        is_map = len(found[node.name]) == 3
        tensors |= {name: _laid_out(node, own[name], is_map) for name in node.arrays()}
    body = helper.make_graph(
        nodes,
        "jaxticket",
        [helper.make_tensor_value_info(IMAGES, *given)],
        [helper.make_tensor_value_info(LOGITS, kinds.FLOAT, ["N", *found[folded.output]])],
        [
            onnx.numpy_helper.from_array(np.ascontiguousarray(array, np.float32), name)
            for name, array in tensors.items()
        ],
    )
    model = helper.make_model(
        body,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="jaxticket",
        producer_version=_version(),
    )
    helper.set_model_props(model, dict(sorted((about or {}).items())))
    onnx.checker.check_model(model, full_check=True)
    return model


def save_onnx(
    path: Path, graph: Graph, arrays: Arrays, about: Mapping[str, str] | None = None
) -> None:
    """Write a network as an ONNX file, whole or not at all; see `to_onnx`."""
    model = to_onnx(graph, arrays, about)
    write_whole(path, model.SerializeToString(deterministic=True))


def import_onnx() -> ModuleType:
    """Return the package onnx.

    Raises:
        ImportError: it is not installed; says how.
    """
    try:
        import onnx
    except ImportError:
        raise ImportError(
            'ONNX files need the package onnx: pip install "jaxticket[export]"'
        ) from None
    return onnx


def _operations(node: Node, channels: int) -> list[Operation]:
    """Return the operations that a node comes to, each of which reads what the last one gave.

    Args:
        node: the node.
        channels: how many it gives.
    """
    match node:
        case Conv():
            attributes = {"strides": [node.stride] * 2, "dilations": [node.dilation] * 2}
            return [("Conv", node.arrays(), attributes | _pads(node.pads))]
        case Depthwise():
            return [("Conv", node.arrays(), {"group": channels} | _pads(node.pads))]
        case Dense():
            return [("Gemm", node.arrays(), {})]
        case Affine():
            scale, shift = node.arrays()
            return [("Mul", (scale,), {}), ("Add", (shift,), {})]
        case Relu():
            return [("Relu", (), {})]
        case LeakyRelu():
            return [("LeakyRelu", (), {"alpha": node.slope})]
        case MaxPool():
            if max(map(max, node.pads)) >= node.window:
                raise ValueError(f"the graph's node {node.name!r} has windows of padding alone")
            attributes = {"kernel_shape": [node.window] * 2, "strides": [node.stride] * 2}
            return [("MaxPool", (), attributes | _pads(node.pads))]
        case Mean():
            return [("GlobalAveragePool", (), {}), ("Flatten", (), {})]
        case Flatten():  # in the order of [B, H, W, C]
            return [("Transpose", (), {"perm": [0, 2, 3, 1]}), ("Flatten", (), {})]
        case Add():
            return [("Add", (), {})]
        case Concatenate():
            return [("Concat", (), {"axis": 1})]
    raise ValueError(f"the graph's node {node.name!r} ({type(node).__name__}) has no ONNX")


def _normalisation(graph: Graph, kind: int) -> tuple[list[Operation], dict[str, np.ndarray]]:
    """Return what makes normalised maps of pixels, in the order of `jaxticket.graph.normalise`."""
    arrays = {
        f"{IMAGES}/largest": np.array(255.0),
        f"{IMAGES}/mean": np.array(graph.mean).reshape(3, 1, 1),
        f"{IMAGES}/std": np.array(graph.std).reshape(3, 1, 1),
    }
    largest, mean, std = arrays
    operations: list[Operation] = [
        ("Transpose", (), {"perm": [0, 3, 1, 2]}),
        ("Cast", (), {"to": kind}),
        ("Div", (largest,), {}),
        ("Sub", (mean,), {}),
        ("Div", (std,), {}),
    ]
    return operations, arrays


def _chain(
    helper: ModuleType, operations: list[Operation], reads: list[str], gives: str
) -> list[NodeProto]:
    """Return operations as ONNX nodes, one reading the other."""
    nodes = []
    for number, (kind, arrays, attributes) in enumerate(operations, start=1):
        output = gives if number == len(operations) else f"{gives}/{number}"
        nodes.append(helper.make_node(kind, [*reads, *arrays], [output], name=output, **attributes))
        reads = [output]
    return nodes


def _laid_out(node: Node, array: np.ndarray, is_map: bool) -> np.ndarray:
    """Return an array as ONNX has it."""
    if isinstance(node, Conv | Depthwise) and array.ndim == 4:
        return array.transpose(3, 2, 0, 1)
    return array[:, None, None] if isinstance(node, Affine) and is_map else array


def _pads(pads: Pads) -> dict[str, list[int]]:
    """((top, bottom), (left, right)) -> top, left, bottom, right."""
    (top, bottom), (left, right) = pads
    return {"pads": [top, left, bottom, right]}


def _version() -> str:
    try:
        return version("jaxticket")
    except PackageNotFoundError:
        return "(not installed)"
