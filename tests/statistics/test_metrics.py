import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jaxticket.statistics.metrics import (
    METRICS,
    accuracy,
    all_metrics,
    auc,
    average_precision,
    balanced_accuracy,
    equal_error_rate,
)

#                  real  real  real  fake  fake  fake  fake  fake
LABELS = np.array([0, 0, 0, 1, 1, 1, 1, 1])
SCORES = np.array([-2.0, -1.0, 3.0, -1.5, 1.0, 2.0, 4.0, 5.0])


def test_accuracy_by_hand():
    assert accuracy(LABELS, SCORES) == 6 / 8
    assert balanced_accuracy(LABELS, SCORES) == (4 / 5 + 2 / 3) / 2


def test_a_logit_of_zero_says_real():
    assert accuracy(np.array([0, 1]), np.zeros(2)) == 0.5
    assert balanced_accuracy(np.array([0, 1]), np.zeros(2)) == 0.5
    assert balanced_accuracy(np.array([0, 0, 1]), np.array([0.0, 0.0, 1e-9])) == 1.0


def test_balanced_accuracy_does_not_reward_guessing_the_larger_class():
    labels = np.array([1] * 9 + [0])
    assert accuracy(labels, np.ones(10)) == 0.9
    assert balanced_accuracy(labels, np.ones(10)) == 0.5


def test_auc_by_hand():
    # Of 15 pairs the fakes win: -1.5 beats 1, 1 and 2 beat 2 each, 4 and 5 beat 3 each.
    assert auc(LABELS, SCORES) == 11 / 15


def test_ties_count_a_half_in_auc():
    assert auc(np.array([0, 1]), np.array([1.0, 1.0])) == 0.5
    assert auc(np.array([0, 0, 1, 1]), np.array([0.0, 1.0, 1.0, 2.0])) == 3.5 / 4


def test_fake_is_the_positive_class():
    assert auc(np.array([0, 1]), np.array([-1.0, 1.0])) == 1.0
    assert auc(np.array([0, 1]), np.array([1.0, -1.0])) == 0.0
    assert equal_error_rate(np.array([0, 1]), np.array([-1.0, 1.0])) == 0.0
    assert equal_error_rate(np.array([0, 1]), np.array([1.0, -1.0])) == 1.0
    assert average_precision(np.array([0, 1]), np.array([-1.0, 1.0])) == 1.0
    assert average_precision(np.array([0, 1]), np.array([1.0, -1.0])) == 0.5


def test_equal_error_rate_by_hand():
    # Falling thresholds give (false alarms of 3, misses of 5): (0,5) (0,4) (0,3) (1,3) (1,2) (1,1)
    # (2,1) ...: at (1,2) alarms are 1/3 and misses 2/5, at (1,1) 1/3 and 1/5; between them they
    # are equal at 1/3.
    assert equal_error_rate(LABELS, SCORES) == pytest.approx(1 / 3, abs=1e-15)


def test_equal_error_rate_lies_between_two_thresholds_if_need_be():
    # Points (false alarms, misses): (0, 1), (1/2, 1/2) only where a fake and a real are tied.
    labels, scores = np.array([0, 0, 1, 1]), np.array([0.0, 1.0, 1.0, 2.0])
    # (0, 1) (0, 1/2) (1/2, 0): halfway along the last segment, 1/4.
    assert equal_error_rate(labels, scores) == pytest.approx(0.25, abs=1e-15)
    # Every score the same: the diagonal from (0, 1) to (1, 0).
    assert equal_error_rate(np.array([0, 1, 1]), np.zeros(3)) == pytest.approx(0.5, abs=1e-15)


def test_average_precision_by_hand():
    # Fakes at ranks 1, 2, 4, 5 and 7 of 8.
    want = (1 / 1 + 2 / 2 + 3 / 4 + 4 / 5 + 5 / 7) / 5
    assert average_precision(LABELS, SCORES) == pytest.approx(want, abs=1e-15)


def test_average_precision_takes_ties_together():
    # One threshold for the tied pair: recall 1 at precision 1/2, in either order.
    assert average_precision(np.array([1, 0]), np.zeros(2)) == 0.5
    assert average_precision(np.array([0, 1]), np.zeros(2)) == 0.5


@pytest.mark.parametrize("label", [0, 1])
def test_one_class_only_gives_nan_where_both_are_needed(label):
    labels, scores = np.full(3, label), np.array([-1.0, 1.0, 2.0])
    values = all_metrics(labels, scores)
    assert values.pop("accuracy") == (1 / 3 if label == 0 else 2 / 3)
    assert set(values) == {"balanced_accuracy", "auc", "eer", "average_precision"}
    assert all(math.isnan(value) for value in values.values())


def test_all_metrics_are_plain_floats_by_name():
    values = all_metrics(LABELS, SCORES)
    assert set(values) == set(METRICS)
    assert all(type(value) is float for value in values.values())


examples = st.lists(
    st.tuples(st.integers(0, 1), st.integers(-3, 3)), min_size=2, max_size=30
).filter(lambda rows: len({label for label, _ in rows}) == 2)


@given(examples)
def test_auc_is_the_share_of_pairs_that_a_fake_wins(rows):
    fakes = [score for label, score in rows if label == 1]
    reals = [score for label, score in rows if label == 0]
    wins = sum((f > r) + (f == r) / 2 for f in fakes for r in reals)
    labels, scores = np.array(rows).T
    assert auc(labels, scores.astype(np.float32)) == pytest.approx(
        wins / (len(fakes) * len(reals)), abs=1e-12
    )


@given(examples)
def test_average_precision_is_the_sum_over_thresholds(rows):
    labels, scores = np.array(rows).T
    want, before = 0.0, 0.0
    for threshold in sorted(set(scores.tolist()), reverse=True):
        called = scores >= threshold
        recall = np.mean(called[labels == 1])
        want += (recall - before) * np.mean(labels[called] == 1)
        before = recall
    assert average_precision(labels, scores) == pytest.approx(want, abs=1e-12)


@given(examples)
def test_equal_error_rate_is_bracketed_by_real_thresholds(rows):
    labels, scores = np.array(rows).T
    rate = equal_error_rate(labels, scores)
    points = [
        (np.mean(scores[labels == 0] >= t), np.mean(scores[labels == 1] < t))
        for t in [*sorted(set(scores.tolist()), reverse=True), -99]
    ]
    # Some neighbouring pair of thresholds has the rate between both of its errors.
    points = [(0.0, 1.0), *points]
    assert any(
        a[0] - 1e-12 <= rate <= b[0] + 1e-12 and b[1] - 1e-12 <= rate <= a[1] + 1e-12
        for a, b in itertools.pairwise(points)
    )


@given(examples, st.permutations(range(30)))
def test_no_metric_depends_on_the_order_of_examples(rows, order):
    labels, scores = np.array(rows).T
    order = [at for at in order if at < len(rows)]
    before, after = all_metrics(labels, scores), all_metrics(labels[order], scores[order])
    assert after == pytest.approx(before, abs=1e-12)
