"""A user's own detector: what it needs, and what is said of one that lacks it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen as nn

from jaxticket.models import Architecture, build, check_detector

SIDE = 16


class Small(nn.Module):
    """No batch normalisation, no width, nested layers, names of its own."""

    num_logits: int = 1

    def setup(self):
        self.block = nn.Sequential([nn.Conv(4, (3, 3), strides=4), nn.relu])
        self.fc = nn.Dense(self.num_logits)

    def features(self, x, train):
        return self.block(x)

    def head(self, features, train):
        return self.fc(features.mean((1, 2)))


class NoHead(nn.Module):
    num_logits: int = 1

    def features(self, x, train):
        return x


class NoLogits(Small):
    def __post_init__(self):
        object.__setattr__(self, "num_logits", 3)
        super().__post_init__()


class Flat(Small):
    def features(self, x, train):
        return self.block(x).mean((1, 2))

    def head(self, features, train):
        return self.fc(features)


class Broken(Small):
    def features(self, x, train):
        return x @ jnp.ones((7, 7))


class Shallow(Small):
    def features(self, x, train):
        return x


class OtherName(Small):
    def setup(self):
        self.block = nn.Conv(4, (3, 3))
        self.last = nn.Dense(self.num_logits)

    def head(self, features, train):
        return self.last(features.mean((1, 2)))


def takes_nothing():
    return Small()


other_name = Architecture(OtherName, output_layer="last")
large = Architecture(Small, minimum_image_size=99)
wrong_map = Architecture(Small, map_layers=("block", "fc"))


@pytest.mark.parametrize("name", ["Small", "other_name"])
def test_a_detector_of_the_users(name):
    name = f"{__name__}:{name}"
    check_detector(name, SIDE, 3)
    detector = build(name, 3)
    params, stats = detector.init(jax.random.key(0), SIDE)
    images = np.random.default_rng(0).integers(0, 256, (2, SIDE, SIDE, 3), dtype=np.uint8)
    x = detector.normalise(jnp.asarray(images))
    assert (float(x.min()) >= 0, float(x.max()) <= 1, stats) == (True, True, {})
    logits, after = detector.apply(params, stats, x, train=True, key=jax.random.key(1))
    assert (logits.shape, after) == ((2, 3), {})
    through_head = detector.head(params, stats, detector.features(params, stats, x))
    np.testing.assert_allclose(through_head, logits, rtol=1e-5)
    assert detector == build(name, 3)
    assert hash(detector) == hash(build(name, 3))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("SIDE", "is a int: give a Linen module class, or a jaxticket.models.Architecture"),
        ("takes_nothing", "takes_nothing must take num_logits"),
        ("NoHead", "lacks the method head: logits are head"),
        ("Flat", r"features gives float32\[2, 4\], not a map \[B, h, w, c\]"),
        ("NoLogits", r"head gives float32\[2, 3\], not logits \[B, num_logits=1\]"),
        ("Broken", "fails on images of 16x16 pixels: TypeError: "),
        ("Shallow", "no leaf named kernel besides the output layer's"),
        ("OtherName", r"no fc/kernel among its parameters, .* in Architecture\(output_layer="),
        ("large", "images of 16x16 pixels are too small; its smallest image is 99x99"),
        ("wrong_map", r"no map comes from fc \(map_layers\); layers: block/layers_0, block, fc"),
    ],
)
def test_what_does_not_keep_to_the_interface(name, message):
    with pytest.raises(ValueError, match=message):
        check_detector(f"{__name__}:{name}", SIDE)


def test_a_network_without_a_width_cannot_be_narrower():
    with pytest.raises(ValueError, match="Small takes no width"):
        build(f"{__name__}:Small", 1, 0.5)


def test_ours_are_only_asked_for_their_size():
    check_detector("xception", 32)
    with pytest.raises(ValueError, match="xception: images of 31x31 pixels are too small"):
        check_detector("xception", 31)
