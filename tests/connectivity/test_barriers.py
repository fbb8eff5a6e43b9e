"""Barriers by hand, and their intervals."""

from dataclasses import dataclass

import numpy as np
import pytest

from jaxticket.connectivity.barriers import (
    barrier,
    barrier_interval,
    barriers,
    curves,
    losses,
    stability,
    wrong,
)


@dataclass
class Labelled:
    labels: np.ndarray
    groups: np.ndarray


def test_a_barrier_is_the_highest_place_above_the_mean_of_the_ends():
    assert barrier(np.array([0.1, 0.4, 0.2])) == pytest.approx(0.25)
    assert barrier(np.array([[0.5, 0.1, 0.5], [0.1, 0.2, 0.3]])) == pytest.approx([0.0, 0.1])
    assert barrier(np.array([0.2, 0.0, 0.2])) == 0


def test_what_is_wrong_with_one_logit_and_with_three():
    one = np.array([[[1.0], [-1.0], [0.0]], [[-1.0], [1.0], [2.0]]])
    assert wrong(np.array([1, 0, 1]), one).tolist() == [[False, False, True], [True, True, False]]
    three = np.array([[[0.0, 3.0, 1.0], [0.0, 1.0, 2.0]]])
    assert wrong(np.array([1, 0]), three).tolist() == [[False, True]]


def test_the_loss_at_every_place():
    logits = np.array([[[0.0], [0.0]], [[2.0], [-2.0]]], np.float32)
    assert losses(np.array([1, 0]), logits) == pytest.approx([np.log(2), np.log1p(np.exp(-2))])


# 8 pictures in 4 groups, half fake; 3 places.
LABELS = np.array([1, 0] * 4)
GROUPS = np.array(["a", "a", "b", "b", "c", "c", "d", "d"])
EXAMPLES = Labelled(LABELS, GROUPS)


def logits_wrong_at(places):
    """Logits [3, 8, 1], right but for the pictures named at each place."""
    logits = np.tile(np.where(LABELS == 1, 1.0, -1.0), (3, 1)).astype(np.float32)
    for place, pictures in enumerate(places):
        logits[place, list(pictures)] *= -1
    return logits[..., None]


def test_barriers_of_two_pairs():
    first = logits_wrong_at([(), (0, 1, 2, 3), (0, 1)])
    second = logits_wrong_at([(), (), ()])
    found = barriers({"test": EXAMPLES, "train": EXAMPLES},
                     {"test": [first, second], "train": [second, second]})  # fmt: skip
    assert found["barrier_by_pair"] == {"test": [0.375, 0.0], "train": [0.0, 0.0]}
    assert found["barrier"] == {"test": 0.1875, "train": 0.0}
    assert found["test_error_of_ends"] == [[0.0, 0.25], [0.0, 0.0]]
    assert found["loss_barrier"]["test"] == pytest.approx((4 - 1) / 8 / 2, abs=1e-6)
    assert found["verdict"] == "unclear"
    rows = curves("test", LABELS, [first, second])
    assert [(r["pair"], r["alpha"], r["error"]) for r in rows] == [
        (1, 0.0, 0.0), (1, 0.5, 0.5), (1, 1.0, 0.25), (2, 0.0, 0.0), (2, 0.5, 0.0), (2, 1.0, 0.0)
    ]  # fmt: skip


def test_the_interval_resamples_whole_groups():
    # Groups a and b are wrong in the middle: the barrier is the drawn share of them, in quarters.
    mistakes = wrong(LABELS, logits_wrong_at([(), (0, 1, 2, 3), ()]))[None]
    low, high = barrier_interval(mistakes, EXAMPLES)
    assert (low, high) == (0.0, 1.0)
    everywhere = wrong(LABELS, logits_wrong_at([(), range(8), ()]))[None]
    # Nothing varies: as wide as a whole unseen group could pull.
    low, high = barrier_interval(everywhere, EXAMPLES)
    assert (low, high) == (pytest.approx(0.025 ** (1 / 4)), 1.0)


def test_the_highest_place_is_looked_for_anew():
    # a is wrong at place 1, b at 2, of 4: drawn alone, each is a barrier of its whole share.
    mistakes = np.zeros((1, 4, 8), bool)
    mistakes[0, 1, :4], mistakes[0, 2, 4:] = True, True
    low, high = barrier_interval(mistakes, EXAMPLES)
    assert (low, high) == (0.5, 1.0)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.0, 0.0199, "stable"), (0.0, 0.02, "unclear"), (0.02, 0.3, "unstable"),
     (0.019, 0.3, "unclear"), (float("nan"), float("nan"), "cannot be judged")],
)  # fmt: skip
def test_the_verdict_goes_by_the_whole_interval(low, high, said):
    assert stability(low, high) == said
