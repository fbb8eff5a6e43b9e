import numpy as np
import pytest

from jaxticket.statistics import class_accuracy, class_recalls, confusion, macro_accuracy

LABELS = np.array([0, 0, 0, 1, 1, 2])
CALLED = np.array([0, 0, 1, 1, 2, 2])
LOGITS = np.eye(3)[CALLED]


def test_confusion_has_the_truth_in_rows():
    assert confusion(LABELS, LOGITS).tolist() == [[2, 1, 0], [0, 1, 1], [0, 0, 1]]
    assert confusion(LABELS, LOGITS).dtype.kind == "i"


def test_shares_by_hand():
    assert class_accuracy(LABELS, LOGITS) == 4 / 6
    assert class_recalls(LABELS, LOGITS).tolist() == [2 / 3, 1 / 2, 1.0]
    assert macro_accuracy(LABELS, LOGITS) == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)


def test_of_equal_logits_the_first_wins():
    assert confusion(np.array([1]), np.zeros((1, 2))).tolist() == [[0, 0], [1, 0]]


def test_a_class_without_examples_has_no_recall():
    np.testing.assert_array_equal(class_recalls(np.array([0]), np.array([[1.0, 0]])), [1, np.nan])
    assert np.isnan(macro_accuracy(np.array([0]), np.array([[1.0, 0]])))


@pytest.mark.parametrize(
    ("labels", "logits", "message"),
    [
        (np.array([2]), np.zeros((1, 2)), "2 classes"),
        (np.array([-1]), np.zeros((1, 2)), "from -1"),
        (np.array([0, 1]), np.zeros((1, 2)), "must be"),
        (np.array([0]), np.zeros(1), "must be"),
        (np.zeros(0, int), np.zeros((0, 2)), "must be"),
    ],
)
def test_what_does_not_fit_is_refused(labels, logits, message):
    with pytest.raises(ValueError, match=message):
        confusion(labels, logits)
