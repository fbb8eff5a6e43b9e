import tracemalloc

import numpy as np

from data_prep.openforensics import polygons
from data_prep.openforensics.polygons import fill_polygons


def fill(*polygons: list[float], height: int = 5, width: int = 6) -> list[str]:
    shapes = [np.array(polygon, np.float32).reshape(-1, 2) for polygon in polygons]
    mask = fill_polygons(shapes, height, width)
    assert (mask.shape, mask.dtype) == ((height, width), np.uint8)
    assert set(np.unique(mask)) <= {0, 255}
    return ["".join("#" if value else "." for value in row) for row in mask]


EMPTY = ["......"] * 5


def test_a_rectangle_on_whole_numbers_holds_the_pixels_between():
    assert fill([1, 1, 4, 1, 4, 3, 1, 3]) == ["......", ".###..", ".###..", "......", "......"]


def test_either_direction():
    assert fill([1, 3, 4, 3, 4, 1, 1, 1]) == fill([1, 1, 4, 1, 4, 3, 1, 3])


def test_a_pixel_belongs_where_its_centre_does():
    assert fill([1.4, 1.4, 3.6, 1.4, 3.6, 2.6, 1.4, 2.6])[1:3] == [".###..", ".###.."]
    assert fill([1.6, 1.6, 3.4, 1.6, 3.4, 2.4, 1.6, 2.4]) == EMPTY
    assert fill([1.6, 1.4, 3.4, 1.4, 3.4, 1.6, 1.6, 1.6])[1] == "..#..."


def test_a_triangle_whose_edge_goes_through_centres():
    # Right and lower edges leave out the centres on them, so neighbours share no pixel.
    below = fill([0, 0, 5, 5, 0, 5])
    assert below == ["......", "#.....", "##....", "###...", "####.."]
    above = fill([0, 0, 5, 0, 5, 5])
    assert above == ["#####.", ".####.", "..###.", "...##.", "....#."]


def test_a_concave_outline():
    u = [0, 0, 1, 0, 1, 3, 3, 3, 3, 0, 4, 0, 4, 4, 0, 4]
    assert fill(u) == ["#..#..", "#..#..", "#..#..", "####..", "......"]


def test_several_polygons_are_joined_also_where_they_overlap():
    both = fill([0, 0, 3, 0, 3, 2, 0, 2], [2, 1, 5, 1, 5, 3, 2, 3])
    assert both == ["###...", "#####.", "..###.", "......", "......"]


def test_a_hole_joined_to_the_outline_stays_open():
    ring = [0, 0, 5, 0, 5, 5, 0, 5, 0, 0, 1, 1, 1, 4, 4, 4, 4, 1, 1, 1]
    assert fill(ring) == ["#####.", "#...#.", "#...#.", "#...#.", "#####."]


def test_beyond_the_picture():
    assert fill([-5, -5, 2, -5, 2, 2, -5, 2])[:3] == ["##....", "##....", "......"]
    assert fill([4, 3, 99, 3, 99, 99, 4, 99])[2:] == ["......", "....##", "....##"]
    assert fill([-9, -9, 99, -9, 99, 99, -9, 99]) == ["######"] * 5
    assert fill([10, 10, 12, 10, 12, 12]) == EMPTY


def test_nothing():
    assert fill() == EMPTY


def test_memory_does_not_grow_with_the_edges(monkeypatch):
    """A zigzag whose every edge crosses every row; by rows it is the same."""
    zigzag = np.array([(x / 10, 300 * (x % 2)) for x in range(2_000)], np.float32)
    whole = fill_polygons([zigzag], 300, 200)
    monkeypatch.setattr(polygons, "_CROSSINGS", 20_000)
    tracemalloc.start()
    try:
        np.testing.assert_array_equal(fill_polygons([zigzag], 300, 200), whole)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 6_000_000  # of 600,000 crossings together more than 24,000,000
