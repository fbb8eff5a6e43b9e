"""By which thresholds a face is read."""

import numpy as np
from msgspec.structs import replace

from experiments.detecting.judging import remarks_on_length, unit_for
from jaxticket.calibration import Range
from tests.calibration.scored import calibration, scores


def test_a_video_shorter_than_those_of_validation_is_read_as_a_picture():
    names = [f"{label}{number // 2}" for label in "rf" for number in range(120)]
    pairs = np.repeat(np.arange(60.0), 2)
    found = calibration(scores(pairs, pairs, videos=names, groups=names))
    assert unit_for(found, "video", None, 2) is found.videos
    assert unit_for(found, "video", None, 1) is unit_for(found, "picture", None, 9) is found.frames
    assert remarks_on_length(9, None) == remarks_on_length(9, found.videos) == []
    assert remarks_on_length(1, found.frames) == []
    assert remarks_on_length(2, found.frames)[0].startswith("few looks: the mean of 2 ")


def test_one_short_video_of_validation_does_not_make_others_long():
    found = calibration(scores(np.arange(60.0), np.arange(60.0)))
    lengths = Range(low=1.0, middle=10.0, high=12.0)
    found = replace(found, videos=replace(found.frames, lengths=lengths))
    assert unit_for(found, "video", None, 4) is found.frames
    assert unit_for(found, "video", None, 5) is found.videos


def test_a_calibration_that_does_not_know_lengths_is_taken():
    found = calibration(scores(np.arange(60.0), np.arange(60.0)))
    older = replace(found, videos=found.frames)
    assert unit_for(older, "video", None, 1) is older.videos
