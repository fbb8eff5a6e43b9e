from dataclasses import replace

import numpy as np
import pytest

from data_prep.synthetic.drawing.clip import make_actor
from data_prep.synthetic.drawing.face import Expression
from data_prep.synthetic.drawing.features import (
    FEATURES,
    eye_outline,
    features_on_canvas,
    mouth_outline,
    nose_outline,
)
from data_prep.synthetic.drawing.scene import Pose

CALM = Expression(smile=0.0, mouth_open=0.0, brow=0.0, lids=1.0, gaze=(0.0, 0.0))
STRAIGHT = Pose(x=96.0, y=88.0, unit=48.0, roll=0.0, yaw=0.0, pitch=0.0)
PERSON = replace(
    make_actor(3, 0).person,
    eye=(0.43, 0.2, 0.1, 0.0),
    nose=(0.55, 0.2, 0.3),
    mouth=(0.9, 0.4, 0.06, 0.08),
)


def box(outline: np.ndarray) -> list[float]:
    """Left, right, top, bottom."""
    (left, top), (right, bottom) = outline.min(axis=0), outline.max(axis=0)
    return [left, right, top, bottom]


def test_an_eye():
    # Half width 0.2 times 1.15 about 0.43; the lids of opening 0.1 rise 0.1 and fall 0.055.
    assert box(eye_outline(PERSON, CALM, 1.0)) == pytest.approx([0.2, 0.66, -0.16, 0.115], abs=0.01)
    left, right = eye_outline(PERSON, CALM, -1.0), eye_outline(PERSON, CALM, 1.0)
    np.testing.assert_allclose(left * (-1, 1), right, atol=1e-6)


def test_a_blink_does_not_move_it():
    closed = eye_outline(PERSON, replace(CALM, lids=0.0), 1.0)
    np.testing.assert_array_equal(closed, eye_outline(PERSON, CALM, 1.0))


def test_the_mouth():
    left, right, top, bottom = box(mouth_outline(PERSON, CALM))
    assert (left, right) == pytest.approx((-0.4, 0.4), abs=0.03)
    assert (top, bottom) == pytest.approx((0.9 - 0.06, 0.9 + 0.08), abs=0.015)


def test_an_open_mouth_is_higher_and_a_laughing_one_wider():
    calm, open_, laughing = (
        box(mouth_outline(PERSON, face))
        for face in (CALM, replace(CALM, mouth_open=1.0), replace(CALM, smile=1.0))
    )
    # The gap of 0.17 opens by 0.35 of it upwards and 0.65 downwards.
    assert calm[2] - open_[2] == pytest.approx(0.35 * 0.17, abs=0.005)
    assert open_[3] - calm[3] == pytest.approx(0.65 * 0.17, abs=0.005)
    assert laughing[1] == pytest.approx(1.22 * calm[1], abs=0.03)


def test_the_nose():
    assert box(nose_outline(PERSON)) == pytest.approx([-0.24, 0.24, -0.05, 0.67])


def test_on_the_canvas():
    found = features_on_canvas(PERSON, CALM, STRAIGHT)
    assert tuple(found) == FEATURES
    left, right = (polygon.mean(axis=0) for polygon in found["eyes"])
    assert left[0] == pytest.approx(96 - 48 * 0.43, abs=0.5)
    assert right[0] == pytest.approx(96 + 48 * 0.43, abs=0.5)
    assert found["nose"][0][:, 1].max() == pytest.approx(88 + 48 * 0.67, abs=0.1)
    turned = features_on_canvas(PERSON, CALM, replace(STRAIGHT, yaw=0.3))
    assert (turned["nose"][0].mean(axis=0) - found["nose"][0].mean(axis=0))[0] > 5
