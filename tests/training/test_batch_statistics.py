"""Statistics estimated anew against plain NumPy over all pictures at once."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.models import build
from jaxticket.training.batch_statistics import estimate_statistics, make_batch_moments, pooled
from tests.tiny import SIDE, TinyDetector, tiny_examples


def batches(examples, size):
    return [examples.images(np.arange(at, at + size)) for at in range(0, len(examples), size)]


def test_pooling_by_hand():
    # 1, 3 and 5, 9: means 2 and 7, variances 1 and 4; together mean 4.5 and variance 8.75.
    parts = [{"bn": {"mean": np.array([m]), "var": np.array([v])}} for m, v in [(2, 1), (7, 4)]]
    both = pooled(parts)["bn"]
    assert (float(both["mean"][0]), float(both["var"][0])) == (4.5, 8.75)
    assert np.var([1, 3, 5, 9]) == 8.75
    assert both["var"].dtype == jnp.float32


def test_one_batch_is_itself_and_none_is_refused():
    one = {"mean": np.array([1.5]), "var": np.array([0.25])}
    assert pooled([one]) == {"mean": 1.5, "var": 0.25}
    with pytest.raises(ValueError, match="one batch at least"):
        pooled([])


@pytest.mark.parametrize("size", [24, 8, 3])
def test_the_first_layers_statistics_are_those_of_all_pictures_together(size):
    detector, examples = TinyDetector(), tiny_examples(24, 5)
    params, start = detector.init(jax.random.key(3), SIDE)
    params["conv1"]["bias"] = jnp.array([0.0, 1.0, -2.0, 30.0])
    found = estimate_statistics(
        make_batch_moments(detector), params, start, batches(examples, size)
    )
    pictures = examples.images(np.arange(24)).astype(np.float64) / 255 - 0.5
    kernel = np.asarray(params["conv1"]["kernel"], np.float64)
    maps = np.einsum("bhiwjc,ijcd->bhwd", pictures[:, :6, :6].reshape(-1, 2, 3, 2, 3, 3), kernel)
    maps = maps.reshape(-1, 4) + np.asarray(params["conv1"]["bias"])
    np.testing.assert_allclose(found["bn1"]["mean"], maps.mean(0), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found["bn1"]["var"], maps.var(0), rtol=1e-4)


def test_what_the_statistics_were_before_does_not_matter():
    detector, examples = TinyDetector(), tiny_examples(16, 5)
    params, start = detector.init(jax.random.key(3), SIDE)
    moments, images = make_batch_moments(detector), batches(examples, 8)
    one = estimate_statistics(moments, params, start, images)
    far = estimate_statistics(moments, params, jax.tree.map(lambda x: x * 99 + 7, start), images)
    np.testing.assert_array_equal(one["bn1"]["var"], far["bn1"]["var"])


def test_a_network_without_batch_statistics_has_none():
    assert estimate_statistics(make_batch_moments(TinyDetector()), {}, {}, []) == {}


@pytest.mark.parametrize("name", ["tiny", "cnn5", "meso4"])
def test_a_batchs_moments_are_where_its_running_averages_stand_still(name):
    # m b + (1 - m) b = b: so the update's momentum is the one divided by; and dropout is behind.
    detector = TinyDetector() if name == "tiny" else build(name)
    params, start = detector.init(jax.random.key(3), 32)
    images = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3), np.uint8)
    moments = make_batch_moments(detector)(params, start, images)
    for seed in (0, 1):
        key = jax.random.key(seed)
        x = detector.normalise(images)
        _, after = jax.jit(partial(detector.apply, train=True))(params, moments, x, key=key)
        for a, b in zip(jax.tree.leaves(after), jax.tree.leaves(moments), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)
