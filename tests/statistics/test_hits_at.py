"""True positives at a rate of false alarms, and their leave-out to first order."""

import numpy as np
import pytest

from jaxticket.statistics import mean_interval
from jaxticket.statistics.leave_out import leave_out
from jaxticket.statistics.metrics import HITS_AT, hits_at


def test_the_roc_is_read_at_the_rate():
    # 20 reals at 1..20, fakes above 18, 19 and all of them: one false alarm is 5%.
    labels = np.r_[np.zeros(20, int), 1, 1, 1, 1]
    scores = np.r_[np.arange(1, 21), 0.5, 18.5, 19.5, 21.0]
    assert hits_at(0.05)(labels, scores) == 2 / 4
    assert hits_at(0.10)(labels, scores) == 3 / 4
    # The fake between 19 and 20 comes with the first false alarm.
    assert hits_at(0.01)(labels, scores) == pytest.approx(1 / 4)
    assert np.isnan(hits_at(0.05)(np.ones(3, int), np.arange(3.0)))


@pytest.mark.parametrize("metric", HITS_AT)
def test_the_standard_error_is_the_spread_over_test_sets(metric):
    """Computed anew without each group the rate jumps; to first order it has the right spread."""
    generator = np.random.default_rng(0)
    groups = np.arange(600) // 3
    labels = groups % 2
    values, errors = [], []
    for _ in range(150):
        videos = generator.normal(size=200)[groups]
        scores = 2.5 * labels + videos + 0.7 * generator.normal(size=600)
        found = mean_interval(metric, labels, scores[None], groups)
        values.append(found.value)
        errors.append(found.error)
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.25)


def test_without_a_group_the_threshold_moves_back_to_the_rate():
    """A group of reals that gives its share of false alarms changes nothing."""
    labels = np.r_[np.zeros(400, int), np.ones(400, int)]
    member = np.r_[np.arange(400) % 4, 4 + np.arange(400) % 4]
    scores = np.r_[np.arange(400) // 4, 30 + np.arange(400) // 4]
    whole, rest = leave_out("tpr_at_5", labels, scores, member, 8)
    assert rest == pytest.approx(np.full(8, whole))


def test_an_interval_and_one_class():
    labels, groups = np.tile([0, 1], 40), np.arange(80)
    scores = np.random.default_rng(1).normal(size=(3, 80)) + labels
    found = mean_interval("tpr_at_5", labels, scores, groups)
    assert 0 <= found.low < found.value < found.high <= 1
    value, rest = leave_out("tpr_at_1", np.zeros(4, int), np.arange(4.0), np.arange(4), 4)
    assert np.isnan(value)
    assert np.isnan(rest).all()
