"""What is drawn over a picture, pixel by pixel."""

import numpy as np

from jaxticket.report.overlay import OUTSIDE, with_map, with_region


def test_a_weak_map_shows_the_picture_in_grey_and_a_strong_one_the_colour():
    picture = np.full((1, 2, 3), (200, 100, 50), np.uint8)
    drawn = with_map(picture, np.array([[0.0, 1.0]]))
    grey = 0.299 * 200 + 0.587 * 100 + 0.114 * 50
    assert drawn[0, 0].tolist() == [round(grey)] * 3
    strongest = np.array([0.988362, 0.998364, 0.644924]) * 255  # the end of inferno
    assert np.abs(drawn[0, 1] - (0.2 * grey + 0.8 * strongest)).max() < 1


def test_a_region_is_outlined_and_the_rest_is_dark():
    picture = np.full((7, 7, 3), 100, np.uint8)
    region = np.zeros((7, 7), np.bool_)
    region[2:7, 1:6] = True
    drawn = with_region(picture, region)
    assert (drawn[~region] == int(100 * OUTSIDE)).all()
    assert (drawn[3:7, 2:5] == 100).all()  # the picture's own edge is none of the region's
    assert (drawn[2, 1:6] == (0, 255, 120)).all()
    assert (drawn[2:7, 1] == (0, 255, 120)).all()
