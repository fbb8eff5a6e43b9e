"""An engine answers as the reference does, whatever is pruned and however it is computed."""

import json
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from jaxticket.graph.nodes import (
    IMAGES,
    Add,
    Concatenate,
    Conv,
    Dense,
    Graph,
    LeakyRelu,
    MaxPool,
    Mean,
    Relu,
)
from jaxticket.runtime import compiler, load, options, plan
from jaxticket.runtime.cache import cache_folder
from tests.runtime.networks import NAMES, answers, pictures, pruned


def _close(found: np.ndarray, wanted: np.ndarray) -> None:
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-4 * np.abs(wanted).max())


@pytest.mark.parametrize(("sparsity", "choice"), [(0.0, "dense"), (0.98, "sparse")])
@pytest.mark.parametrize("name", NAMES)
def test_it_answers_as_the_reference(name, sparsity, choice, tmp_path):
    graph, arrays = pruned(name, sparsity)
    engine = load(graph, arrays, choice=choice, cache=tmp_path)
    images = pictures(3)
    _close(engine(images), answers(graph, arrays, images))


@pytest.mark.parametrize("name", ["resnet18", "mesoinception4"])
def test_batches_and_threads_change_nothing(name, tmp_path):
    graph, arrays = pruned(name, 0.8)
    images = pictures(5)
    engine = load(graph, arrays, batch=3, threads=2, choice="sparse", cache=tmp_path)
    assert engine.batch == 4
    first = engine(images)
    _close(first, answers(graph, arrays, images))
    np.testing.assert_array_equal(engine(images), first)
    assert engine(images[:0]).shape == (0, 2)


@pytest.mark.parametrize("lanes", [4, 8])
def test_narrow_vectors_change_nothing(lanes, tmp_path, monkeypatch):
    monkeypatch.setattr(compiler, "vector_lanes", lambda: lanes)
    monkeypatch.setattr(options, "vector_registers", lambda: 16)
    graph, arrays = pruned("mesoinception4", 0.8)
    images = pictures(5)
    engine = load(graph, arrays, batch=16, choice="dense", cache=tmp_path)
    assert engine.batch == lanes
    _close(engine(images), answers(graph, arrays, images))


@pytest.mark.parametrize("side", [35, 50])
def test_sides_need_not_be_even(side, tmp_path):
    graph, arrays = pruned("resnet18", 0.8)
    images = pictures(1, side)
    engine = load(graph, arrays, image_size=side, choice="sparse", cache=tmp_path)
    _close(engine(images), answers(graph, arrays, images))


def test_a_network_with_nothing_left_answers_its_biases(tmp_path):
    graph, arrays = pruned("cnn5", 1.0)
    images = pictures(1)
    _close(load(graph, arrays, cache=tmp_path)(images), answers(graph, arrays, images))


def test_readers_that_want_other_things_around_a_map_each_get_theirs(tmp_path):
    """Max-pooling pads with minus infinity where a convolution pads with zeros."""
    pads = ((1, 1), (1, 1))
    nodes = (
        Conv(name="a", reads=(IMAGES,), pads=pads),
        MaxPool(name="pool", reads=("a",), window=3, stride=1, pads=pads),
        Conv(name="b", reads=("a",), pads=pads),
        Add(name="sum", reads=("pool", "b")),
        Mean(name="mean", reads=("sum",)),
    )
    graph = Graph(nodes=nodes, image_size=9, mean=(0.9, 0.9, 0.9), std=(1.0, 1.0, 1.0))
    draw = np.random.default_rng(0)
    kernels = {f"{name}/kernel": draw.normal(size=(3, 3, 3, 3)) for name in "ab"}
    kernels["a/kernel"] = -np.abs(kernels["a/kernel"]) - 1  # a zero beside would be the largest
    images = 255 - pictures(2, 9) // 8
    _close(load(graph, kernels, cache=tmp_path)(images), answers(graph, kernels, images))


SAME = ((1, 1), (1, 1))


