import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.faces.boxes import Box
from data_prep.faces.crop import BoxOutsideError, Square, crop_face, crop_mask, face_square


@pytest.mark.parametrize(
    ("box", "square"),
    [
        (Box(40, 30, 20, 10), (37, 22, 26)),  # side int(26), centre (50, 35)
        (Box(41, 31, 11, 11), (39, 29, 14)),  # side int(14.3), centre (46.5, 36.5) rounded down
        (Box(40.9, 30.9, 20, 10), (37, 22, 26)),
        (Box(2, 3, 20, 20), (0, 0, 26)),  # moved in from the left and from above
        (Box(-8, 30, 20, 20), (0, 27, 26)),
        (Box(90, 30, 20, 20), (87, 27, 13)),  # shorter at the right border: 100 - 87
        (Box(40, 55, 20, 20), (37, 52, 8)),  # shorter at the lower border: 60 - 52
        (Box(99.95, 59.95, 0.1, 0.1), (99, 59, 1)),  # a centre on the border
        (Box(10, 5, 80, 50), (0, 0, 60)),  # larger than the picture: 104 becomes 60
    ],
)
def test_squares_by_hand(box, square):
    assert face_square(box, width=100, height=60) == Square(*square)


def official(left, top, right, bottom, width, height):
    """The published rule on a detector's integer corners, read in its own order."""
    size = int(max(right - left, bottom - top) * 1.3)
    x = max((left + right) // 2 - size // 2, 0)
    y = max((top + bottom) // 2 - size // 2, 0)
    size = min(width - x, size)
    return x, y, min(height - y, size)


sides = st.integers(2, 200)


@given(st.integers(-60, 119), st.integers(-60, 79), sides, sides)
def test_integer_boxes_follow_the_published_rule(x, y, w, h):
    if x + w <= 0 or y + h <= 0:
        return
    assert face_square(Box(x, y, w, h), 120, 80) == official(x, y, x + w, y + h, 120, 80)


@given(st.floats(-50, 49.9), st.floats(-50, 39.9), st.floats(0.01, 300), st.floats(0.01, 300))
def test_every_square_lies_inside(x, y, w, h):
    if x + w <= 0 or y + h <= 0:
        return
    square = face_square(Box(x, y, w, h), 50, 40)
    assert square.side >= 1
    assert 0 <= square.x <= 50 - square.side
    assert 0 <= square.y <= 40 - square.side


@pytest.mark.parametrize("x", [-20, 100, 500])
def test_a_box_outside(x):
    with pytest.raises(BoxOutsideError, match=r"outside the picture of 100 x 60 pixels"):
        face_square(Box(x, 10, 20, 20), 100, 60)


def test_the_pixels_themselves_where_the_side_fits():
    picture = np.arange(10 * 12 * 3, dtype=np.uint8).reshape(10, 12, 3)
    crop = crop_face(picture, Square(3, 2, 4), 4)
    np.testing.assert_array_equal(crop, picture[2:6, 3:7])


def test_shrinking_averages_areas():
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[2:4, 2:4] = [[[0, 10, 20], [40, 10, 20]], [[0, 10, 20], [40, 10, 24]]]
    crop = crop_face(picture, Square(2, 2, 4), 2)
    np.testing.assert_array_equal(crop[0, 0], [20, 10, 21])
    assert (crop[1] == 0).all()


def test_enlarging_is_cubic():
    picture = np.zeros((4, 4, 3), np.uint8)
    picture[:, 2:] = 200
    row = crop_face(picture, Square(0, 0, 4), 8)[4, :, 0]
    assert row[4] > 150  # linear: 150
    assert (row[:2] == 0).all()  # the undershoot is cut off
    assert row[5] > 200  # the overshoot of a cubic


def test_masks_keep_two_values():
    mask = np.zeros((8, 8), np.uint8)
    mask[2:4, 2:4] = [[255, 255], [0, 0]]  # exactly half
    mask[2:4, 4:6] = [[255, 0], [0, 0]]  # a quarter
    mask[4:6, 2:4] = [[255, 255], [255, 0]]
    np.testing.assert_array_equal(crop_mask(mask, Square(2, 2, 4), 2), [[255, 0], [255, 0]])
    same = crop_mask(mask, Square(2, 2, 4), 4)
    np.testing.assert_array_equal(same, mask[2:6, 2:6])
    larger = crop_mask(mask, Square(2, 2, 4), 16)
    assert larger.shape == (16, 16)
    assert set(np.unique(larger)) == {0, 255}


def test_just_below_half_is_none():
    mask = np.full((2, 2), 127, np.uint8)
    assert (crop_mask(mask, Square(0, 0, 2), 2) == 0).all()
    mask[0] = 128  # the mean is 127.5
    assert (crop_mask(mask, Square(0, 0, 2), 1) == 255).all()
    mask[0, 0] = 127  # 127.25
    assert (crop_mask(mask, Square(0, 0, 2), 1) == 0).all()
