import pytest
from msgspec.structs import replace

from experiments.detecting.notes import (
    FRAMED,
    NO_PROOF,
    NOTHING_BOUNDED,
    READY_CROPS,
    UNCALIBRATED,
    VIDEOS_AS_PICTURES,
    notes,
)
from jaxticket.calibration import Framing, Seen
from tests.calibration.scored import calibration, scores
from tests.experiments.detecting.drawn import scoring
from tests.experiments.detecting.test_results import ASKED

PICTURES = calibration(scores([-1.0] * 70, [1.0] * 70))
TRAINED = "m, trained on set"
BOUND = (
    'calibrated on validation of noise: at most 5% of real faces get "signs of forgery", at most '
    '5% of forged ones "no sign found", with 95% confidence each'
)
LAST = ["scores by numpy", NO_PROOF]


def seen(kind):
    return Seen(examples=1, measures={}, formats={kind: 1}, compressions={})


def test_whose_answers_they_are_and_what_bounds_them():
    known = scoring(calibration=PICTURES)
    assert notes(ASKED, known, videos=False) == [TRAINED, BOUND, *LAST]
    assert notes(ASKED, known, videos=True) == [
        TRAINED, BOUND, f"videos are {VIDEOS_AS_PICTURES}", *LAST
    ]  # fmt: skip
    assert notes(ASKED, scoring(), videos=True) == [
        TRAINED, UNCALIBRATED, "scores by numpy", NOTHING_BOUNDED
    ]  # fmt: skip
    drawn = replace(ASKED, synthetic=True)
    assert notes(drawn, known, videos=False)[0].endswith("drawn by a program: of real ones it "
                                                         "knows nothing")  # fmt: skip


def test_videos_have_thresholds_of_their_own_where_validation_had_videos():
    names = [f"{label}{at // 2}" for label in "rf" for at in range(140)]
    of_videos = calibration(scores([-1.0] * 140, [1.0] * 140, videos=names, groups=names))
    assert notes(ASKED, scoring(calibration=of_videos), videos=True) == [TRAINED, BOUND, *LAST]


def test_a_threshold_that_is_missing_is_said():
    few = scoring(calibration=calibration(scores([-1.0] * 70, [1.0] * 20)))
    [said] = notes(ASKED, few, videos=False)[2:-2]
    assert said == (
        'there is no answer "no sign found": its bound takes 59 validation groups of forged faces, '
        "and there were 20"
    )


@pytest.mark.parametrize(
    ("kind", "found", "said"),
    [("JPEG", {}, True), ("PNG", {}, False), ("JPEG", {"detector": None}, False)],
)
def test_crops_that_somebody_else_cut(kind, found, said):
    known = scoring(calibration=replace(PICTURES, seen=seen(kind)), **found)
    assert (READY_CROPS in notes(ASKED, known, videos=False)) == said


def test_faces_that_are_cut_as_ready_crops_lie():
    framing = Framing(detector="d", scale=2.0, right=0.0, down=0.1, pictures=20)
    known = scoring(calibration=replace(PICTURES, seen=seen("JPEG")), framing=framing)
    assert FRAMED in notes(ASKED, known, videos=False)
