import numpy as np
import pytest

from data_prep.synthetic.drawing.pyramid import joined


def noise(seed):
    return np.random.default_rng(seed).uniform(0, 255, (48, 64, 3)).astype(np.float32)


@pytest.mark.parametrize("levels", [0, 1, 3])
def test_one_picture_alone_comes_back(levels):
    inner, outer = noise(1), noise(2)
    whole, nothing = np.ones((48, 64), np.float32), np.zeros((48, 64), np.float32)
    np.testing.assert_allclose(joined(inner, outer, whole, levels), inner, atol=1e-3)
    np.testing.assert_allclose(joined(inner, outer, nothing, levels), outer, atol=1e-3)


def test_no_levels_is_a_mixture():
    mask = np.full((48, 64), 0.25, np.float32)
    dark, light = np.zeros((48, 64, 3), np.float32), np.full((48, 64, 3), 100, np.float32)
    np.testing.assert_allclose(joined(dark, light, mask, 0), 75.0)


def test_a_hard_edge_becomes_wider_with_the_levels():
    mask = np.zeros((48, 64), np.float32)
    mask[:, 32:] = 1
    dark, light = np.zeros((48, 64, 3), np.float32), np.full((48, 64, 3), 100, np.float32)
    between = []
    for levels in (0, 1, 2, 3):
        row = joined(light, dark, mask, levels)[24, :, 0]
        between.append(int(((row > 5) & (row < 95)).sum()))
        assert row[0] < 5
        assert row[-1] > 95
    assert between[0] == 0
    assert between == sorted(set(between))
