"""Looking into a network by the names of its layers."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.models import DETECTORS, build

SIDE = 32


@pytest.fixture(scope="module")
def cnn5():
    detector = build("cnn5", width=0.1)
    params, batch_stats = detector.init(jax.random.key(0, impl="rbg"), SIDE)
    x = np.random.default_rng(0).normal(size=(2, SIDE, SIDE, 3)).astype(np.float32)
    return detector, params, batch_stats, x


def test_the_order_is_that_of_the_forward_pass(cnn5):
    blocks = [f"{kind}{index}" for index in range(1, 6) for kind in ("conv", "bn", "relu")]
    layers = cnn5[0].layers(SIDE)
    assert list(layers) == [*blocks, "fc"]
    assert (layers["relu1"], layers["conv5"], layers["fc"]) == ((32, 32, 2), (2, 2, 18), (1,))


@pytest.mark.parametrize("model", DETECTORS)
def test_every_parameter_belongs_to_a_named_layer(model):
    detector = build(model)
    shapes = jax.eval_shape(lambda key: detector.init(key, 64), jax.random.key(0))
    layers = detector.layers(64)
    assert shapes[0].keys() <= layers.keys()
    assert list(layers)[-1] == detector.output_layer
    assert "dropout" not in layers


def test_block_outputs_have_torchvisions_and_timms_names():
    blocks = [f"layer{stage}.{block}" for stage in (1, 2, 3, 4) for block in (0, 1)]
    layers = build("resnet18").layers(64)
    assert [name for name in layers if name in blocks] == blocks
    assert layers["layer3.1"] == (4, 4, 256)
    blocks = [f"block{number}" for number in range(1, 13)]
    assert [name for name in build("xception").layers(64) if name in blocks] == blocks


def test_images_that_are_too_small(cnn5):
    with pytest.raises(ValueError, match="16x16 pixels are too small"):
        cnn5[0].layers(16)


def test_a_layers_own_output_changes_nothing_and_another_does(cnn5):
    detector, params, batch_stats, x = cnn5

    @jax.jit
    def logits(x):
        output = detector.layer_output(params, batch_stats, x, "relu4")
        again = detector.logits_given(params, batch_stats, x, "relu4", output)
        zero = detector.logits_given(params, batch_stats, x, "relu4", jnp.zeros_like(output))
        return output, detector.apply(params, batch_stats, x)[0], again, zero

    output, expected, again, zero = logits(x)
    assert output.shape == (2, 4, 4, 13)
    assert output.min() == 0  # after its rectifier
    np.testing.assert_array_equal(again, expected)
    assert np.ptp(expected) > 0
    assert np.ptp(zero) == 0  # the images no longer matter


def test_an_unknown_layer(cnn5):
    detector, params, batch_stats, x = cnn5
    unknown = jax.jit(lambda x: detector.layer_output(params, batch_stats, x, "rleu4"))
    with pytest.raises(ValueError, match="cnn5 has no layer named 'rleu4'; did you mean relu4"):
        unknown(x)
