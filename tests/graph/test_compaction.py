"""A compacted network gives the masked network's logits, with fewer channels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jaxticket.graph import Compacted, compact, execute, fold, from_json, normalise, shapes, to_json
from jaxticket.graph.nodes import Add, Conv, Dense, Depthwise, Graph, Mean, Relu
from tests.graph.networks import NAMES, SIDE, pictures, traced
from tests.graph.small import EVERY_KIND, MEAN, SAME, drawn, graph


def same_logits(graph: Graph, arrays: dict[str, np.ndarray], count: int = 3) -> Compacted:
    """Compact a network, and compare logits in both precisions and what a second time removes."""
    exact = {name: array.astype(np.float64) for name, array in arrays.items()}
    images = pictures(count, graph.image_size)
    images[0], images[1] = 0, 255
    x = normalise(graph, images, np.float64)
    found, want = compact(graph, exact), execute(graph, exact, x)
    np.testing.assert_allclose(
        execute(found.graph, found.arrays, x), want, rtol=0, atol=1e-10 * np.abs(want).max()
    )
    narrow = compact(graph, {name: array.astype(np.float32) for name, array in arrays.items()})
    have = execute(narrow.graph, narrow.arrays, x.astype(np.float32))
    assert have.dtype == np.float32
    np.testing.assert_allclose(have, want, rtol=0, atol=1e-4 * np.abs(want).max())
    again = compact(found.graph, found.arrays)
    assert all(channels.all() for channels in again.kept.values())
    assert found.constant_logits == again.constant_logits
    assert from_json(to_json(found.graph)) == found.graph
    return found


def pruned(arrays: dict[str, np.ndarray], sparsity: float, seed: int = 0) -> dict[str, np.ndarray]:
    """Prune a random fraction of the weights, apart from the output layer's."""
    draw = np.random.default_rng(seed)
    return {
        name: array * (draw.random(array.shape) >= sparsity)
        if name.endswith("/kernel") and name != "fc/kernel"
        else array
        for name, array in arrays.items()
    }


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sparsity", [0.5, 0.9, 0.99, 0.998])
def test_a_pruned_detectors_logits_stay(name, sparsity):
    graph, arrays = traced(name, 2)
    arrays = pruned(arrays, sparsity)
    found = same_logits(graph, arrays)
    assert all(min(shape) > 0 for shape in shapes(found.graph, found.arrays).values())
    if sparsity > 0.9:
        assert sum(a.size for a in found.arrays.values()) < sum(a.size for a in arrays.values()) / 2


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.05, 0.15, 0.3, 0.6, 1]), st.booleans())
def test_any_mask_of_any_node(seed, density, folded):
    graph, arrays = EVERY_KIND, drawn(seed, density)
    if folded:
        graph, arrays = fold(graph, arrays)
    same_logits(graph, arrays)


def kept(found: Compacted) -> dict[str, list[int]]:
    """Return the channels that are left, by node."""
    return {name: np.flatnonzero(channels).tolist() for name, channels in found.kept.items()}


A = Conv(name="a", reads=("images",), bias=True)
LOGITS = Dense(name="fc", reads=("mean",))


def two_layers(side: int) -> dict[str, np.ndarray]:
    """Layer `a` has channels picture, 2 and 3; layer `b` reads all of them."""
    draw = np.random.default_rng(0)
    first = np.zeros((1, 1, 3, 3))
    first[..., 0] = 1
    return {
        "a/kernel": first,
        "a/bias": np.array([0.0, 2, 3]),
        "b/kernel": draw.normal(size=(side, side, 3, 2)),
        "fc/kernel": np.ones((2, 1)),
        "fc/bias": np.zeros(1),
    }


