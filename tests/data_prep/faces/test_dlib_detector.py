import pickle
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from data_prep.faces import dlib_detector
from data_prep.faces.boxes import Box
from data_prep.faces.dlib_detector import DlibDetector


@pytest.fixture(autouse=True)
def _afresh(monkeypatch):
    monkeypatch.setattr(dlib_detector, "_OF_THREAD", threading.local())


def rectangle(left, top, right, bottom):
    """As dlib's: its sides hold the last pixels inside."""
    values = {"left": left, "top": top, "right": right, "bottom": bottom}
    return SimpleNamespace(**{name: lambda value=value: value for name, value in values.items()})


def test_boxes_as_the_official_crop_takes_them(monkeypatch):
    calls = []

    def detect(picture, upsample):
        calls.append((picture.flags.c_contiguous, upsample))
        return [rectangle(46, 81, 201, 236), rectangle(-3, -4, 20, 30)]

    made = []
    monkeypatch.setitem(
        sys.modules,
        "dlib",
        SimpleNamespace(get_frontal_face_detector=lambda: made.append(1) or detect),
    )
    picture = np.zeros((240, 320, 3), np.uint8)[:, ::-1]
    for upsample in (1, 2):
        found = DlibDetector(upsample)(picture)
        assert found == [Box(46, 81, 155, 155), Box(-3, -4, 23, 34)]
    assert calls == [(True, 1), (True, 2)]
    assert len(made) == 1


def test_threads_share_no_detector(monkeypatch):
    """One holds the picture that it works on: a second thread would change it."""
    made = []

    def make():
        made.append(threading.current_thread())
        return lambda picture, upsample: []

    monkeypatch.setitem(sys.modules, "dlib", SimpleNamespace(get_frontal_face_detector=make))
    picture = np.zeros((8, 8, 3), np.uint8)
    other = threading.Thread(target=DlibDetector(), args=(picture,))
    DlibDetector()(picture)
    other.start()
    other.join()
    DlibDetector()(picture)
    assert made == [threading.current_thread(), other]


def test_without_dlib_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "dlib", None)
    with pytest.raises(ModuleNotFoundError, match=r"install the extra `faces`"):
        DlibDetector()(np.zeros((8, 8, 3), np.uint8))


def test_it_goes_into_other_processes():
    assert pickle.loads(pickle.dumps(DlibDetector(2))) == DlibDetector(2)


def test_dlib_itself_finds_no_face_in_noise():
    pytest.importorskip("dlib", reason="the extra `faces` is not installed")
    noise = np.random.default_rng(0).integers(0, 256, (100, 120, 3), dtype=np.uint8)
    assert DlibDetector()(noise) == []
