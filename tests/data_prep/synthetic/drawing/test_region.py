import numpy as np
import pytest

from data_prep.synthetic.drawing.draws import Draws
from data_prep.synthetic.drawing.region import (
    INNER_FACE,
    LOWER_FACE,
    WHOLE_FACE,
    elastic,
    elastic_field,
    face_box,
    face_region,
    feathered,
    filled,
)
from data_prep.synthetic.drawing.render import on_canvas
from data_prep.synthetic.drawing.scene import CANVAS, Pose

STRAIGHT = Pose(x=96.0, y=88.0, unit=48.0, roll=0.0, yaw=0.0, pitch=0.0)
TURNED = Pose(x=90.0, y=84.0, unit=45.0, roll=0.1, yaw=-0.3, pitch=0.1)


def at(mask: np.ndarray, pose: Pose, u: float, v: float) -> float:
    x, y = np.round(on_canvas(pose, np.array([(u, v)]))[0]).astype(int)
    return float(mask[y, x])


def area_of(points: np.ndarray) -> float:
    """Of a polygon, by the shoelace formula."""
    x, y = points.T
    return abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2


@pytest.mark.parametrize("pose", [STRAIGHT, TURNED])
@pytest.mark.parametrize("half", [INNER_FACE, LOWER_FACE, WHOLE_FACE])
def test_an_outline_is_filled(pose, half):
    mask = filled(pose, half)
    assert (mask.shape, mask.dtype) == ((CANVAS, CANVAS), np.float32)
    assert (mask.min(), mask.max()) == (0, 1)
    right = np.array(half)
    polygon = on_canvas(pose, np.concatenate([right, right[::-1] * [-1, 1]]))
    # OpenCV fills the pixels on the edge too: half a pixel along the whole outline.
    edge = np.linalg.norm(polygon - np.roll(polygon, 1, axis=0), axis=1).sum()
    assert area_of(polygon) < mask.sum() < area_of(polygon) + edge


@pytest.mark.parametrize("pose", [STRAIGHT, TURNED])
def test_what_lies_in_which_region(pose):
    eye, nose, mouth, throat = (0.43, 0.0), (0.0, 0.5), (0.0, 0.88), (0.0, 1.7)
    whole, inner, lower = (filled(pose, half) for half in (WHOLE_FACE, INNER_FACE, LOWER_FACE))
    assert [at(whole, pose, *place) for place in (eye, nose, mouth, throat)] == [1, 1, 1, 0]
    assert [at(inner, pose, *place) for place in (eye, nose, mouth, throat)] == [1, 1, 1, 0]
    assert [at(lower, pose, *place) for place in (eye, mouth, throat)] == [0, 1, 0]
    assert (inner <= whole).all()
    assert (lower <= whole).all()


def test_the_left_and_right_of_a_straight_face_are_mirrored():
    mask = filled(STRAIGHT, INNER_FACE)
    np.testing.assert_allclose(mask[:, 96 - 60 : 96], mask[:, 96 + 60 : 96 : -1], atol=0.05)


@pytest.mark.parametrize("width", [1.2, 2.6])
def test_a_feathered_mask_stays_inside(width):
    mask = filled(TURNED, INNER_FACE)
    soft = feathered(mask, width)
    assert soft.dtype == np.float32
    assert (soft[mask == 0] == 0).all()
    assert soft.min() == 0
    assert soft.max() == 1
    assert at(soft, TURNED, 0, 0.3) == 1
    between = (soft > 0) & (soft < 1)
    assert 150 < between.sum() < 1500
    assert 0.8 < soft.sum() / mask.sum() < 1


def test_a_hard_mask_is_feathered_inside_too():
    square = np.zeros((40, 40), np.float32)
    square[10:30, 10:30] = 1
    soft = feathered(square, 2.45)
    assert (soft[square == 0] == 0).all()
    assert 0 < soft[10, 20] < soft[11, 20] < soft[12, 20] < soft[15, 20] == 1


def test_a_wider_feather_is_softer():
    mask = filled(STRAIGHT, INNER_FACE)
    narrow, wide = (np.abs(np.diff(feathered(mask, width), axis=1)).max() for width in (1.2, 2.6))
    assert wide < narrow


def test_elastic_bends_the_outline_alone():
    mask = filled(STRAIGHT, INNER_FACE)
    bent = elastic(mask, elastic_field(Draws(0, "elastic")))
    np.testing.assert_array_equal(bent, elastic(mask, elastic_field(Draws(0, "elastic"))))
    assert (bent != elastic(mask, elastic_field(Draws(1, "elastic")))).any()
    assert bent.sum() == pytest.approx(mask.sum(), rel=0.05)
    assert at(bent, STRAIGHT, 0, 0.3) == 1
    assert (bent[filled(STRAIGHT, WHOLE_FACE) == 0] == 0).mean() > 0.999
    assert np.abs(bent - mask).sum() > 50
    still = elastic(mask, elastic_field(Draws(0, "elastic"), strength=0.0))
    np.testing.assert_allclose(still, mask, atol=1e-6)


def test_the_region_of_the_whole_face_is_soft():
    region = face_region(STRAIGHT)
    assert at(region, STRAIGHT, 0, 0.3) == pytest.approx(1, abs=0.01)
    assert region[0, 0] == 0
    assert np.abs(np.diff(region, axis=0)).max() < 0.1


def test_the_box_of_a_straight_face():
    # Brows, cheeks and chin at -0.5, +-0.95 and 1.35 units of 48 pixels about (96, 88).
    assert face_box(STRAIGHT) == pytest.approx((50.4, 64.0, 91.2, 88.8))


def test_the_box_holds_a_turned_face():
    x, y, width, height = face_box(TURNED)
    points = on_canvas(TURNED, np.array([(-0.9, 0.1), (0.9, 0.1), (0, -0.45), (0, 1.3), (0.4, 0)]))
    assert ((points > (x, y)) & (points < (x + width, y + height))).all()
