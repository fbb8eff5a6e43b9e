import jax
import numpy as np
import pytest

from jaxticket.attention.maps import LAST, default_layer, make_maps
from jaxticket.models import build
from tests.attention.maps.linear import LinearDetector

DEFAULTS = [
    ("meso4", 64, "bn4", 8),
    ("mesoinception4", 64, "bn4", 8),
    ("cnn5", 64, "relu5", 4),
    ("resnet18", 64, "layer3.1", 4),
    ("xception", 64, "block11", 4),
    ("cnn5", 32, "relu4", 4),
    ("resnet18", 32, "layer2.1", 4),
    ("xception", 32, "block2", 4),
]


@pytest.mark.parametrize(("model", "image_size", "layer", "side"), DEFAULTS)
def test_of_small_pictures(model, image_size, layer, side):
    detector = build(model)
    assert default_layer(detector, image_size) == layer
    assert detector.layers(image_size)[layer][:2] == (side, side)


@pytest.mark.parametrize("model", ["meso4", "mesoinception4", "cnn5", "resnet18", "xception"])
def test_the_last_map_where_it_is_large_enough(model):
    assert default_layer(build(model), 128) == LAST


def test_another_detector():
    assert default_layer(LinearDetector(), 2) == LAST


def test_no_such_map():
    with pytest.raises(ValueError, match="no map of 40x40 or more for pictures of 32 pixels"):
        default_layer(build("meso4"), 32, least=40)


@pytest.mark.parametrize(
    ("layer", "message"),
    [("relu6", "no layer named 'relu6'; did you mean relu"), ("fc", "'fc' gives no map")],
)
def test_layers_that_cannot_be_explained(layer, message):

    detector = build("cnn5", width=0.1)
    params, batch_stats = detector.init(jax.random.key(0, impl="rbg"), 32)
    with pytest.raises(ValueError, match=message):
        make_maps(detector, layer=layer)(params, batch_stats, np.zeros((1, 32, 32, 3), "u1"), 1)
