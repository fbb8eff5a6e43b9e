"""Costs counted by hand."""

import numpy as np

from jaxticket.graph.cost import NodeCost, cost
from jaxticket.graph.nodes import Add, BatchNorm, Conv, Dense, Depthwise, Mean, Relu
from tests.graph.networks import traced
from tests.graph.small import SAME, graph


def test_two_layers_by_hand():
    nodes = (
        Conv(name="a", reads=("images",), pads=SAME, stride=2, bias=True),
        BatchNorm(name="bn", reads=("a",), epsilon=1e-3),
        Relu(name="relu", reads=("bn",)),
        Depthwise(name="d", reads=("relu",), pads=SAME),
        Add(name="sum", reads=("relu", "d")),
        Mean(name="mean", reads=("sum",)),
        Dense(name="fc", reads=("mean",)),
    )
    kernel = np.zeros((3, 3, 3, 5))
    kernel[0, 0] = 1  # 15 of 135
    arrays = {"a/kernel": kernel, "a/bias": np.zeros(5), "d/kernel": np.ones((3, 3, 1, 5)),
              "fc/kernel": np.ones((5, 2)), "fc/bias": np.zeros(2)}  # fmt: skip
    arrays |= {f"bn/{role}": np.ones(5) for role in ("scale", "bias", "mean", "var")}
    found = cost(graph(*nodes), arrays)
    map_ = 2 * 2 * 5 * 4
    assert found.nodes == {
        "a": NodeCost(5, 140, 20, 540, 60, map_),
        "bn": NodeCost(5, 10, 10, 0, 0, map_),
        "relu": NodeCost(5, 0, 0, 0, 0, map_),
        "d": NodeCost(5, 45, 45, 180, 180, map_),
        "sum": NodeCost(5, 0, 0, 0, 0, map_),
        "mean": NodeCost(5, 0, 0, 0, 0, 20),
        "fc": NodeCost(2, 12, 12, 10, 10, 8),
    }
    assert found.total == NodeCost(32, 207, 87, 730, 250, 5 * map_ + 28)
    assert found.peak_bytes == 4 * 4 * 3 * 4 + map_  # the images and the first map
    assert cost(graph(*nodes), arrays, 8).nodes["a"].macs == 4 * 540


def test_what_a_later_sum_reads_is_held():
    nodes = (
        Conv(name="a", reads=("images",)),
        Relu(name="b", reads=("a",)),
        Relu(name="c", reads=("b",)),
        Add(name="sum", reads=("a", "c")),
    )
    found = cost(graph(*nodes), {"a/kernel": np.ones((1, 1, 3, 9))})
    assert found.peak_bytes == 3 * 4 * 4 * 9 * 4


def test_resnet18_has_its_known_parameters():
    found = cost(*traced("resnet18", 2))
    assert found.nodes["conv1"].parameters == 7 * 7 * 3 * 8
    assert found.nodes["conv1"].macs == 7 * 7 * 3 * 8 * 16 * 16
