from dataclasses import replace

import numpy as np
import pytest

from data_prep.synthetic.drawing.face import (
    Expression,
    eye_lines,
    half_width,
    lip_lines,
    relief,
    soft_outline,
)
from data_prep.synthetic.drawing.person import make_person

REST = Expression(smile=0.0, mouth_open=0.0, brow=0.0, lids=1.0, gaze=(0.0, 0.0))


@pytest.fixture(scope="module", params=[0, 1, 2])
def person(request):
    return make_person(3, request.param)


def grid(*values: float) -> np.ndarray:
    return np.array([values], np.float32)


def test_the_outline(person):
    skull, top = person.skull
    widths = half_width(person, grid(-top, 0, person.chin))
    assert widths.tolist() == [pytest.approx([0, skull, 0], abs=1e-3)]
    inside = soft_outline(person, grid(0, 0, 1.3, 0, 0), grid(0, 0.6, 0, -2, 1.8), 0.025)
    assert inside.tolist() == [[1, 1, 0, 0, 0]]


def test_lips_from_top_to_bottom(person):
    face = replace(REST, mouth_open=0.8)
    width = person.mouth[1]
    u = np.linspace(-0.8 * width, 0.8 * width, 9, dtype=np.float32)[None]
    top, above, below, bottom, t = lip_lines(person, face, u)
    assert (top < above).all()
    assert (above < below).all()
    assert (below < bottom).all()
    assert t[0, 4] == 0
    np.testing.assert_allclose(top, top[:, ::-1], atol=1e-6)


def test_a_closed_mouth_has_no_gap_and_a_smile_lifts_its_corners(person):
    u = grid(0, 0.9 * person.mouth[1])
    _, above, below, _, _ = lip_lines(person, REST, u)
    np.testing.assert_array_equal(above, below)
    _, happy, _, _, _ = lip_lines(person, replace(REST, smile=1.0), u)
    _, sad, _, _, _ = lip_lines(person, replace(REST, smile=-0.3), u)
    assert happy[0, 1] - happy[0, 0] < sad[0, 1] - sad[0, 0]


def test_lids_close(person):
    x, _, opening, _ = person.eye
    gaps = []
    for lids in (1.0, 0.5, 0.0):
        upper, lower, t = eye_lines(person, replace(REST, lids=lids), grid(x), 1.0)
        assert t[0, 0] == 0
        gaps.append((lower - upper)[0, 0])
    assert gaps[0] == pytest.approx(opening * 1.55, rel=1e-5)
    assert gaps[0] > gaps[1] > gaps[2] > 0


def test_both_eyes_are_mirrored(person):
    u = np.linspace(0.2, 0.7, 11, dtype=np.float32)[None]
    right, left = eye_lines(person, REST, u, 1.0), eye_lines(person, REST, -u, -1.0)
    for one, other in zip(right, left, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_the_relief_is_the_same_on_both_sides_and_the_nose_stands_out(person):
    v, u = np.mgrid[-1:1.2:23j, -0.8:0.8:17j].astype(np.float32)
    height = relief(person, REST, u, v)
    np.testing.assert_allclose(height, height[:, ::-1], atol=1e-5)
    row = np.abs(v[:, 0] - person.nose[0]).argmin()
    assert height[row].argmax() == 8  # u = 0
