import numpy as np
import pytest

from jaxticket.statistics import fit_temperature
from jaxticket.statistics.temperature import LIMITS


def test_the_temperature_that_logits_were_multiplied_by_is_found():
    generator = np.random.default_rng(0)
    scores = generator.normal(size=20_000)
    labels = (generator.random(20_000) < 1 / (1 + np.exp(-scores))).astype(int)
    assert fit_temperature(labels, 3 * scores, np.arange(20_000)) == pytest.approx(3, rel=0.05)


def test_a_group_counts_once_however_many_examples_it_has():
    labels, scores = np.array([0, 1, 1, 0]), np.array([-1.0, 2.0, -0.5, 1.0])
    many = np.array([0, 1, 2, *[3] * 50])
    groups = np.array(["a", "b", "c", *["d"] * 50])
    once = fit_temperature(labels, scores, np.array([*"abcd"]))
    assert fit_temperature(labels[many], scores[many], groups) == pytest.approx(once, rel=1e-3)


def test_classes_without_an_overlap_are_as_certain_as_their_groups_allow():
    # Of two right groups p^2 sqrt(2 p (1 - p)) is greatest at p = 5/6, whose log odds are log 5.
    found = fit_temperature(np.array([0, 1]), np.array([-1.0, 1.0]), np.arange(2))
    assert found == pytest.approx(1 / np.log(5), rel=1e-3)
    # And of n groups at n / (n + 1) about.
    many = fit_temperature(np.arange(200) % 2, np.arange(200) % 2 * 2.0 - 1, np.arange(200))
    assert found / 5 < many < found / 2


def test_scores_of_nothing_say_nothing():
    assert fit_temperature(np.array([0, 1]), np.zeros(2), np.arange(2)) == LIMITS[1]


def test_scores_that_say_the_reverse_end_at_the_limit():
    found = fit_temperature(np.array([0, 1]), np.array([1.0, -1.0]), np.arange(2))
    assert found == pytest.approx(LIMITS[1], rel=0.01)


def test_one_class_alone_is_refused():
    with pytest.raises(ValueError, match="both classes"):
        fit_temperature(np.ones(3), np.ones(3), np.arange(3))