def test_one_constant_stands_for_two_where_zeros_are_added():
    arrays = two_layers(3)
    found = same_logits(graph(A, Conv(name="b", reads=("a",), pads=SAME), MEAN, LOGITS), arrays)
    assert kept(found)["a"] == [0, 2]
    kernel = arrays["b/kernel"]
    np.testing.assert_allclose(found.arrays["b/kernel"][:, :, 0], kernel[:, :, 0])
    np.testing.assert_allclose(
        found.arrays["b/kernel"][:, :, 1], kernel[:, :, 2] + kernel[:, :, 1] * 2 / 3
    )
    assert "b/bias" not in found.arrays
    assert found.before.effective["b/kernel"].all()


def test_constants_become_a_bias_where_none_are():
    arrays = two_layers(3)
    found = same_logits(graph(A, Conv(name="b", reads=("a",)), MEAN, LOGITS), arrays)
    assert kept(found)["a"] == [0]
    kernel = arrays["b/kernel"].sum((0, 1))
    np.testing.assert_allclose(found.arrays["b/bias"], 2 * kernel[1] + 3 * kernel[2])
    assert found.before.effective["b/kernel"].any((0, 1, 3)).tolist() == [True, False, False]


def test_a_sum_keeps_what_one_of_its_two_has():
    arrays = two_layers(1) | {"b/kernel": np.zeros((1, 1, 3, 3)), "fc/kernel": np.ones((3, 1))}
    arrays["a/kernel"][0, 0, :, 1] = 1
    arrays["b/kernel"][0, 0, 0, 2] = 1
    sum_ = Add(name="sum", reads=("a", "b"))
    nodes = (A, Conv(name="b", reads=("a",)), sum_, Mean(name="mean", reads=("sum",)))
    found = same_logits(graph(*nodes, LOGITS), arrays)
    assert kept(found)["sum"] == [0, 1, 2]  # a's third is constant, b's first two are zero
    arrays["fc/kernel"][1:] = 0
    found = same_logits(graph(*nodes, LOGITS), arrays)
    assert kept(found)["a"] == kept(found)["b"] == [0]
    assert not found.before.effective["b/kernel"].any()


def test_a_rectifier_that_no_picture_opens_is_zero():
    arrays = two_layers(1)
    arrays["a/kernel"][..., 0] = [1, -1, 0]
    arrays["a/kernel"][..., 1] = [-2, 0, -1]
    arrays["a/bias"] = np.array([-0.9, 0, 3])
    arrays["b/kernel"] = two_layers(3)["b/kernel"]
    relu = Relu(name="relu", reads=("a",))
    b = Conv(name="b", reads=("relu",), pads=SAME)
    found = same_logits(graph(A, relu, b, MEAN, LOGITS), arrays)
    assert kept(found)["a"] == [0, 2]
    arrays["a/bias"][0] = -1  # red at its most, green at its least: exactly 0
    found = same_logits(graph(A, relu, b, MEAN, LOGITS), arrays)
    assert kept(found)["a"] == [2]
    assert found.constant_logits


def test_a_depthwise_constant_is_none_behind_zeros():
    arrays = two_layers(1) | {"d/kernel": np.ones((3, 3, 1, 3))}
    b = Conv(name="b", reads=("d",))
    with_zeros = graph(A, Depthwise(name="d", reads=("a",), pads=SAME), b, MEAN, LOGITS)
    assert kept(same_logits(with_zeros, arrays))["a"] == [0, 1, 2]
    without = graph(A, Depthwise(name="d", reads=("a",)), b, MEAN, LOGITS)
    assert kept(same_logits(without, arrays))["a"] == [0]
    arrays["d/kernel"][..., 1] = 0
    assert kept(same_logits(with_zeros, arrays))["d"] == [0, 2]


def test_a_network_whose_logits_are_constant_is_said_to_be_so():
    graph, arrays = traced("resnet18", 2)
    arrays = {
        name: np.zeros_like(array) if name.endswith("/kernel") else array
        for name, array in arrays.items()
    }
    found = same_logits(graph, arrays)
    assert found.constant_logits
    assert {len(channels) for channels in kept(found).values()} == {1, 2, 3}


