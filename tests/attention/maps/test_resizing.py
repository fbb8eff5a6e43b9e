import cv2
import numpy as np
import pytest

from jaxticket.attention.maps import resize_maps, scale_to_unit


def test_by_hand():
    # Centres at 1/2 of four become 1/4, 3/4, 5/4, 7/4 of two.
    result = resize_maps(np.array([[[0.0, 4.0]]]), 1, 4)
    np.testing.assert_allclose(result, [[[0, 1, 3, 4]]])


@pytest.mark.parametrize("size", [(8, 8), (13, 64), (3, 5)])
def test_as_opencv_does(size):
    maps = np.random.default_rng(0).random((2, 3, 5)).astype(np.float32)
    expected = [cv2.resize(one, size[::-1], interpolation=cv2.INTER_LINEAR) for one in maps]
    np.testing.assert_allclose(resize_maps(maps, *size), expected, atol=1e-6)


def test_never_down():
    with pytest.raises(ValueError, match="3x5 cannot be scaled up to 3x4"):
        resize_maps(np.zeros((1, 3, 5)), 3, 4)


def test_unit_range():
    maps = np.array([[[1.0, 3.0], [2.0, 5.0]], [[7.0, 7.0], [7.0, 7.0]]])
    np.testing.assert_allclose(
        scale_to_unit(maps), [[[0, 0.5], [0.25, 1]], [[0, 0], [0, 0]]], atol=1e-6
    )
