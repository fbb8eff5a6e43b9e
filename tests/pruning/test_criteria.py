import chex
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.models import build
from jaxticket.pruning import CRITERIA, Network, magnitude, random, snip, synflow
from jaxticket.trees import leaves_by_path


def test_magnitude_is_the_plain_absolute_value():
    params = {"a": {"kernel": jnp.array([[-2.0, 0.0], [1.5, -0.0]])}, "b": {"bias": jnp.ones(1)}}
    want = {"a": {"kernel": jnp.array([[2.0, 0.0], [1.5, 0.0]])}, "b": {"bias": jnp.ones(1)}}
    chex.assert_trees_all_equal(magnitude(params), want)


def test_magnitude_is_not_scaled_by_a_layers_norm():
    scores = magnitude({"wide": jnp.full(1000, 0.5), "narrow": jnp.array([-0.4])})
    assert float(scores["narrow"][0]) < float(scores["wide"][0])


def test_random_scores_know_the_seed_and_the_leaf_only():
    params = {"a": jnp.zeros(50), "b": jnp.zeros(50)}
    scores = random(params, 3)
    chex.assert_trees_all_equal(scores, random({"a": jnp.ones(50), "b": jnp.ones(50)}, 3))
    assert np.all((scores["a"] >= 0) & (scores["a"] < 1))
    assert not np.any(scores["a"] == scores["b"])
    assert not np.any(scores["a"] == random(params, 4)["a"])


def test_snip_is_the_weight_times_the_slope_of_the_loss():
    # L = (2 w0 - 3 w1)^2: the slopes at (1, 2) are 2 (2 - 6) (2, -3) = (-16, 24).
    params = {"w": jnp.array([1.0, 2.0])}
    scores = snip(lambda p, b: jnp.sum(p["w"] * b) ** 2)(params, [(jnp.array([2.0, -3.0]),)])
    assert scores["w"].tolist() == [16.0, 48.0]


def test_snip_adds_gradients_not_their_sizes():
    params = {"w": jnp.array([1.0, 2.0])}
    batches = [(jnp.array([1.0, 3.0]),), (jnp.array([-1.0, 4.0]),)]
    scores = snip(lambda p, b: jnp.sum(p["w"] * b))(params, batches)
    assert scores["w"].tolist() == [0.0, 14.0]


def test_synflow_of_two_layers_is_the_flow_through_each_weight():
    # R = sum_i |b_i| sum_j |a_ij| for an input of ones.
    params = {"a": jnp.array([[1.0, -2.0], [-3.0, 4.0]]), "b": jnp.array([-10.0, 0.5])}
    scores = synflow(lambda p: p["b"] @ (p["a"] @ jnp.ones(2, p["a"].dtype)))(params)
    assert scores["a"].tolist() == [[10.0, 20.0], [1.5, 2.0]]
    assert scores["b"].tolist() == [30.0, 3.5]
    assert scores["a"].dtype == np.float64


def test_synflow_that_leaves_the_range_of_numbers_is_refused():
    with pytest.raises(FloatingPointError, match="range"):
        synflow(lambda p: p["a"] * 1e308 * 1e308)({"a": jnp.ones(1)})


def test_synflow_normalises_by_nothing_however_deep_a_variance_lies():
    # R = w sum(pixels of ones) (1 - mean) var; the running statistics are 5 and 9.
    stats = {"block": {"layer": {"bn": {"mean": jnp.array(5.0), "var": jnp.array(9.0)}}}}

    def logits(params, stats, x):
        bn = stats["block"]["layer"]["bn"]
        return params["w"] * x.sum() * (1 - bn["mean"]) * bn["var"]

    params = {"w": jnp.array(-0.5)}
    network = Network(params, stats, params, 2, 0, lambda: [], lambda *_: jnp.zeros(()), logits)
    assert CRITERIA["synflow"].scores(network)["w"] == 0.5 * 2 * 2 * 3


@pytest.mark.parametrize("name", ["cnn5", "resnet18"])
def test_the_flow_into_the_first_layer_is_the_flow_out_of_the_last(name):
    # Conservation (2006.05467, theorem 2): both carry all of R.
    detector = build(name)
    params, stats = detector.init(jax.random.key(0), 32)
    neutral = jax.tree.map(lambda x: np.asarray(x, np.float64), stats)

    def network(tree):
        ones = jnp.ones((1, 32, 32, 3), jnp.float64)
        return detector.apply(tree, neutral, ones)[0]

    scores = leaves_by_path(synflow(network)(params))
    assert all(np.all(leaf >= 0) for leaf in scores.values())
    flow = scores["fc/kernel"].sum()
    assert flow > 0
    np.testing.assert_allclose(scores["conv1/kernel"].sum(), flow, rtol=1e-6)
