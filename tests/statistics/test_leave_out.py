import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from jaxticket.statistics.leave_out import eer_left_out, leave_out
from jaxticket.statistics.metrics import METRICS
from jaxticket.statistics.multiclass import class_accuracy, macro_accuracy

LABELS = np.array([0, 0, 1, 1, 1])
SCORES = np.array([-1.0, 2.0, 1.0, 2.0, -3.0])
MEMBER = np.array([0, 1, 0, 1, 1])

rows = st.lists(
    st.tuples(st.integers(0, 1), st.integers(-3, 3), st.integers(0, 3)), min_size=2, max_size=30
)


def test_accuracy_by_hand():
    whole, rest = leave_out("accuracy", LABELS, SCORES, MEMBER, 2)
    assert whole == 3 / 5
    assert rest.tolist() == [1 / 3, 1.0]


def test_auc_by_hand():
    # Pairs won of 6: 1 beats -1; 2 beats -1 and ties 2; -3 beats none.
    whole, rest = leave_out("auc", LABELS, SCORES, MEMBER, 2)
    assert whole == 2.5 / 6
    assert rest.tolist() == [0.5 / 2, 1.0]


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "auc", "average_precision"])
@given(rows)
def test_it_is_the_metric_of_what_is_left(metric, rows):
    labels, scores, member = np.array([*rows, (0, 0, 4), (1, 0, 4), (0, 1, 5), (1, 2, 5)]).T
    whole, rest = leave_out(metric, labels, scores.astype(float), member, 6)
    assert whole == pytest.approx(METRICS[metric](labels, scores), abs=1e-12)
    for group in range(6):
        left = member != group
        want = METRICS[metric](labels[left], scores[left])
        assert rest[group] == pytest.approx(want, abs=1e-12, nan_ok=True)


def test_the_equal_error_rate_moves_as_theory_says():
    # Normal scores one standard deviation from the threshold: equal densities, so the rate is the
    # mean of two shares and its variance p (1 - p) / (4 n) for each class.
    count = 4000
    generator = np.random.default_rng(0)
    labels = np.arange(2 * count) % 2
    scores = generator.normal(2.0 * labels - 1)
    whole, rest = eer_left_out(labels, scores, np.arange(2 * count), 2 * count)
    p = norm.cdf(-1)
    assert whole == pytest.approx(p, abs=0.015)
    variance = np.sum((rest - rest.mean()) ** 2)
    assert variance == pytest.approx(2 * p * (1 - p) / (4 * count), rel=0.1)


def test_the_equal_error_rate_by_hand():
    # At a threshold between 2 and 3 one of four reals alarms and one of four fakes is missed; near
    # it the ROC rises as steeply as it runs, so each class counts a half.
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    scores = np.array([0.0, 1.0, -1.0, 3.0, 2.0, 4.0, 5.0, 6.0])
    whole, rest = eer_left_out(labels, scores, np.arange(8), 8)
    assert whole == 0.25
    assert rest[0] == pytest.approx(rest[1])
    assert rest[4] == pytest.approx(rest[3])
    assert rest[0] > 0.25 > rest[3]


def test_logits_of_classes_go_by_the_largest():
    labels = np.array([0, 1, 2, 2])
    logits = np.array([[2.0, 1, 0], [0, 3, 1], [1, 0, 0], [0, 0, 1]])
    member = np.arange(4)
    assert leave_out("accuracy", labels, logits, member, 4)[0] == class_accuracy(labels, logits)
    whole, rest = leave_out("balanced_accuracy", labels, logits, member, 4)
    assert whole == macro_accuracy(labels, logits) == pytest.approx(2.5 / 3)
    np.testing.assert_allclose(rest, [np.nan, np.nan, 1.0, 2 / 3])


def test_what_cannot_be_asked_is_said():
    with pytest.raises(ValueError, match="unknown metric 'f1'"):
        leave_out("f1", LABELS, SCORES, MEMBER, 2)
    with pytest.raises(ValueError, match="auc needs one score"):
        leave_out("auc", LABELS, np.zeros((5, 3)), MEMBER, 2)


@pytest.mark.parametrize("metric", ["balanced_accuracy", "auc", "eer", "average_precision"])
def test_one_class_gives_nan(metric):
    whole, rest = leave_out(metric, np.ones(4, int), np.arange(4.0), np.arange(4) % 2, 2)
    assert np.isnan(whole)
    assert np.isnan(rest).all()
