import math

import numpy as np
import pytest

from jaxticket.statistics import group_interval


def mean_label(labels, scores):
    return float(labels.mean())


def mean_score(labels, scores):
    return float(scores.mean())


def test_groups_are_drawn_whole():
    labels = np.array([0, 1, 1, 1, 0, 0])
    groups = np.array(["x", "y", "x", "y", "y", "z"])
    members = {"x": {0, 2}, "y": {1, 3, 4}, "z": {5}}
    draws = []

    def record(drawn, scores):
        np.testing.assert_array_equal(drawn, labels[scores])
        draws.append(np.bincount(scores, minlength=6))
        return 0.0

    group_interval(record, labels, np.arange(6), groups, draws=50)
    assert len(draws) == 50
    for times in draws:
        chosen = {name: {int(times[i]) for i in rows} for name, rows in members.items()}
        assert all(len(counts) == 1 for counts in chosen.values())
        assert sum(counts.pop() for counts in chosen.values()) == 3
    assert len({tuple(times) for times in draws}) > 5


@pytest.mark.parametrize("groups", [np.zeros(4), np.arange(4)])
def test_the_only_group_with_a_class_tells_nothing(groups):
    labels = np.array([0, 1, 1, 1])
    assert np.isnan(group_interval(mean_label, labels, labels, groups)).all()


def test_two_opposite_groups_span_everything():
    # Draws give 0, 1/2 and 1 with probabilities 1/4, 1/2 and 1/4.
    labels, groups, scores = np.array([[0, 1, 0, 1], [0, 0, 1, 1], [0, 0, 1, 1]])
    assert group_interval(mean_score, labels, scores, groups) == (0.0, 1.0)
    ends = group_interval(mean_score, labels, scores, groups, confidence=0.6)
    assert ends == pytest.approx((0.0, 1.0), abs=0.5)


def test_where_all_draws_agree_it_is_as_wide_as_an_unseen_group_could_pull():
    labels = np.arange(40) % 2
    low, high = group_interval(lambda y, s: 1.0, labels, labels, np.arange(40))
    assert (low, high) == (pytest.approx(0.025 ** (1 / 20)), 1.0)


@pytest.mark.parametrize(("frames", "error"), [(1, 0.025), (4, 0.05)])
def test_frames_of_a_group_are_no_further_evidence(frames, error):
    # 400 pictures, half of them fake: a standard error of sqrt(p (1 - p) / groups).
    labels = np.repeat(np.arange(400 // frames) % 2, frames)
    groups = np.repeat(np.arange(400 // frames), frames)
    low, high = group_interval(mean_label, labels, labels, groups, draws=2000)
    assert (high - low) / 2 == pytest.approx(1.96 * error, rel=0.1)
    assert (high + low) / 2 == pytest.approx(0.5, abs=0.01)


def test_undefined_draws_are_left_out():
    def defined_with_both(labels, scores):
        return float("nan") if labels.min() == labels.max() else float(labels.mean())

    labels = np.array([0, 0, 1, 1])
    low, high = group_interval(defined_with_both, labels, labels, np.arange(4))
    assert (low, high) == (0.25, 0.75)


def test_a_metric_never_defined_gives_nan():
    ends = group_interval(lambda y, s: float("nan"), np.zeros(3), np.zeros(3), np.arange(3))
    assert all(math.isnan(end) for end in ends)


def test_the_seed_decides():
    labels = np.arange(30) % 3 == 0
    ends = [group_interval(mean_label, labels, labels, np.arange(30), seed=s) for s in (1, 1, 2)]
    assert ends[0] == ends[1] != ends[2]
