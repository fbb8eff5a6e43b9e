"""onnxruntime gives the logits of the graph."""

import sys

import numpy as np
import onnx
import onnxruntime
import pytest
from msgspec.structs import replace

from jaxticket.export import to_onnx
from jaxticket.graph import Graph, execute, normalise
from jaxticket.graph.nodes import Add, Conv, Dense, Flatten, LeakyRelu, MaxPool, Mean
from tests.graph.networks import SIDE
from tests.runtime.networks import NAMES, pictures, pruned


def run(model, images):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # threads that wait by spinning slow down everything else
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    return session.run(None, {"images": images})[0]


@pytest.mark.parametrize("name", NAMES)
def test_onnxruntime_gives_the_logits_of_every_detector(name):
    graph, arrays = pruned(name, 0.8)
    model, images = to_onnx(graph, arrays), pictures(3)
    want = execute(graph, arrays, normalise(graph, images))
    have = run(model, images)
    assert have.dtype == np.float32
    np.testing.assert_allclose(have, want, rtol=0, atol=2e-5 * np.abs(want).max())
    np.testing.assert_allclose(run(model, images[:1]), have[:1], rtol=0, atol=1e-5)
    kinds = {node.op_type for node in model.graph.node}
    assert "BatchNormalization" not in kinds


def odd_network() -> tuple[Graph, dict[str, np.ndarray]]:
    """Return a network with all that the detectors lack: odd sides, paddings, dilation, flatten."""
    nodes = (
        Conv(name="a", reads=("images",), stride=2, pads=((0, 1), (2, 0)), bias=True),
        LeakyRelu(name="b", reads=("a",), slope=0.3),
        Conv(name="c", reads=("b",), pads=((2, 2), (2, 2)), dilation=2),
        Add(name="d", reads=("b", "c")),
        MaxPool(name="e", reads=("d",), window=3, stride=2, pads=((0, 1), (1, 1))),
        Flatten(name="f", reads=("e",)),
        Dense(name="g", reads=("f",)),
    )
    draw = np.random.default_rng(0)
    shapes = {"a/kernel": (3, 3, 3, 4), "a/bias": (4,), "c/kernel": (3, 3, 4, 4),
              "g/kernel": (3 * 4 * 4, 2), "g/bias": (2,)}  # fmt: skip
    arrays = {name: draw.normal(0, 0.2, shape).astype(np.float32) for name, shape in shapes.items()}
    mean, std = (0.5, 0.4, 0.3), (0.2, 0.3, 0.4)
    return Graph(nodes=nodes, image_size=13, mean=mean, std=std), arrays


def test_odd_sides_uneven_paddings_dilation_and_flattening():
    graph, arrays = odd_network()
    images = pictures(2, 13)
    x = normalise(graph, images)
    want = execute(graph, arrays, x)
    np.testing.assert_allclose(run(to_onnx(graph, arrays), images), want, rtol=0, atol=1e-5)
    maps = np.ascontiguousarray(x.transpose(0, 3, 1, 2))
    bare = run(to_onnx(graph, arrays, pixels=False), maps)
    np.testing.assert_allclose(bare, want, rtol=0, atol=1e-5)


def test_the_same_ticket_is_the_same_bytes_and_says_what_it_is():
    graph, arrays = pruned("cnn5", 0.8)
    model = to_onnx(graph, arrays, {"model": "cnn5", "fake": "above 0"})
    again = to_onnx(graph, arrays, {"fake": "above 0", "model": "cnn5"})
    assert model.SerializeToString() == again.SerializeToString()
    assert {entry.key: entry.value for entry in model.metadata_props} == {
        "model": "cnn5", "fake": "above 0",
    }  # fmt: skip
    (given,), (gives,) = model.graph.input, model.graph.output
    sides = [size.dim_param or size.dim_value for size in given.type.tensor_type.shape.dim]
    assert (given.name, sides) == ("images", ["N", SIDE, SIDE, 3])
    assert given.type.tensor_type.elem_type == onnx.TensorProto.UINT8
    assert gives.name == "logits"
    assert (model.ir_version, model.opset_import[0].version) == (8, 17)


def test_pruned_weights_stay_exact_zeros():
    graph, arrays = pruned("cnn5", 0.8)
    tensors = {tensor.name: tensor for tensor in to_onnx(graph, arrays).graph.initializer}
    kernel = onnx.numpy_helper.to_array(tensors["conv2/kernel"])
    want = arrays["conv2/kernel"].transpose(3, 2, 0, 1)
    np.testing.assert_array_equal(kernel != 0, want != 0)
    assert 0.7 < np.mean(kernel == 0) < 0.9


def test_what_onnx_cannot_say_is_refused_by_name():
    graph, arrays = odd_network()
    maps = replace(graph, nodes=graph.nodes[:-2])
    with pytest.raises(ValueError, match=r"ends with 'e', of shape \(3, 4, 4\)"):
        to_onnx(maps, arrays)
    pool = MaxPool(name="p", reads=("d",), window=1, stride=1, pads=((1, 0), (0, 0)))
    padded = replace(graph, nodes=(*graph.nodes[:4], pool, Mean(name="m", reads=("p",))))
    with pytest.raises(ValueError, match="'p' has windows of padding alone"):
        to_onnx(padded, arrays)


def test_without_onnx_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match=r'pip install "jaxticket\[export\]"'):
        to_onnx(*pruned("cnn5", 0.8))
