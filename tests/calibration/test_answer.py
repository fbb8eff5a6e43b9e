"""From logits to a score, and from a score to an answer and a probability."""

import math

import msgspec
import numpy as np
import pytest

from jaxticket.calibration import (
    CANNOT_TELL,
    NO_SIGN,
    SIGNS,
    answer,
    fake_score,
    probability,
    sigmoid,
    worst,
)
from tests.calibration.scored import calibration, scores

UNIT = calibration(scores(np.arange(93.0), np.arange(93.0) - 10)).frames


def test_a_score_is_the_log_odds_of_all_fakes_together():
    assert fake_score(np.array([3.0, -1.0])).tolist() == [3.0, -1.0]
    assert fake_score(np.array([[3.0], [-1.0]])).tolist() == [3.0, -1.0]
    assert fake_score(np.array([[1.0, 3.0]])).tolist() == [2.0]
    odds = (math.exp(0.5) + math.exp(2.0)) / math.exp(1.0)
    assert fake_score(np.array([[1.0, 0.5, 2.0]])) == pytest.approx([math.log(odds)])


def test_probabilities_stay_numbers_however_large_a_score():
    found = sigmoid(np.array([-1e9, -1.0, 0.0, 1.0, 1e9]))
    assert found == pytest.approx([0, 1 / (1 + math.e), 0.5, 1 / (1 + 1 / math.e), 1])


def test_a_units_temperature_divides_the_score():
    assert probability(2.0, None) == pytest.approx(1 / (1 + math.exp(-2)))
    halved = msgspec.structs.replace(UNIT, temperature=2.0)
    assert probability(2.0, halved) == pytest.approx(1 / (1 + math.exp(-1)))


def test_at_a_threshold_it_cannot_tell_and_beyond_it_answers():
    apart = msgspec.structs.replace(
        UNIT,
        upper=msgspec.structs.replace(UNIT.upper, value=2.0),
        lower=msgspec.structs.replace(UNIT.lower, value=-2.0),
    )
    assert [answer(score, apart) for score in (-2.1, -2.0, 0.0, 2.0, 2.1)] == [
        NO_SIGN, CANNOT_TELL, CANNOT_TELL, CANNOT_TELL, SIGNS,
    ]  # fmt: skip
    neither = msgspec.structs.replace(
        UNIT,
        upper=msgspec.structs.replace(UNIT.upper, value=None),
        lower=msgspec.structs.replace(UNIT.lower, value=None),
    )
    assert {answer(score, neither) for score in (-1e9, 1e9)} == {CANNOT_TELL}


def test_one_face_with_signs_is_enough():
    assert worst({NO_SIGN: 3, SIGNS: 1}) == SIGNS
    assert worst({NO_SIGN: 3, CANNOT_TELL: 1, SIGNS: 0}) == CANNOT_TELL
    assert worst({NO_SIGN: 3}) == NO_SIGN
    assert worst({}) is None
