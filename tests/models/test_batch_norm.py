import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen as nn

from jaxticket.models.batch_norm import BatchNorm, normalise_batch, normalise_batch_plain
from jaxticket.models.lowering import force_lowering

SHAPES = [(4, 6, 5, 3), (2, 1, 1, 7), (9, 1)]
EPSILON = 1e-3


def arrays(shape, seed=0):
    draw = np.random.default_rng(seed)
    channels = shape[-1]
    return tuple(
        jnp.asarray(values, jnp.float32)
        for values in (
            draw.standard_normal(shape) * 2 + 1,
            draw.uniform(0.5, 2, channels),
            draw.standard_normal(channels),
        )
    )


def variables(scale, bias, mean, var):
    return {"params": {"scale": scale, "bias": bias}, "batch_stats": {"mean": mean, "var": var}}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("lowering", ["plain", "cpu"])
def test_training_is_that_of_flax(shape, lowering):
    x, scale, bias = arrays(shape)
    state = variables(scale, bias, bias * 3, scale * 2)
    flax = nn.BatchNorm(use_running_average=False, momentum=0.9, epsilon=EPSILON)

    def ours(params, x):
        with force_lowering(lowering):
            y, updates = BatchNorm(EPSILON).apply(
                {**state, "params": params}, x, True, mutable=["batch_stats"]
            )
        return jnp.sum(jnp.sin(y)), (y, updates)

    def theirs(params, x):
        y, updates = flax.apply({**state, "params": params}, x, mutable=["batch_stats"])
        return jnp.sum(jnp.sin(y)), (y, updates)

    @jax.jit
    def both(params, x):
        return [jax.value_and_grad(f, (0, 1), has_aux=True)(params, x) for f in (ours, theirs)]

    got, expected = both(state["params"], x)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=2e-4, atol=2e-5), got, expected)


@pytest.mark.parametrize("shape", SHAPES)
def test_evaluation_is_that_of_flax(shape):
    x, scale, bias = arrays(shape)
    state = variables(scale, bias, bias * 3, scale * 2)
    y, updates = BatchNorm(EPSILON).apply(state, x, False, mutable=["batch_stats"])
    expected = nn.BatchNorm(use_running_average=True, epsilon=EPSILON).apply(state, x)
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-5)
    jax.tree.map(np.testing.assert_array_equal, updates["batch_stats"], state["batch_stats"])


def test_by_hand():
    x = jnp.array([[1.0], [3.0]])
    y, mean, var = normalise_batch(x, jnp.array([2.0]), jnp.array([5.0]), 0.0)
    assert y.tolist() == [[3.0], [7.0]]
    assert mean.tolist() == [2.0]
    assert var.tolist() == [1.0]


def test_running_averages_by_hand():
    x = jnp.array([[1.0], [3.0]])
    state = variables(jnp.ones(1), jnp.zeros(1), jnp.zeros(1), jnp.ones(1) * 4)
    _, updates = BatchNorm(EPSILON).apply(state, x, True, mutable=["batch_stats"])
    np.testing.assert_allclose(updates["batch_stats"]["mean"], [0.2], rtol=1e-6)
    # The biased variance, 1; the unbiased one, 2, would give 3.8.
    np.testing.assert_allclose(updates["batch_stats"]["var"], [3.7], rtol=1e-6)


def test_initialising_leaves_the_running_averages():
    state = BatchNorm(EPSILON).init(jax.random.key(0), jnp.full((4, 2), 7.0), True)
    assert state["batch_stats"]["mean"].tolist() == [0, 0]
    assert state["batch_stats"]["var"].tolist() == [1, 1]
    assert state["params"]["scale"].tolist() == [1, 1]
    assert state["params"]["bias"].tolist() == [0, 0]


def test_the_gradient_through_mean_and_variance_too():
    x, scale, bias = arrays((3, 2, 2, 4))

    def gradients(normalise):
        def loss(x, scale, bias):
            y, mean, var = normalise(x, scale, bias, EPSILON)
            return jnp.sum(jnp.sin(y)) + jnp.sum(jnp.cos(mean)) + jnp.sum(mean * var**2)

        return jax.jit(jax.grad(loss, (0, 1, 2)))(x, scale, bias)

    for ours, plain in zip(
        gradients(normalise_batch), gradients(normalise_batch_plain), strict=True
    ):
        np.testing.assert_allclose(ours, plain, rtol=1e-4, atol=1e-5)


def test_hessian_vector_products():
    x, scale, bias = arrays((4, 2, 2, 3))
    direction = jnp.cos(jnp.arange(x.size, dtype=jnp.float32)).reshape(x.shape)

    def product(normalise):
        gradient = jax.grad(lambda x: jnp.sum(jnp.sin(normalise(x, scale, bias, EPSILON)[0])))
        return jax.jit(lambda x: jax.jvp(gradient, (x,), (direction,))[1])(x)

    np.testing.assert_allclose(
        product(normalise_batch), product(normalise_batch_plain), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("normalise", [normalise_batch, normalise_batch_plain])
def test_a_large_mean_costs_no_digits(normalise):
    deviations = np.random.default_rng(3).standard_normal((32, 16, 16, 4))
    x = (100 + deviations).astype(np.float32)
    exact = x.astype(np.float64)
    mean, var = exact.mean((0, 1, 2)), exact.var((0, 1, 2))
    y, got_mean, got_var = normalise(jnp.asarray(x), jnp.ones(4), jnp.zeros(4), 1e-5)
    np.testing.assert_allclose(got_mean, mean, rtol=1e-6)
    np.testing.assert_allclose(got_var, var, rtol=1e-5)
    np.testing.assert_allclose(y, (exact - mean) / np.sqrt(var + 1e-5), atol=1e-4)
