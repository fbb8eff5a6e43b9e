import sys

import numpy as np
import pytest

from data_prep.faces.boxes import Box
from data_prep.faces.detectors import DetectorError, load_detector
from data_prep.faces.dlib_detector import DlibDetector
from tests.data_prep.made_detector import bright_rectangles

PICTURE = np.zeros((48, 64, 3), np.uint8)


class Fixed:
    """A detector that is made without arguments."""

    def __call__(self, picture):
        return [Box(1, 2, 3, 4)]


def fixed():
    return Fixed()


class Unpicklable(Fixed):
    def __init__(self):
        self.open = (one for one in "x")


number = 7


def test_a_function_of_a_picture():
    assert load_detector("tests.data_prep.made_detector:bright_rectangles") is bright_rectangles


@pytest.mark.parametrize("name", ["Fixed", "fixed"])
def test_what_makes_a_detector(name):
    assert load_detector(f"{__name__}:{name}")(PICTURE) == [Box(1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("retina", r"there is no detector 'retina': give `dlib`, or `module:name`"),
        (":x", r"there is no detector ':x'"),
        ("x:", r"there is no detector 'x:'"),
        (
            "no_such_module:x",
            "ModuleNotFoundError: No module named 'no_such_module'",
        ),
        ("tests.data_prep.made_detector:nothing", r"cannot be had: .*has no attribute 'nothing'"),
        (f"{__name__}:number", r"is a int, not a function"),
        (f"{__name__}:Unpicklable", r"cannot be pickled.*generator"),
    ],
)
def test_what_is_no_detector(name, text):
    with pytest.raises(DetectorError, match=text):
        load_detector(name)


def test_dlib():
    pytest.importorskip("dlib", reason="the extra `faces` is not installed")
    assert load_detector("dlib") == DlibDetector()


def test_without_dlib_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "dlib", None)
    with pytest.raises(DetectorError, match=r"install the extra `faces` .*--boxes"):
        load_detector("dlib")
