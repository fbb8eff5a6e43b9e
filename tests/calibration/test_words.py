"""What is said of a calibration."""

import numpy as np

from jaxticket.calibration import bounds, line, on_test, units_of
from tests.calibration.scored import calibration, scores

RAMP = np.arange(93.0)


def said(found):
    name, unit = next(iter(units_of(found)))
    return [*bounds(found, name, unit), *on_test(found, unit)]


def test_bounds_and_what_came_out_are_said():
    texts = said(calibration(scores(RAMP, RAMP - 10), scores([100, *RAMP[:19]], RAMP)))
    assert texts[:2] == [
        'Above 91 the answer is "signs of forgery": of the real pictures at most 5% with 95% '
        "confidence; beyond it: 1 of 93 validation groups.",
        'Below -9.01 the answer is "no sign found": of the fake pictures at most 5% with 95% '
        "confidence; beyond it: 1 of 93 validation groups.",
    ]
    assert texts[-2].startswith(
        'On test 1 of 20 real groups got "signs of forgery", false alarms 5.0% [0.1%, 24.9%]'
    )
    assert texts[-1].startswith('On test 0 of 93 fake groups got "no sign found", misses 0.0% [')


def test_too_few_groups_say_how_many_would_do():
    texts = said(calibration(scores(RAMP[:12], RAMP)))
    assert texts[0] == (
        'No answer "signs of forgery": a bound of 5% with 95% confidence takes 59 groups of real '
        "validation pictures, and there are 12."
    )


def test_what_cannot_come_out_is_not_said():
    texts = said(calibration(scores(RAMP[:12], RAMP), scores(RAMP, RAMP)))
    assert [text.startswith("On test") for text in texts[-2:]] == [False, True]
    assert 'got "no sign found"' in texts[-1]
    texts = said(calibration(scores(RAMP[:12], RAMP[:12]), scores(RAMP, RAMP)))
    assert texts[-1].startswith("Too few validation groups for any threshold")


def test_more_false_alarms_than_the_bound_are_not_passed_over():
    texts = said(calibration(scores(RAMP, RAMP - 10), scores(RAMP + 50, RAMP)))
    assert "false alarms 54.8% [" in texts[-2]
    assert texts[-2].endswith("more than the bound, so test is unlike validation.")


def test_thresholds_that_meet_are_explained():
    assert "Both bounds hold at one threshold, so that nothing remains open." in said(
        calibration(scores(RAMP, RAMP + 200))
    )
    texts = said(calibration(scores(0 * RAMP, 0 * RAMP)))
    assert "Nothing of validation lies beyond either: the network can tell nothing." in texts
    assert texts[-1].startswith("The temperature is at its limit")


def test_a_calibration_fits_on_a_line():
    text = line(calibration(scores(RAMP, RAMP[:3])))
    assert text == (
        "pictures: signs of forgery above 91, no sign found never, temperature 100; each bounded "
        "at 5% with 95% confidence, over validation groups; fitted to 96 pictures of 96 groups of "
        "noise"
    )
