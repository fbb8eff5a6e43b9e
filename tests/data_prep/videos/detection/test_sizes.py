import pytest

from data_prep.faces.boxes import Box
from data_prep.videos.detection.sizes import size_warnings


def square(*sides):
    return (tuple(None if side is None else Box(0, 0, side / 2, side) for side in sides),)


@pytest.mark.parametrize(
    ("by_file", "detected", "ratio"),
    [
        ([square(100, None, 110)], square(100), None),
        ([square(100)], square(None, 140, 150, 160), "1.50"),
        ([({"0001": Box(0, 0, 100, 90)},)], square(50), "0.50"),
        ([square(None)], square(50), None),
        ([], square(50), None),
        ([square(100)], (), None),
    ],
)
def test_the_median_of_the_longer_sides_is_compared(by_file, detected, ratio):
    warnings = size_warnings([(by_file, detected)], "dlib")
    assert len(warnings) == (ratio is not None)
    for warning in warnings:
        assert f"dlib detects in these forgeries are {ratio} times as large" in warning


def test_one_forgery_of_many_is_no_sign():
    same = ([square(100)], square(100))
    assert size_warnings([same, same, ([square(100)], square(300))], "dlib") == ()
    assert size_warnings([], "dlib") == ()
