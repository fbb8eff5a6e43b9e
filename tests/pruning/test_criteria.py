import chex
import jax.numpy as jnp

from jaxticket.pruning import magnitude


def test_magnitude_is_the_plain_absolute_value():
    params = {"a": {"kernel": jnp.array([[-2.0, 0.0], [1.5, -0.0]])}, "b": {"bias": jnp.ones(1)}}
    want = {"a": {"kernel": jnp.array([[2.0, 0.0], [1.5, 0.0]])}, "b": {"bias": jnp.ones(1)}}
    chex.assert_trees_all_equal(magnitude(params), want)


def test_magnitude_is_not_scaled_by_a_layers_norm():
    scores = magnitude({"wide": jnp.full(1000, 0.5), "narrow": jnp.array([-0.4])})
    assert float(scores["narrow"][0]) < float(scores["wide"][0])
