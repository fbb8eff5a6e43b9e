"""A graph computes what its detector computes."""

import jax
import numpy as np
import pytest

from jaxticket.graph import execute, fold, normalise, shapes
from tests.graph.networks import NAMES, SIDE, network, pictures, traced


@pytest.mark.parametrize("name", NAMES)
def test_it_gives_the_detectors_logits(name):
    detector, params, stats = network(name, 2)
    graph, arrays = traced(name, 2)
    images = pictures()
    x = detector.normalise(images)
    want = np.asarray(jax.jit(lambda x: detector.apply(params, stats, x)[0])(x))
    have = execute(graph, arrays, normalise(graph, images))
    assert have.dtype == np.float32
    np.testing.assert_allclose(have, want, rtol=0, atol=2e-5 * np.abs(want).max())
    assert np.abs(want[:, 0] - want[:, 1]).min() > 1e-4


@pytest.mark.parametrize("name", NAMES)
def test_folding_changes_nothing_but_the_nodes(name):
    graph, arrays = traced(name)
    exact = {path: array.astype(np.float64) for path, array in arrays.items()}
    folded, fewer = fold(graph, exact)
    x = normalise(graph, pictures(), np.float64)
    want = execute(graph, exact, x)
    np.testing.assert_allclose(execute(folded, fewer, x), want, rtol=1e-11)
    kinds = [type(node).__name__ for node in folded.nodes]
    assert "BatchNorm" not in kinds
    assert ("Affine" in kinds) == name.startswith("meso")  # normalised behind the rectifier


def test_the_shapes_are_those_of_what_is_computed():
    detector, params, stats = network("resnet18")
    graph, arrays = traced("resnet18")
    found = shapes(graph, arrays, 48)
    features = detector.features(params, stats, np.zeros((1, 48, 48, 3), np.float32))
    assert found[graph.nodes[-3].name] == features.shape[1:]
    assert found["conv1"] == (24, 24, 8)
    assert found[graph.output] == (1,)


def test_an_image_too_small_for_it_is_refused_by_the_node():
    graph, arrays = traced("meso4")
    assert shapes(graph, arrays, SIDE)["fc1"] == (8,)
    with pytest.raises(ValueError, match="'fc1' has or reads arrays of shape"):
        shapes(graph, arrays, 2 * SIDE)
    with pytest.raises(ValueError, match="the array 'conv1/kernel' of the graph is not there"):
        shapes(graph, {})
