"""Parameter counts of the networks' definitions, and the public names of their layers."""

import jax
import numpy as np
import pytest

from jaxticket.models import DETECTORS, build

COUNTS = [
    ("meso4", 256, 1, 27_977),
    ("meso4", 128, 1, 15_689),
    ("mesoinception4", 256, 1, 28_615),
    ("cnn5", 64, 1, 300_961),
    ("resnet18", 64, 1, 11_177_025),
    ("resnet18", 64, 2, 11_177_538),
    ("resnet18", 224, 1000, 11_689_512),
    ("xception", 64, 1, 20_809_001),
    ("xception", 64, 2, 20_811_050),
    ("xception", 299, 1000, 22_855_952),
]


def shapes(name, image_size, num_logits=1):
    detector = build(name, num_logits)
    trees = jax.eval_shape(lambda key: detector.init(key, image_size), jax.random.key(0))
    return jax.tree.map(lambda leaf: leaf.shape, trees)


@pytest.mark.parametrize(("name", "image_size", "num_logits", "expected"), COUNTS)
def test_counts(name, image_size, num_logits, expected):
    params, _ = shapes(name, image_size, num_logits)
    assert sum(int(np.prod(s)) for layer in params.values() for s in layer.values()) == expected


def test_cnn5_is_within_one_percent_of_the_papers_count():
    assert abs(300_961 - 300_000) < 3_000


@pytest.mark.parametrize("name", DETECTORS)
def test_the_tree_is_flat_by_layer(name):
    params, batch_stats = shapes(name, 64)
    norms = set()
    for layer, leaves in params.items():
        assert set(leaves) in ({"kernel"}, {"kernel", "bias"}, {"scale", "bias"}), layer
        if "scale" in leaves:
            norms.add(layer)
    assert set(batch_stats) == norms
    for layer, leaves in batch_stats.items():
        assert leaves == {"mean": params[layer]["scale"], "var": params[layer]["scale"]}


def layers(tree, *names):
    return {name: tree[name] for name in names}


def test_meso4_layers():
    params, _ = shapes("meso4", 256)
    norms = {f"bn{i}" for i in (1, 2, 3, 4)}
    assert set(params) == {"conv1", "conv2", "conv3", "conv4", "fc1", "fc"} | norms
    assert layers(params, "conv1", "conv4", "fc1", "fc") == {
        "conv1": {"kernel": (3, 3, 3, 8), "bias": (8,)},
        "conv4": {"kernel": (5, 5, 16, 16), "bias": (16,)},
        "fc1": {"kernel": (1024, 16), "bias": (16,)},
        "fc": {"kernel": (16, 1), "bias": (1,)},
    }


def test_mesoinception4_layers():
    params, _ = shapes("mesoinception4", 256)
    inceptions = {
        f"inception{block}.{part}"
        for block in (1, 2)
        for part in ("bn", *(f"conv{i}" for i in range(1, 8)))
    }
    assert set(params) == inceptions | {"conv3", "bn3", "conv4", "bn4", "fc1", "fc"}
    assert layers(params, "inception1.conv1", "inception2.conv5", "inception2.conv7", "conv3") == {
        "inception1.conv1": {"kernel": (1, 1, 3, 1), "bias": (1,)},
        "inception2.conv5": {"kernel": (3, 3, 4, 4), "bias": (4,)},
        "inception2.conv7": {"kernel": (3, 3, 2, 2), "bias": (2,)},
        "conv3": {"kernel": (5, 5, 12, 16), "bias": (16,)},
    }
    assert params["inception1.bn"]["scale"] == (11,)


def test_cnn5_layers():
    params, _ = shapes("cnn5", 64)
    assert set(params) == {f"{kind}{i}" for kind in ("conv", "bn") for i in range(1, 6)} | {"fc"}
    assert params["conv5"] == {"kernel": (3, 3, 128, 176)}


def test_resnet18_layers():
    params, _ = shapes("resnet18", 64)
    assert len(params) == 20 + 20 + 1
    assert layers(params, "conv1", "layer1.0.conv1", "layer2.0.downsample.0", "fc") == {
        "conv1": {"kernel": (7, 7, 3, 64)},
        "layer1.0.conv1": {"kernel": (3, 3, 64, 64)},
        "layer2.0.downsample.0": {"kernel": (1, 1, 64, 128)},
        "fc": {"kernel": (512, 1), "bias": (1,)},
    }
    assert params["layer4.0.downsample.1"] == {"scale": (512,), "bias": (512,)}
    assert "layer1.0.downsample.0" not in params


def test_xception_layers():
    params, _ = shapes("xception", 64)
    assert layers(
        params,
        "block1.rep.0.conv1",
        "block1.rep.3.pointwise",
        "block2.rep.1.conv1",
        "block11.rep.7.pointwise",
        "block12.rep.4.pointwise",
        "block12.skip",
        "conv4.pointwise",
    ) == {
        "block1.rep.0.conv1": {"kernel": (3, 3, 1, 64)},
        "block1.rep.3.pointwise": {"kernel": (1, 1, 128, 128)},
        "block2.rep.1.conv1": {"kernel": (3, 3, 1, 128)},
        "block11.rep.7.pointwise": {"kernel": (1, 1, 728, 728)},
        "block12.rep.4.pointwise": {"kernel": (1, 1, 728, 1024)},
        "block12.skip": {"kernel": (1, 1, 728, 1024)},
        "conv4.pointwise": {"kernel": (1, 1, 1536, 2048)},
    }
    assert params["block1.rep.4"] == {"scale": (128,), "bias": (128,)}
    assert params["block12.rep.2"] == {"scale": (728,), "bias": (728,)}
    assert "block4.skip" not in params
