"""Thresholds: where they lie, where they cross, and where there are none."""

import numpy as np
import pytest

from jaxticket.calibration import CANNOT_TELL, answer, by_compression, calibrate
from jaxticket.calibration.fit import ROUNDED
from tests.calibration.scored import scores

RAMP = np.arange(60.0)
"""Of 59 groups and more the largest is the threshold; of 93 the second largest."""


def frames(validation, test=None):
    return calibrate(validation, test, 0.05, 0.95).frames


def test_thresholds_are_order_statistics_of_their_class():
    unit = frames(scores(np.arange(93.0), np.arange(93.0) - 10))
    slack = ROUNDED * 92
    assert (unit.upper.value, unit.upper.beyond, unit.upper.groups) == (91 + slack, 1, 93)
    assert (unit.lower.value, unit.lower.beyond) == (-9 - slack, 1)


def test_where_both_bounds_hold_between_the_thresholds_the_middle_is_both():
    unit = frames(scores(RAMP, RAMP + 80))
    assert unit.upper.value == unit.lower.value == (59 + 80) / 2
    found = {one.label: one for one in unit.validation_outcomes}
    assert (found["real"].no_sign.count, found["fake"].signs.count) == (60, 60)


def test_too_few_groups_give_no_threshold_however_many_examples_they_have():
    real, fake = np.zeros(120), np.ones(60)
    groups = ["one"] * 120 + [f"{number}" for number in range(60)]
    unit = frames(scores(real, fake, groups=groups))
    assert (unit.upper.value, unit.upper.groups, unit.upper.needed) == (None, 1, 59)
    assert unit.lower.value == 1 - ROUNDED
    assert unit.validation.before.low is None


def test_equal_scores_tell_nothing():
    unit = frames(scores(np.full(60, 2.0), np.full(60, 2.0)))
    assert (unit.lower.value, unit.upper.value) == pytest.approx((2, 2), rel=1e-3)
    other_engine = 2 * (1 + 1e-6)
    assert answer(other_engine, unit) == CANNOT_TELL
    assert {one.cannot_tell.count for one in unit.validation_outcomes} == {60}
    assert unit.temperature == pytest.approx(100, rel=0.01)


def test_whole_videos_have_their_own_where_one_has_two_frames():
    assert calibrate(scores(RAMP, RAMP), None, 0.05, 0.95).videos is None
    pairs = np.repeat(RAMP, 2)
    names = [f"{label}{number // 2}" for label in "rf" for number in range(120)]
    validation = scores(pairs - np.tile([0, 1], 60), pairs + 100, videos=names, groups=names)
    units = calibrate(validation, None, 0.05, 0.95)
    assert units.videos is not None
    assert units.videos.validation.examples == 120
    assert units.videos.upper.value == units.videos.lower.value == (58.5 + 100) / 2


def test_a_test_split_of_one_class_says_what_it_can():
    unit = frames(scores(RAMP, RAMP + 80), scores(RAMP, []))
    assert [one.label for one in unit.test_outcomes] == ["real"]
    assert unit.test_outcomes[0].no_sign.count == 60


def test_outcomes_by_method_are_of_fakes_and_by_compression_of_both():
    both = scores(RAMP, RAMP, methods=("Swap", "Blend"))
    unit = frames(both)
    named = [(one.by, one.name, one.label) for one in unit.validation_outcomes]
    assert named[2:] == [("method", "Blend", "fake"), ("method", "Swap", "fake")]


def joined(*parts):
    first = parts[0]
    return type(first)(
        **{name: np.concatenate([vars(part)[name] for part in parts]) for name in vars(first)}
    )


def test_each_compression_with_both_classes_has_its_own():
    light, strong = (scores(RAMP - at, RAMP + 80 - at, compression=f"c{at}") for at in (23, 40))
    single = scores(RAMP, [], compression="raw")
    assert by_compression(light, None, 0.05, 0.95) == {}
    found = by_compression(joined(light, strong, single), joined(light, single), 0.05, 0.95)
    assert list(found) == ["c23", "c40"]
    assert [units.frames.upper.value for units in found.values()] == [46.5, 29.5]
    assert found["c23"].frames.test is not None
    assert found["c40"].frames.test is None


def test_videos_of_several_compressions_are_apart_and_their_lengths_are_known():
    names = [f"{label}{number // 2}" for label in "rf" for number in range(120)]
    pairs = np.repeat(RAMP, 2)
    light, strong = (
        scores(pairs + at, pairs + 100 + at, videos=names, groups=names, compression=f"c{at}")
        for at in (23, 40)
    )
    videos = joined(light, strong.part(strong.keys != "c400000")).of_videos()
    assert len(videos.keys) == 240
    assert sorted(videos.scores[videos.groups == "r7"]) == [7 + 23, 7 + 40]
    unit = calibrate(joined(light, strong.part(strong.keys != "c400000")), None, 0.05, 0.95).videos
    assert unit is not None
    assert unit.lengths is not None
    assert (unit.lengths.low, unit.lengths.middle, unit.lengths.high) == (1, 2, 2)


def test_faces_of_one_picture_are_no_frames_of_a_video():
    names = [f"Val/{label}{number // 2}.JPG" for label in "rf" for number in range(120)]
    pairs = np.repeat(RAMP, 2)
    assert (
        calibrate(scores(pairs, pairs, videos=names, groups=names), None, 0.05, 0.95).videos is None
    )
