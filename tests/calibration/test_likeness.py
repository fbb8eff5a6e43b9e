"""What is measured of a picture, and what lies outside of what validation held."""

import numpy as np
import pytest

from jaxticket.calibration import Range, measure, ranges, unlike


def test_measures_by_hand():
    # Luma 0.299 * 100 in the middle of black: the Laplacian is -4 times that there.
    square = np.zeros((3, 3, 3), np.uint8)
    square[1, 1, 0] = 100
    luma = np.array([29.9] + [0] * 8)
    found = measure(80, square)
    assert found == pytest.approx(
        {
            "side": 80, "sharpness": 4 * 29.9 / luma.std(), "contrast": luma.std(),
            "brightness": luma.mean(),
        },
        rel=1e-5,
    )  # fmt: skip
    assert measure(80, square, 0.5) == found | {"bytes": 0.5}


def test_sharpness_is_of_all_four_neighbours():
    inner = np.arange(25.0).reshape(5, 5) ** 2 % 11
    square = np.repeat(inner[:, :, None], 3, axis=2).astype(np.uint8)
    laplacian = [
        inner[y - 1, x] + inner[y + 1, x] + inner[y, x - 1] + inner[y, x + 1] - 4 * inner[y, x]
        for y in (1, 2, 3)
        for x in (1, 2, 3)
    ]
    want = np.abs(laplacian).mean() / inner.std()
    assert measure(5, square)["sharpness"] == pytest.approx(want, rel=1e-5)


def test_a_picture_of_one_colour_has_no_sharpness():
    found = measure(4, np.full((4, 4, 3), 7, np.uint8))
    assert (found["sharpness"], found["contrast"]) == pytest.approx((0, 0), abs=1e-4)


def test_ranges_are_of_what_all_pictures_have():
    rows = [{"side": 1.0, "bytes": 3.0}, {"side": 2.0, "bytes": 4.0}, {"side": 9.0}]
    assert ranges(rows) == {"side": Range(low=1.0, middle=2.0, high=9.0)}
    assert ranges(iter(())) == {}


def test_what_lies_outside_is_said_and_the_ends_lie_inside():
    seen = {"side": Range(low=10.0, middle=20.0, high=30.0)}
    assert [unlike({"side": at}, seen) for at in (10.0, 30.0)] == [[], []]
    text = "shorter side of the face in pixels: {}, validation held 10 to 30"
    assert unlike({"side": 9.0, "contrast": 1.0}, seen) == [text.format("9")]
    assert unlike({"contrast": 1.0, "side": 31.0}, seen) == [text.format("31")]
    assert unlike({}, seen) == []
