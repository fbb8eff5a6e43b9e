import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.models import build


@pytest.fixture(scope="module")
def meso4():
    detector = build("meso4")
    shapes = jax.eval_shape(lambda key: detector.init(key, 32), jax.random.key(0))
    return detector, *jax.tree.map(lambda leaf: np.ones(leaf.shape, np.float32), shapes)


def test_the_head_by_hand(meso4):
    detector, params, batch_stats = meso4
    ones = jnp.ones((1, 16))
    params = params | {
        # The first unit has 16, the others -16, which the leaky ReLU makes -1.6.
        "fc1": {"kernel": jnp.ones((16, 16)).at[:, 1:].set(-1.0), "bias": jnp.zeros(16)},
        "fc": {"kernel": ones.T, "bias": jnp.array([0.5])},
    }
    logits = detector.head(params, batch_stats, ones.reshape(1, 1, 1, 16))
    np.testing.assert_allclose(logits, [[16 - 15 * 1.6 + 0.5]], rtol=1e-5)


def test_the_last_map_is_read_row_by_row(meso4):
    detector, params, batch_stats = meso4
    kernel = jnp.zeros((64, 16)).at[1 * 32 + 0 * 16 + 3, 0].set(1.0)  # row 1, column 0, channel 3
    params = params | {
        "fc1": {"kernel": kernel, "bias": jnp.zeros(16)},
        "fc": {"kernel": jnp.ones((16, 1)), "bias": jnp.zeros(1)},
    }
    features = jnp.zeros((1, 2, 2, 16)).at[0, 1, 0, 3].set(7.0)
    np.testing.assert_allclose(detector.head(params, batch_stats, features), [[7.0]])


def test_half_of_the_values_are_dropped_in_training_only(meso4):
    detector, params, _ = meso4
    head = {
        "fc1": {"kernel": jnp.eye(64, 16), "bias": jnp.zeros(16)},
        "fc": {"kernel": jnp.ones((16, 1)), "bias": jnp.zeros(1)},
    }
    module, features = detector.module, jnp.ones((500, 2, 2, 16))
    variables = {"params": params | head}
    assert set(module.apply(variables, features, method="head").ravel().tolist()) == {16.0}
    dropped = module.apply(
        variables, features, train=True, method="head", rngs={"dropout": jax.random.key(0)}
    )
    # Twice one half kept, twice doubled: 16 on average, in fours.
    assert set(np.unique(np.asarray(dropped) % 4)) == {0.0}
    assert float(dropped.mean()) == pytest.approx(16, abs=1)


def test_images_of_another_size_than_the_parameters(meso4):
    detector, params, batch_stats = meso4
    with pytest.raises(ValueError, match="a last map of 16 values and these images leave 64"):
        jax.eval_shape(detector.apply, params, batch_stats, np.zeros((1, 64, 64, 3), np.float32))