STREAM = ["conv1", "layer1.0.conv2", "layer1.1.conv2"]
READERS = [
    "layer1.0.conv1", "layer1.1.conv1", "layer2.0.conv1", "layer2.0.downsample.0"
]  # fmt: skip
KILLED = {
    "within a block": ("resnet18", ["layer2.1.conv1"], [], ["layer2.1.conv1"]),
    "residual stream, never read": ("resnet18", [], READERS, STREAM),
    "residual stream, one branch never written": ("resnet18", ["layer1.1.conv2"], [], []),
    "depthwise": (
        "xception", ["block5.rep.4.conv1"], [], ["block5.rep.4.conv1", "block5.rep.1.pointwise"]
    ),
    "pointwise": (
        "xception", [], ["block5.rep.4.pointwise"], ["block5.rep.4.conv1", "block5.rep.1.pointwise"]
    ),
    "before a branch": ("mesoinception4", [], ["inception1.conv5"], ["inception1.conv4"]),
    "branch": ("mesoinception4", ["inception1.conv5"], [], ["inception1.conv5"]),
    "flatten": ("meso4", [], ["fc1"], ["conv4"]),
}  # fmt: skip


@pytest.mark.parametrize(("name", "silent", "unread", "gone"), KILLED.values(), ids=KILLED)
def test_a_channel_killed_in_one_place(name, silent, unread, gone):
    graph, arrays = traced(name, 2)
    arrays = dict(arrays)
    for layer in silent:
        for array in (f"{layer}/kernel", f"{layer}/bias"):
            if array in arrays:
                arrays[array] = arrays[array].copy()
                arrays[array][..., 1] = 0
    for layer in unread:
        kernel = arrays[f"{layer}/kernel"].copy()
        if kernel.ndim == 2:  # rows are positions, then channels
            kernel.reshape(-1, len(arrays["conv4/bias"]), kernel.shape[-1])[:, 1] = 0
        else:
            kernel[:, :, 1] = 0
        arrays[f"{layer}/kernel"] = kernel
    found = same_logits(graph, arrays)
    layers = [node.name for node in graph.nodes if isinstance(node, Conv | Dense | Depthwise)]
    lost = {layer for layer in layers if not found.kept[layer].all()}
    assert lost >= set(gone)  # and what thereby cannot matter
    assert all(1 not in kept(found)[layer] for layer in gone)


@pytest.mark.parametrize("density", [0.05, 0.5])
def test_an_array_that_no_node_reads_changes_nothing(density):
    arrays = drawn(0, density)
    stray = arrays | {f"{name}/bias": np.full(6, 9.0) for name in "ad"} | {"g/bias": np.full(4, 9)}
    same_logits(EVERY_KIND, stray)
    want, have = fold(EVERY_KIND, arrays), fold(EVERY_KIND, stray)
    assert want[0] == have[0]
    assert all(np.array_equal(array, have[1][name]) for name, array in want[1].items())


def test_a_larger_picture_has_the_same_logits():
    graph, arrays = traced("resnet18", 2)
    arrays = pruned(arrays, 0.97)
    found = compact(graph, arrays)
    x = normalise(graph, pictures(2, 2 * SIDE))
    want = execute(graph, arrays, x)
    np.testing.assert_allclose(execute(found.graph, found.arrays, x), want, rtol=1e-4)


def test_surviving_weights_keep_their_values():
    graph, arrays = traced("resnet18", 2)
    arrays = pruned(arrays, 0.9)
    found = compact(graph, arrays)
    want = arrays["layer3.0.conv2/kernel"]
    channels = found.kept
    want = want[:, :, channels["relu:10"]][..., channels["layer3.0.conv2"]]
    assert found.arrays["layer3.0.conv2/kernel"].shape == want.shape
    alive = found.arrays["layer3.0.conv2/kernel"] != 0
    assert np.mean(found.arrays["layer3.0.conv2/kernel"][alive] == want[alive]) > 0.9
