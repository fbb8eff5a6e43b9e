"""What every detector keeps to; each is compiled once for evaluation and once for training."""

from dataclasses import dataclass
from typing import Any

import chex
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.models import DETECTORS, Detector, build

SIDE = 32
BATCH = 3
CHANNELS = {"meso4": 16, "mesoinception4": 16, "cnn5": 176, "resnet18": 512, "xception": 2048}
DROPOUT = ("meso4", "mesoinception4")


def random_key(seed):
    # XLA compiles this generator several times faster than the default one.
    return jax.random.key(seed, impl="rbg")


@dataclass
class Case:
    detector: Detector
    params: Any
    batch_stats: Any
    x: jax.Array
    evaluate: Any
    train: Any


@pytest.fixture(scope="module", params=list(DETECTORS))
def case(request):
    chex.clear_trace_counter()
    detector = build(request.param, 2)
    params, batch_stats = detector.init(random_key(0), SIDE)
    images = np.random.default_rng(0).integers(0, 256, (BATCH, SIDE, SIDE, 3), dtype=np.uint8)

    @jax.jit
    @chex.assert_max_traces(1)
    def evaluate(params, batch_stats, x):
        logits, after = detector.apply(params, batch_stats, x)
        features = detector.features(params, batch_stats, x)
        return logits, after, features, detector.head(params, batch_stats, features)

    @jax.jit
    @chex.assert_max_traces(1)
    def train(params, batch_stats, x, key):
        return detector.apply(params, batch_stats, x, train=True, key=key)

    x = detector.normalise(jnp.asarray(images))
    return Case(detector, params, batch_stats, x, evaluate, train)


def test_parameters_are_plain_float32_dicts(case):
    for tree in (case.params, case.batch_stats):
        assert type(tree) is dict
        assert all(type(leaves) is dict for leaves in tree.values())
    assert {leaf.dtype for leaf in jax.tree.leaves((case.params, case.batch_stats))} == {
        np.dtype(np.float32)
    }


def test_the_output_layer_is_where_it_says(case):
    assert case.params[case.detector.output_layer]["kernel"].shape[1] == 2


def test_evaluation(case):
    logits, after, features, through_head = case.evaluate(case.params, case.batch_stats, case.x)
    assert (logits.shape, logits.dtype) == ((BATCH, 2), jnp.float32)
    assert features.shape == (BATCH, 1, 1, CHANNELS[case.detector.name])
    np.testing.assert_allclose(through_head, logits, rtol=1e-5, atol=1e-6)
    jax.tree.map(np.testing.assert_array_equal, after, case.batch_stats)
    assert np.isfinite(logits).all()
    assert np.ptp(np.asarray(logits[:, 0])) > 0  # the images matter


def test_training_moves_every_running_average(case):
    logits, after = case.train(case.params, case.batch_stats, case.x, random_key(1))
    assert (logits.shape, logits.dtype) == ((BATCH, 2), jnp.float32)
    assert jax.tree.structure(after) == jax.tree.structure(case.batch_stats)
    for layer, stats in after.items():
        for leaf, value in stats.items():
            assert value.dtype == jnp.float32
            assert not np.array_equal(value, case.batch_stats[layer][leaf]), (layer, leaf)


def test_the_key_decides_what_is_dropped_out(case):
    def logits(seed):
        return np.asarray(case.train(case.params, case.batch_stats, case.x, random_key(seed))[0])

    np.testing.assert_array_equal(logits(1), logits(1))
    differs = any(not np.array_equal(logits(1), logits(seed)) for seed in (2, 3))
    assert differs == (case.detector.name in DROPOUT)


def test_the_same_key_starts_the_same_network(case):
    again, _ = case.detector.init(random_key(0), SIDE)
    other, _ = case.detector.init(random_key(1), SIDE)
    jax.tree.map(np.testing.assert_array_equal, again, case.params)
    assert not np.array_equal(other["fc"]["kernel"], case.params["fc"]["kernel"])


def test_training_needs_a_key(case):
    with pytest.raises(ValueError, match=f"{case.detector.name}: .*needs a random key"):
        case.detector.apply(case.params, case.batch_stats, case.x, train=True)


def test_too_small_images(case):
    message = f"{case.detector.name}: images of 31x31 pixels are too small; .* 32x32"
    small = case.x[:, :31, :31]
    with pytest.raises(ValueError, match=message):
        case.detector.init(random_key(0), 31)
    with pytest.raises(ValueError, match=message):
        case.detector.apply(case.params, case.batch_stats, small)
    with pytest.raises(ValueError, match=message):
        case.detector.features(case.params, case.batch_stats, small)


@pytest.mark.parametrize(("height", "width"), [(33, 47), (64, 65), (100, 75)])
def test_odd_sizes(case, height, width):
    name = case.detector.name
    x = jax.ShapeDtypeStruct((2, height, width, 3), jnp.float32)
    features = jax.eval_shape(case.detector.features, case.params, case.batch_stats, x)
    sides = {
        "meso4": lambda side: -(-side // 32),
        "mesoinception4": lambda side: -(-side // 32),
        "cnn5": lambda side: side // 32,
        "resnet18": lambda side: -(-side // 32),
        # Two unpadded convolutions first; then four times halved, rounded up.
        "xception": lambda side: -(-((side - 3) // 2 + 1 - 2) // 16),
    }[name]
    assert features.shape == (2, sides(height), sides(width), CHANNELS[name])


@pytest.mark.parametrize(
    ("name", "black", "white"),
    [
        ("meso4", (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
        ("mesoinception4", (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
        ("cnn5", (-1.0, -1.0, -1.0), (1.0, 1.0, 1.0)),
        ("resnet18", (-2.117904, -2.035714, -1.804444), (2.248908, 2.428571, 2.64)),
        ("xception", (-1.0, -1.0, -1.0), (1.0, 1.0, 1.0)),
    ],
)
def test_pixels(name, black, white):
    images = jnp.array([0, 255], jnp.uint8)[:, None, None, None] * jnp.ones((1, 1, 1, 3), jnp.uint8)
    x = build(name).normalise(images)
    assert x.dtype == jnp.float32
    np.testing.assert_allclose(x[:, 0, 0], [black, white], rtol=1e-5)
