import numpy as np
import pytest

from data_prep.synthetic.drawing.shapes import (
    bell,
    blur,
    bump,
    ellipse,
    lay_over,
    power,
    sample,
    smoothstep,
)


def grid(*values: float) -> np.ndarray:
    return np.array([values], np.float32)


def test_smoothstep():
    assert smoothstep(1, 3, grid(0, 1, 2, 2.5, 3, 9)).tolist() == [[0, 0, 0.5, 0.84375, 1, 1]]
    assert smoothstep(3, 1, grid(0, 2, 9)).tolist() == [[1, 0.5, 0]]


def test_bell_and_bump():
    assert bell(grid(0, 2, -2), 2).tolist() == [pytest.approx([1, np.exp(-1), np.exp(-1)])]
    # One standard deviation along each axis.
    hill = bump(grid(5, 7, 5), grid(1, 1, 4), (5, 1), 2, 3)
    assert hill.tolist() == [pytest.approx([1, np.exp(-0.5), np.exp(-0.5)])]


def test_ellipse():
    distance = ellipse(grid(0, 4, 8, 0), grid(0, 0, 0, 2), (0, 0), 4, 2)
    assert distance.tolist() == [pytest.approx([-2, 0, 2, 0], abs=1e-6)]


def test_power():
    assert power(grid(4, 0, -3), 0.5).tolist() == [pytest.approx([2, 1e-6, 1e-6], abs=1e-5)]


def test_lay_over():
    picture = np.full((2, 3, 3), 10, np.float32)
    alpha = np.array([[0, 1], [0.5, 1]], np.float32)
    lay_over(picture, np.s_[:, 1:], np.array([20, 30, 40], np.float32), alpha, 0.5)
    assert picture[..., 2].tolist() == [[10, 10, 25], [10, 17.5, 25]]
    assert picture[1, 2].tolist() == [15, 20, 25]


def test_blur_keeps_the_sum_and_sample_repeats():
    field = np.zeros((21, 21), np.float32)
    field[10, 10] = 1
    soft = blur(field, 1.5)
    assert soft.sum() == pytest.approx(1, abs=1e-4)
    assert soft[10, 10] == soft.max() < 0.1
    texture = np.arange(16, dtype=np.float32).reshape(4, 4)
    assert sample(texture, grid(1, 1.5, 5, -3), grid(2, 2, 6, -2)).tolist() == [[9, 9.5, 9, 9]]