@pytest.mark.parametrize(
    ("nodes", "kernels"),
    [
        ((Conv(name="b", reads=("a",), pads=SAME), Add(name="sum", reads=("b", "a"))), "b"),
        ((MaxPool(name="b", reads=("a",), window=3, stride=1, pads=SAME),
          Add(name="sum", reads=("a", "b"))), ""),
        ((Add(name="sum", reads=("a", "a")),), ""),
        ((Concatenate(name="twice", reads=("a", "a", "images", "images")),
          Concatenate(name="again", reads=("twice", "a", "twice"))), ""),
        ((Relu(name="r", reads=("a",)), Conv(name="b", reads=("a",), pads=SAME),
          Concatenate(name="inner", reads=("r", "b", "a")),
          Concatenate(name="alone", reads=("inner",)),
          Concatenate(name="outer", reads=("a", "alone")),
          MaxPool(name="pool", reads=("outer",), window=3, stride=1, pads=SAME)), "b"),
    ],
    ids=["convolved and added", "pooled and added", "added to itself", "joined with itself",
         "joined within another"],
)  # fmt: skip
def test_one_map_is_read_in_several_ways(nodes, kernels, tmp_path):
    nodes = (Conv(name="a", reads=(IMAGES,), pads=SAME), *nodes)
    graph = Graph(
        nodes=(*nodes, Mean(name="mean", reads=(nodes[-1].name,))),
        image_size=13, mean=(0.4, 0.5, 0.6), std=(0.2, 0.2, 0.3),
    )  # fmt: skip
    draw = np.random.default_rng(0)
    arrays = {f"{name}/kernel": draw.normal(size=(3, 3, 3, 3)) for name in ("a", *kernels)}
    images = pictures(3, 13)
    engine = load(graph, arrays, batch=2, choice="sparse", cache=tmp_path)
    _close(engine(images), answers(graph, arrays, images))


def test_the_last_node_answers_whatever_else_is_computed(tmp_path):
    nodes = (
        Conv(name="a", reads=(IMAGES,)),
        Mean(name="mean", reads=("a",)),
        Dense(name="logits", reads=("mean",)),
        Conv(name="unread", reads=("a",)),
        LeakyRelu(name="leaky", reads=("logits",), slope=0.5),
    )
    graph = Graph(nodes=nodes, image_size=9, mean=(0.5, 0.5, 0.5), std=(0.2, 0.2, 0.2))
    draw = np.random.default_rng(0)
    shapes = {"a": (3, 3, 3, 4), "unread": (1, 1, 4, 5), "logits": (4, 2)}
    arrays = {f"{name}/kernel": draw.normal(size=shape) for name, shape in shapes.items()}
    arrays["logits/bias"] = draw.normal(size=2)
    images = pictures(2, 9)
    _close(load(graph, arrays, cache=tmp_path)(images), answers(graph, arrays, images))


