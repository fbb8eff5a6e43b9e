"""Networks of fewer channels."""

import itertools

import jax
import jax.numpy as jnp
import pytest

from jaxticket.models import DETECTORS, build, width_of
from jaxticket.models.convolution import scaled


def parameters(name, width, side=64):
    detector = build(name, 1, width)
    params, _ = jax.eval_shape(lambda: detector.init(jax.random.key(0), side))
    return sum(leaf.size for leaf in jax.tree.leaves(params))


def test_channels_are_rounded_and_never_none():
    assert [scaled(16, width) for width in (1.0, 0.5, 0.34, 0.01)] == [16, 8, 5, 1]


@pytest.mark.parametrize("name", DETECTORS)
def test_half_the_width_is_about_a_quarter_of_the_weights(name):
    whole, half = parameters(name, 1.0), parameters(name, 0.5)
    assert 0.2 < half / whole < 0.6


def test_half_a_cnn5_counted_by_hand():
    # 8, 16, 32, 64, 88 channels; 3x3 kernels, scale and bias of each, the dense layer.
    channels = (3, 8, 16, 32, 64, 88)
    kernels = sum(9 * a * b for a, b in itertools.pairwise(channels))
    assert parameters("cnn5", 0.5) == kernels + 2 * sum(channels[1:]) + 88 + 1


@pytest.mark.parametrize("name", DETECTORS)
def test_the_names_of_the_layers_stay(name):
    def names(width):
        params, _ = jax.eval_shape(lambda: build(name, 1, width).init(jax.random.key(0), 64))
        return set(params)

    assert names(0.3) == names(1.0)


@pytest.mark.parametrize("share", [0.6, 0.2, 0.05])
@pytest.mark.parametrize("name", ["meso4", "cnn5", "resnet18"])
def test_the_width_for_a_number_of_parameters_is_the_nearest(name, share):
    wanted = round(share * parameters(name, 1.0))
    width = width_of(name, 1, 64, wanted)
    found = parameters(name, width)
    assert abs(found - wanted) <= 0.12 * wanted
    around = [parameters(name, width * factor) for factor in (0.9, 0.97, 1.03, 1.1)]
    assert abs(found - wanted) <= min(abs(other - wanted) for other in around)


def test_all_parameters_are_width_one():
    assert parameters("cnn5", width_of("cnn5", 1, 64, 300_961)) == 300_961


def test_more_parameters_than_there_are():
    with pytest.raises(ValueError, match="cnn5 has no 300,962 parameters at width 1"):
        width_of("cnn5", 1, 64, 300_962)


@pytest.mark.parametrize("width", [0.0, -1.0, float("nan")])
def test_a_width_that_is_none(width):
    with pytest.raises(ValueError, match="width must be above 0"):
        build("cnn5", 1, width)


def test_a_narrow_network_computes():
    detector = build("cnn5", 1, 0.1)
    params, stats = detector.init(jax.random.key(0), 32)
    logits, _ = detector.apply(params, stats, jnp.ones((2, 32, 32, 3)))
    assert logits.shape == (2, 1)
