import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.attention.maps import explained_probability, explained_score

ONE = jnp.array([[0.0], [np.log(3.0)]])
THREE = jnp.array([[0.0, np.log(2.0), np.log(5.0)]])


def test_one_logit():
    np.testing.assert_allclose(explained_score(ONE, -1), [0, -np.log(3)], rtol=1e-6)
    np.testing.assert_allclose(explained_probability(ONE, 1), [0.5, 0.75], rtol=1e-6)
    np.testing.assert_allclose(
        explained_probability(ONE, np.array([1, -1])), [0.5, 0.25], rtol=1e-6
    )


@pytest.mark.parametrize(("index", "probability"), [(0, 1 / 8), (1, 2 / 8), (2, 5 / 8)])
def test_several_classes(index, probability):
    np.testing.assert_allclose(explained_score(THREE, index), THREE[:, index])
    np.testing.assert_allclose(explained_probability(THREE, index), [probability], rtol=1e-6)


@pytest.mark.parametrize(("logits", "direction"), [(ONE, 0), (ONE, 2), (THREE, -1), (THREE, 3)])
def test_what_is_no_direction(logits, direction):
    assert np.isnan(explained_score(logits, direction)).all()
    assert np.isnan(explained_probability(logits, direction)).all()