def test_a_plan_of_other_survivors_changes_no_answer(tmp_path):
    """The list that all blocks of a full kernel share is none of a kernel with holes."""
    nodes = (Conv(name="a", reads=(IMAGES,)), Mean(name="mean", reads=("a",)))
    graph = Graph(nodes=nodes, image_size=9, mean=(0.5, 0.5, 0.5), std=(0.2, 0.2, 0.2))
    full = {"a/kernel": np.random.default_rng(0).normal(size=(3, 3, 3, 32))}
    engine = load(graph, full, cache=tmp_path)
    kernel: Any = engine.kernels["a"]
    assert kernel.shared
    holes = {"a/kernel": full["a/kernel"] * (np.arange(32) // kernel.block != 1)}
    holes["a/kernel"][1, 1, 0, 0] = 0
    images = pictures(2, 9)
    plans = tmp_path / plan.NAME
    (known,) = json.loads(plans.read_text()).items()
    for way in known[1], [0] * 6, [*known[1][:2], 5, *known[1][3:]], [10**6] * 6:
        plans.write_text(json.dumps({known[0]: way}))
        for arrays in holes, full:
            engine = load(graph, arrays, cache=tmp_path)
            _close(engine(images), answers(graph, arrays, images))


def test_it_answers_in_a_forked_process(tmp_path):
    if not hasattr(os, "fork"):
        pytest.skip("no fork on this system")
    code = f"""
import os, numpy as np
from pathlib import Path
from jaxticket.graph.nodes import IMAGES, Conv, Graph, Mean
from jaxticket.runtime import load
nodes = Conv(name="a", reads=(IMAGES,)), Mean(name="mean", reads=("a",))
graph = Graph(nodes=nodes, image_size=9, mean=(0, 0, 0), std=(1, 1, 1))
arrays = {{"a/kernel": np.ones((3, 3, 3, 8))}}
engine = load(graph, arrays, threads=2, cache=Path({str(tmp_path)!r}))
images = np.arange(243, dtype=np.uint8).reshape(1, 9, 9, 3)
want = engine(images)
if not (child := os.fork()):
    os._exit(not np.array_equal(engine(images), want))
assert os.waitpid(child, 0)[1] == 0 and np.array_equal(engine(images), want)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_what_was_timed_is_not_timed_again(tmp_path, monkeypatch):
    graph, arrays = pruned("cnn5", 0.8)
    first = load(graph, arrays, cache=tmp_path)
    timed = []
    monkeypatch.setattr("jaxticket.runtime.choosing.seconds", lambda run: timed.append(run) or 1.0)
    again = load(graph, arrays, cache=tmp_path)
    assert not timed
    assert again.kernels == first.kernels
    load(graph, arrays, cache=tmp_path / "other")
    assert timed


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").write_text("in the way of a folder")
    graph, arrays = pruned("meso4", 0.8)
    images = pictures(1)
    engine = load(graph, arrays, choice="sparse", cache=tmp_path / "file")
    _close(engine(images), answers(graph, arrays, images))


def test_the_cache_folder_can_be_named(tmp_path, monkeypatch):
    monkeypatch.setenv("JAXTICKET_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path


def test_pictures_of_another_kind_are_refused(tmp_path):
    graph, arrays = pruned("meso4", 0.8)
    engine = load(graph, arrays, choice="sparse", cache=tmp_path)
    with pytest.raises(ValueError, match=r"reads uint8 \[N, 32, 32, 3\], and was given float32"):
        engine(pictures(1).astype(np.float32))
    with pytest.raises(ValueError, match="must be at least 1"):
        load(graph, arrays, batch=0)


FAR = ((100, 100), (100, 100))
UNFIT = {
    "a map": ((Conv(name="a", reads=(IMAGES,)),), "and not one row of logits"),
    "windows too large": (
        (MaxPool(name="pool", reads=(IMAGES,), window=33, stride=1, pads=((16, 16), (16, 16))),
         Mean(name="mean", reads=("pool",))), "windows of side 33",
    ),
    "reaching too far": (
        (MaxPool(name="same", reads=(IMAGES,), window=1, stride=1),
         Conv(name="a", reads=("same",), pads=FAR, dilation=100), Mean(name="mean", reads=("a",))),
        "too far",
    ),
    "strides too long": (
        (Conv(name="a", reads=(IMAGES,), stride=9),
         MaxPool(name="b", reads=("a",), window=1, stride=4096),
         MaxPool(name="c", reads=("b",), window=1, stride=4096), Mean(name="mean", reads=("c",))),
        "the runtime has less than 2,147,483,648",
    ),
    "a mean of too much": (
        (Conv(name="a", reads=(IMAGES,), pads=((200, 200), (200, 200))),
         Mean(name="mean", reads=("a",))), "is a mean over 407 x 407",
    ),
    "too much padding": (
        (Conv(name="a", reads=(IMAGES,), pads=((4096, 4096), (4096, 4096))),
         Mean(name="mean", reads=("a",))), "the runtime has less than",
    ),
    "other arrays": ((Conv(name="b", reads=(IMAGES,)),), "'b/kernel' of the graph is not there"),
}  # fmt: skip


@pytest.mark.parametrize(("nodes", "said"), UNFIT.values(), ids=UNFIT)
def test_what_it_has_no_kernels_for_is_refused(nodes, said, tmp_path):
    graph = Graph(nodes=nodes, image_size=9, mean=(0.5, 0.5, 0.5), std=(0.2, 0.2, 0.2))
    with pytest.raises(ValueError, match=said):
        load(graph, {"a/kernel": np.ones((3, 3, 3, 4))}, choice="sparse", cache=tmp_path)


def test_it_needs_no_jax():
    code = "import sys, jaxticket.runtime; sys.exit('jax' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
