"""The graph of a detector, traced; and networks that have none."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen as nn

from jaxticket.graph import execute
from jaxticket.models import Architecture, Detector, NoGraph, trace
from jaxticket.trees import leaves_by_path


class Own(nn.Module):
    """A user's network, of Flax's own layers."""

    num_logits: int = 1

    def setup(self):
        self.conv1 = nn.Conv(4, (3, 3), strides=2)
        self.norm = nn.BatchNorm(use_running_average=True)
        self.conv2 = nn.Conv(6, (3, 3), padding="VALID", use_bias=False)
        self.fc = nn.Dense(self.num_logits)

    def features(self, x, train=False):
        return nn.relu(self.conv2(nn.relu(self.norm(self.conv1(x)))))

    def head(self, features, train=False):
        return self.fc(features.mean((1, 2)))


class Sigmoid(Own):
    def features(self, x, train=False):
        return nn.sigmoid(self.conv1(x))


class Twice(Own):
    def features(self, x, train=False):
        return self.conv2(self.conv1(x)) + self.conv2(self.conv1(x))


def detector(network) -> Detector:
    row = Architecture(network, mean=(0.5, 0.5, 0.5), std=(0.25, 0.5, 1.0))
    return Detector("own", 1, row.module(1), row)


def test_a_users_own_network_has_a_graph():
    own = detector(Own)
    params, stats = own.init(jax.random.key(0), 20)
    graph = trace(own, 20)
    assert [node.name for node in graph.nodes] == [
        "conv1", "norm", "relu:1", "conv2", "relu:2", "mean:1", "fc",
    ]  # fmt: skip
    assert graph.std == (0.25, 0.5, 1.0)
    x = jax.random.normal(jax.random.key(1), (2, 20, 20, 3))
    leaves = leaves_by_path(params) | leaves_by_path(stats)
    have = execute(graph, {k: np.asarray(v) for k, v in leaves.items()}, np.asarray(x))
    np.testing.assert_allclose(have, own.apply(params, stats, x)[0], atol=1e-5)


def test_what_no_graph_can_say_is_refused():
    with pytest.raises(NoGraph, match="uses logistic"):
        trace(detector(Sigmoid), 20)
    with pytest.raises(NoGraph, match="the layer conv1 is called twice"):
        trace(detector(Twice), 20)


def test_weights_between_the_layers_are_refused():
    class Scaled(Own):
        def head(self, features, train=False):
            x = features.mean((1, 2))
            return self.fc(x * jnp.arange(6.0))

    with pytest.raises(NoGraph, match="uses mul"):
        trace(detector(Scaled), 20)
