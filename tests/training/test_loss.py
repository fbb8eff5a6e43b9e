import math

import chex
import jax.numpy as jnp
import numpy as np

from jaxticket.training.loss import cross_entropy


def test_one_logit_is_the_log_odds_of_fake():
    losses = cross_entropy(jnp.array([[0.0], [math.log(3)], [math.log(3)]]), jnp.array([0, 1, 0]))
    chex.assert_shape(losses, (3,))
    # P(fake) is 1/2, 3/4 and 3/4.
    np.testing.assert_allclose(losses, [math.log(2), -math.log(0.75), -math.log(0.25)], rtol=1e-6)


def test_several_logits_are_classes():
    logits = jnp.log(jnp.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]]))
    losses = cross_entropy(logits, jnp.array([1, 0]))
    np.testing.assert_allclose(losses, [-math.log(0.5), -math.log(0.1)], rtol=1e-6)


def test_large_logits_stay_finite():
    losses = cross_entropy(jnp.array([[1e4], [1e4], [-1e4]]), jnp.array([1, 0, 0]))
    np.testing.assert_array_equal(losses, [0.0, 1e4, 0.0])
