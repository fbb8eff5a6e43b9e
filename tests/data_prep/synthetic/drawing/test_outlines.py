import numpy as np

from data_prep.openforensics.polygons import fill_polygons
from data_prep.synthetic.drawing.outlines import outlines


def filled(*regions: tuple[slice, slice]) -> np.ndarray:
    region = np.zeros((12, 14), bool)
    for rows, columns in regions:
        region[rows, columns] = True
    return region


def test_outlines():
    region = filled((slice(2, 7), slice(3, 9)))
    (polygon,) = outlines(region)
    # Just inside the corners of the pixels: an eighth of a pixel from (3, 2) and (9, 7).
    points = {tuple(point) for point in np.array(polygon).reshape(-1, 2).tolist()}
    assert points == {(3.12, 2.12), (3.12, 6.88), (8.88, 6.88), (8.88, 2.12)}


def test_outlines_of_two_parts_and_of_a_hole():
    two = filled((slice(0, 3), slice(0, 3)), (slice(8, 12), slice(9, 14)))
    again = fill_polygons([np.array(one).reshape(-1, 2) for one in outlines(two)], 12, 14)
    np.testing.assert_array_equal(again > 0, two)
    ring = filled((slice(1, 9), slice(1, 9)))
    ring[4, 4] = False
    (outline,) = outlines(ring)
    again = fill_polygons([np.array(outline).reshape(-1, 2)], 12, 14) > 0
    assert again[4, 4]
    assert outlines(filled()) == []
