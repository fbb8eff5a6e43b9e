"""What scores mean."""

import numpy as np
import pytest

from experiments.auditing.conventions import Reading, read_scale


@pytest.mark.parametrize(
    ("scores", "scale", "threshold"),
    [
        ([0.0, 1.0], "probability", 0.5),
        ([0.2, 3.0], "logit", 0.0),  # all of them fake: no percents
        ([-0.1, 0.4], "logit", 0.0),
        ([3.0, 99.0], "percent", 50.0),
        ([3.0, 150.0], "logit", 0.0),
    ],
)
def test_the_range_tells_the_scale(scores, scale, threshold):
    read = read_scale(np.array(scores), "auto", None, "fake", "m")
    assert (read.scale, read.threshold) == (scale, threshold)


def test_what_is_said_is_taken_where_it_fits():
    assert read_scale(np.array([0.1, 0.9]), "logit", 0.3, "fake", "m").threshold == 0.3
    with pytest.raises(ValueError, match=r"scores of m run from -1 to 2, not from 0 to 1"):
        read_scale(np.array([-1.0, 2.0]), "probability", None, "fake", "m")


@pytest.mark.parametrize("high", ["fake", "real"])
@pytest.mark.parametrize(
    ("scale", "scores"),
    [("probability", [0.2, 0.7]), ("percent", [20.0, 70.0]), ("logit", np.log([1 / 4, 7 / 3]))],
)
def test_probabilities_and_answers(high, scale, scores):
    read = Reading(scale, {"probability": 0.5, "percent": 50.0, "logit": 0.0}[scale], high)
    inside = read.inside(np.array(scores))
    want = np.array([0.2, 0.7]) if high == "fake" else np.array([0.8, 0.3])
    assert read.probabilities(inside) == pytest.approx(want)
    assert read.answers(inside).tolist() == np.where(want > 0.5, 1, -1).tolist()
    assert read.outside(inside[0]) == pytest.approx(scores[0])


def test_turning_keeps_the_smallest_differences():
    tiny = np.array([1e-300, 2e-300])
    assert Reading("probability", 0.5, "real").inside(tiny)[0] > -2e-300
