"""Cascading randomisation, of trees and of a network that has really learnt something."""

from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import pytest

from jaxticket.attention.maps import cascade, make_maps, pixel_auc, rank_correlation, resize_maps
from jaxticket.models import build
from jaxticket.training import create_state, make_evaluate, make_optimizer, make_step
from jaxticket.weights import dense

SIDE = 32
PATCH = 12


def test_layers_go_from_the_head_down():
    trained = {"a": 1, "b": 2, "fc": 3}, {"b": 4}
    fresh = {"a": -1, "b": -2, "fc": -3}, {"b": -4}
    steps = list(cascade(trained, fresh, ("a", "b", "relu", "fc")))
    assert steps == [
        ("fc", ({"a": 1, "b": 2, "fc": -3}, {"b": 4})),
        ("b", ({"a": 1, "b": -2, "fc": -3}, {"b": -4})),
        ("a", ({"a": -1, "b": -2, "fc": -3}, {"b": -4})),
    ]
    assert trained == ({"a": 1, "b": 2, "fc": 3}, {"b": 4})


def test_an_order_that_lacks_a_layer():
    with pytest.raises(ValueError, match="lacks b"):
        list(cascade(({"a": 1, "b": 2}, {}), ({"a": 1, "b": 2}, {}), ("a",)))


def pictures(count, seed):
    """Smooth noise; in every second picture ("fake") a checkered patch at a random place."""
    draw = np.random.default_rng(seed)
    coarse = draw.uniform(60, 190, (count, 4, 4, 3))
    images = np.asarray(jax.image.resize(coarse, (count, SIDE, SIDE, 3), "bilinear"))
    images = images + draw.normal(0, 6, images.shape)
    masks = np.zeros((count, SIDE, SIDE), bool)
    for index in range(1, count, 2):
        top, left = draw.integers(0, SIDE - PATCH + 1, 2)
        masks[index, top : top + PATCH, left : left + PATCH] = True
    checks = 25 * (-1) ** np.add.outer(np.arange(SIDE), np.arange(SIDE))
    images += np.where(masks, checks, 0)[..., None]
    return images.clip(0, 255).astype(np.uint8), np.arange(count, dtype=np.int32) % 2, masks


@dataclass
class Trained:
    detector: Any
    weights: tuple[Any, Any]
    images: np.ndarray
    masks: np.ndarray


@pytest.fixture(scope="module")
def trained():
    detector = build("cnn5", width=0.25)
    optimizer = make_optimizer("adam", weight_decay=0.0)
    step = make_step(detector, optimizer, lambda step: 3e-3, "none")
    weights = dense(*detector.init(jax.random.key(0, impl="rbg"), SIDE))
    state = create_state(weights, optimizer, seed=0)
    images, labels, _ = pictures(480, 0)
    for number in range(75):
        at = np.arange(32) + 32 * (number % 15)
        batch = {"image": images[at], "label": labels[at], "weight": np.ones(32, np.float32)}
        state, metrics = step(state, weights.masks, batch)
    assert metrics["accuracy"] > 0.9
    images, labels, masks = pictures(48, 1)
    logits = make_evaluate(detector)(state.params, state.batch_stats, images)
    assert np.mean((np.asarray(logits)[:, 0] > 0) == labels) > 0.85
    fake = labels == 1
    return Trained(detector, (state.params, state.batch_stats), images[fake], masks[fake])


# Single pixels are a poorer guide to a patch than the places of a layer.
CASES = [("grad_cam", "relu3", 0.9, 0.75), ("integrated_gradients", None, 0.57, 0.55)]


@pytest.mark.parametrize(("method", "layer", "least", "most"), CASES)
def test_maps_follow_what_was_learnt_and_die_with_it(trained, method, layer, least, most):
    maps = make_maps(trained.detector, method, layer, steps=16)

    def of(weights):
        return np.asarray(maps(*weights, trained.images, 1))

    fresh = trained.detector.init(jax.random.key(5, impl="rbg"), SIDE)
    steps = list(cascade(trained.weights, fresh, tuple(trained.detector.layers(SIDE))))
    assert [name for name, _ in steps][:3] == ["fc", "bn5", "conv5"]
    original = of(trained.weights)
    found = np.nanmean(pixel_auc(np.asarray(resize_maps(original, SIDE, SIDE)), trained.masks))
    assert found > least
    np.testing.assert_allclose(rank_correlation(original, original), 1)
    left = {name: np.nanmean(rank_correlation(original, of(weights))) for name, weights in steps}
    assert left["fc"] < 0.5
    assert left["conv1"] < 0.3
    destroyed = of(steps[-1][1])
    lost = np.nanmean(pixel_auc(np.asarray(resize_maps(destroyed, SIDE, SIDE)), trained.masks))
    assert lost < most
