"""Maps of a graph are those of the detector that it was traced from."""

from functools import partial

import numpy as np
import pytest
from msgspec.structs import replace

from jaxticket.attention.maps import default_layer, graph_layer, make_maps, maps_of_graph
from jaxticket.graph import compact
from jaxticket.graph.nodes import Add, Conv, Dense, MaxPool, Mean, Relu
from jaxticket.models import build
from tests.graph.networks import NAMES, SIDE, pictures
from tests.graph.small import graph
from tests.runtime.networks import pruned


def trees(detector, arrays):
    """Return parameters and batch statistics by layer."""
    params, stats = {}, {}
    for path, array in arrays.items():
        layer, role = path.rsplit("/", 1)
        (stats if role in ("mean", "var") else params).setdefault(layer, {})[role] = array
    return params, stats


@pytest.mark.parametrize(("name", "logits"), [*((name, 2) for name in NAMES), ("cnn5", 1)])
def test_they_are_the_detectors_and_compacted_ones_up_to_a_constant(name, logits):
    network, arrays = pruned(name, 0.9)
    arrays = arrays | {path: arrays[path][..., :logits] for path in ("fc/kernel", "fc/bias")}
    detector = build(name, logits, 0.5 if name.startswith("meso") else 0.125)
    images, directions = pictures(3), np.array([1, -1, 1] if logits == 1 else [1, 0, 1])
    signed = make_maps(detector, layer=default_layer(detector, SIDE), rectify=False)
    want = np.asarray(signed(*trees(detector, arrays), images, directions))
    peak = np.abs(want).max(axis=(1, 2))
    assert (peak > 0).all()
    close = partial(np.testing.assert_allclose, rtol=0, atol=1e-5 * peak.max())

    have = maps_of_graph(network, arrays, batch=2)(images, directions)
    assert have.dtype == np.float32
    close(have, np.maximum(want, 0))

    if name in ("mesoinception4", "xception"):
        return  # which take longest to compile, and have no other nodes
    smaller = compact(network, arrays)
    assert not all(kept.all() for kept in smaller.kept.values())
    have = maps_of_graph(smaller.graph, smaller.arrays)(images, directions)
    for one, whole in zip(have, want, strict=True):
        constant = np.median((one - whole)[one > 0]) if one.any() else -whole.max()
        close(one, np.maximum(whole + constant, 0))


@pytest.mark.parametrize("name", ["cnn5", "resnet18", "xception"])
def test_of_large_pictures_it_is_the_last_map(name):
    network, arrays = pruned(name, 0.8)
    (mean,) = (node for node in network.nodes if isinstance(node, Mean))
    assert graph_layer(replace(network, image_size=128), arrays) == mean.reads[0]
    assert graph_layer(network, arrays) != mean.reads[0]


A, B = Conv(name="a", reads=("images",)), Conv(name="b", reads=("a",))
HEAD = Mean(name="mean", reads=("end",)), Dense(name="fc", reads=("mean",))
ARRAYS = {f"{name}/kernel": np.ones((1, 1, 3, 3)) for name in "ab"} | {
    "fc/kernel": np.ones((3, 1)), "fc/bias": np.zeros(1)
}  # fmt: skip


@pytest.mark.parametrize(
    ("end", "layer"),
    [
        (Relu(name="end", reads=("b",)), "end"),
        (MaxPool(name="end", reads=("b",), window=2, stride=2), "b"),
        (Add(name="end", reads=("a", "b")), "end"),
    ],
)
def test_by_hand(end, layer):
    assert graph_layer(graph(A, B, end, *HEAD), ARRAYS) == layer


def test_a_map_that_something_goes_round_is_not_taken():
    pool = MaxPool(name="pool", reads=("a",), window=2, stride=2)
    other = replace(pool, name="other", reads=("b",))
    nodes = (A, B, pool, other, Add(name="end", reads=("pool", "other")), *HEAD)
    assert graph_layer(graph(*nodes), ARRAYS) == "a"
    past = replace(B, reads=("images",))  # what stands between the pictures and the sum
    with pytest.raises(ValueError, match="no map of 4x4 or more for pictures of 4 pixels"):
        graph_layer(graph(A, past, *nodes[2:]), ARRAYS)
