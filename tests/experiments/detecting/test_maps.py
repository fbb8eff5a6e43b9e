"""Maps in detect: a quarter of the picture that alone decides, and no JAX."""

import sys

import numpy as np
import pytest

from experiments.detecting.maps import load_maps
from experiments.detecting.network import load_network
from jaxticket.graph.nodes import Conv, Dense, Mean, Relu
from tests.graph.small import graph

SIDE = 16
NODES = (
    Conv(name="a", reads=("images",), stride=4),
    Relu(name="relu", reads=("a",)),
    Mean(name="mean", reads=("relu",)),
    Dense(name="fc", reads=("mean",)),
)


def network(*factors):
    """Return a network whose channels are the red and the green of squares of 4 x 4 pixels."""
    kernel = np.zeros((4, 4, 3, 2), np.float32)
    kernel[..., 0, 0] = kernel[..., 1, 1] = 1 / 16
    arrays = {
        "a/kernel": kernel,
        "fc/kernel": np.array(factors, np.float32).T,
        "fc/bias": np.zeros(len(factors), np.float32),
    }
    found = graph(*NODES, image_size=SIDE)
    return found, arrays, load_network(found, arrays, "numpy", 1)


def picture():
    """Return a picture, red above on the right and green below on the left, the rest dark."""
    drawn = np.zeros((1, SIDE, SIDE, 3), np.uint8)
    drawn[:, :8, 8:, 0] = drawn[:, 8:, :8, 1] = 255
    return drawn


RED = np.array([[0, 0, 1, 1]] * 2 + [[0] * 4] * 2)
GREEN = RED[::-1, ::-1]


@pytest.mark.parametrize(
    ("factors", "want"),
    [
        (((3, -1),), RED),
        (((-1, 2),), GREEN),
        (((9, 9), (3, -9), (2, -9)), RED),
        (((9, 9), (2, -9), (-9, 3)), GREEN),
    ],
)
def test_the_map_is_where_the_deciding_quarter_is(factors, want):
    maps, why = load_maps(*network(*factors))
    assert why is None
    found = maps(picture())[0]
    np.testing.assert_array_equal(found > 0, want > 0)
    assert np.ptp(found[want > 0]) == 0


def test_without_jax_there_are_none_and_it_is_said(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("jaxticket.attention")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "jax", None)
    maps, why = load_maps(*network((3, -1)))
    assert maps is None
    assert "need JAX, which is not installed" in why


def test_a_network_without_a_map_says_so():
    _, arrays, scored = network((3, -1))
    small = load_maps(graph(*NODES, image_size=8), arrays, scored)
    assert small[0] is None
    assert "no maps: the network has no map of 4x4 or more" in small[1]
