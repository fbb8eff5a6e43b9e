"""A ticket's network in each engine."""

import os
import sys

import numpy as np
import pytest

from experiments.detecting import network
from experiments.detecting.network import load_network, preferred
from jaxticket.calibration import fake_score
from jaxticket.graph import execute, normalise
from jaxticket.graph.nodes import Conv, Dense, MaxPool, Mean, Relu
from tests.graph.small import SAME, graph

GRAPH = graph(
    Conv(name="a", reads=("images",), pads=SAME, bias=True),
    Relu(name="a.relu", reads=("a",)),
    Mean(name="mean", reads=("a.relu",)),
    Dense(name="logits", reads=("mean",)),
    image_size=8,
)
PICTURES = np.random.default_rng(1).integers(0, 256, (9, 8, 8, 3), np.uint8)


def arrays(left=1.0):
    draw = np.random.default_rng(0)
    shapes = {
        "a/kernel": (3, 3, 3, 4),
        "a/bias": (4,),
        "logits/kernel": (4, 3),
        "logits/bias": (3,),
    }
    found = {name: draw.normal(0, 1, shape).astype(np.float32) for name, shape in shapes.items()}
    found["a/kernel"].reshape(-1)[round(left * 108) :] = 0
    return found


@pytest.mark.parametrize("engine", ["numpy", "onnxruntime", "sparse"])
def test_every_engine_gives_the_same_scores_of_any_number(engine, tmp_path, monkeypatch):
    monkeypatch.setenv("JAXTICKET_CACHE", str(tmp_path))
    loaded = load_network(GRAPH, arrays(0.3), engine, min(2, os.cpu_count() or 1))
    want = fake_score(execute(GRAPH, arrays(0.3), normalise(GRAPH, PICTURES, np.float64)))
    for count in (1, 2, 9):
        np.testing.assert_allclose(loaded.scores(PICTURES[:count]), want[:count], atol=1e-4)
    assert loaded.image_size == 8
    assert loaded.engine == network.WORDS[engine]


@pytest.mark.parametrize(
    ("left", "installed", "order"),
    [
        (0.5, {"llvmlite", "onnxruntime"}, ("sparse", "onnxruntime", "numpy")),
        (0.6, {"llvmlite", "onnxruntime"}, ("onnxruntime", "sparse", "numpy")),
        (0.6, {"llvmlite"}, ("sparse", "numpy")),
        (0.1, set(), ("numpy",)),
    ],
)
def test_the_fastest_that_is_installed_is_taken(monkeypatch, left, installed, order):
    monkeypatch.setattr(network, "find_spec", lambda name: name in installed or None)
    assert preferred(arrays(left)) == order


def test_what_the_sparse_runtime_has_no_kernels_for_goes_to_the_next(monkeypatch):
    monkeypatch.setattr(network, "find_spec", lambda name: name == "llvmlite" or None)
    pool = MaxPool(name="pool", reads=("images",), window=33, stride=1, pads=((16, 16), (16, 16)))
    nodes = (pool, Conv(name="a", reads=("pool",), pads=SAME, bias=True), *GRAPH.nodes[1:])
    wide = graph(*nodes, image_size=8)
    with pytest.raises(ValueError, match="pool"):
        load_network(wide, arrays(0.3), "sparse", 1)
    assert load_network(wide, arrays(0.3), "auto", 1).engine.startswith("the NumPy reference")


@pytest.mark.parametrize(
    ("engine", "module", "said"),
    [
        ("onnxruntime", "onnxruntime", r"pip install \"jaxticket\[export\]\""),
        ("sparse", "jaxticket.runtime", "jaxticket.runtime"),
    ],
)
def test_a_missing_engine_is_said(monkeypatch, engine, module, said):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=said):
        load_network(GRAPH, arrays(), engine, 1)


def test_more_threads_than_cores_are_refused():
    with pytest.raises(ValueError, match="--threads=99999: this process may use"):
        load_network(GRAPH, arrays(), "numpy", 99_999)
