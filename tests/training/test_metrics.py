import numpy as np
import pytest

from jaxticket.training import all_metrics, of_logits, watched
from tests.statistics.test_metrics import LABELS, SCORES


def recall_of_fakes(labels, scores):
    return np.mean(scores[labels == 1] > 0)


def diagonal(labels, logits):
    return np.mean(logits[np.arange(len(labels)), labels])


def two_numbers(labels, scores):
    return labels, scores


def not_a_number(labels, scores):
    return np.nan


def fifth(labels, scores):
    return scores[4] if len(scores) > 2 else 1.0


def text(labels, scores):
    return "0.5" if len(scores) > 2 else 1.0


def test_a_users_own_metric_stands_beside_ours():
    name = f"{__name__}:recall_of_fakes"
    values = of_logits(LABELS, SCORES[:, None], name)
    assert values == all_metrics(LABELS, SCORES) | {name: 4 / 5}
    assert watched(f"{__name__}:diagonal", 3)(np.array([1, 0]), np.arange(6).reshape(2, 3)) == 2
    assert of_logits(LABELS, SCORES[:, None], "auc") == all_metrics(LABELS, SCORES)


@pytest.mark.parametrize(
    ("name", "num_logits", "message"),
    [
        ("eer", 1, "eer is an error rate; take accuracy or .* average_precision"),
        ("auc", 6, "auc exists for two classes only; take accuracy or balanced_accuracy"),
        ("f1", 1, "no metric named 'f1'; known: accuracy"),
        (f"{__name__}:LABELS", 1, "your own metric .* fails for .* TypeError: .*not callable"),
        (f"{__name__}:two_numbers", 1, r"for labels \[2\], scores \[2\]: TypeError"),
        (f"{__name__}:not_a_number", 3, "not_a_number' is NaN where every label"),
    ],
)
def test_what_cannot_be_watched(name, num_logits, message):
    with pytest.raises(ValueError, match=message):
        watched(name, num_logits)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("fifth", r"metric .*:fifth' fails for labels \[3\], scores \[3\]: IndexError: index 4"),
        ("text", r"metric .*:text' fails for .*: TypeError: it gives the text '0.5' and no number"),
    ],
)
def test_a_metric_that_fails_later_is_named(name, message):
    with pytest.raises(ValueError, match=message):
        of_logits(LABELS[:3], SCORES[:3, None], f"{__name__}:{name}")
