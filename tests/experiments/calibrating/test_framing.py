"""How ready crops lie around the faces in them, and that detect cuts faces so."""

import cv2
import numpy as np
import pytest
from rich.console import Console

from data_prep.faces.boxes import Box
from data_prep.faces.detectors import DetectorError
from experiments.calibrating.framing import FEWEST, framing_of
from experiments.detecting.crops import face_crop
from jaxticket.calibration import Framing
from tests.experiments.detecting.drawn import DETECTOR, FAKE, draw

FACE = Box(10, 14, 20, 16)
"""In a crop of 50 pixels: its centre is 5 pixels left of the crop's, and 3 above."""


def encoded(picture):
    written, data = cv2.imencode(".png", picture[..., ::-1])
    assert written
    return data.tobytes()


def test_medians_over_the_crops_in_which_a_face_is_found():
    crop = encoded(draw([(FACE, FAKE)], 50, 50))
    others = [encoded(draw([], 50, 50)), encoded(draw([(FACE, FAKE)], 50, 60))]
    found = framing_of([crop] * FEWEST + others, DETECTOR, Console(quiet=True))
    assert (found.detector, found.scale, found.pictures) == (DETECTOR, 2.5, FEWEST)
    assert (found.right, found.down) == pytest.approx((0.25, 0.15))


def test_a_face_in_a_large_picture_is_cut_as_the_crops_were():
    large = draw([(Box(110, 94, 20, 16), FAKE)], 200, 300)
    framing = Framing(detector=DETECTOR, scale=2.5, right=0.25, down=0.15, pictures=FEWEST)
    square, crop = face_crop(large, Box(110, 94, 20, 16), 50, 50, framing)
    assert tuple(square) == (100, 80, 50)
    np.testing.assert_array_equal(crop, draw([(FACE, FAKE)], 50, 50))


def test_too_few_faces_and_a_missing_detector(monkeypatch, capsys):
    empty, console = [encoded(draw([], 50, 50))] * 30, Console(width=200)
    assert framing_of(empty, DETECTOR, console) is None
    assert "found one in 0 of 30" in capsys.readouterr().out
    monkeypatch.setitem(__import__("sys").modules, "dlib", None)
    assert framing_of(empty, "dlib", console) is None
    assert "not kept" in capsys.readouterr().out
    with pytest.raises(DetectorError, match="no_such"):
        framing_of(empty, "no_such:thing", console)


@pytest.mark.parametrize("wrong", [{"down": float("nan")}, {"right": 9.0}, {"scale": 0.1}])
def test_what_lies_so_is_no_crop_of_a_face(wrong):
    with pytest.raises(ValueError, match="crops"):
        Framing(**{"detector": "d", "scale": 2.0, "right": 0.0, "down": 0.0, "pictures": 9} | wrong)
