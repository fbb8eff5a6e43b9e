"""Which threshold scores want."""

import numpy as np
import pytest

from experiments.auditing.thresholds import best_threshold
from jaxticket.statistics import METRICS


@pytest.mark.parametrize(
    ("labels", "scores", "threshold", "accuracy"),
    [
        ([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9], 0.5, 1.0),
        ([0, 1, 0, 1], [0.91, 0.93, 0.95, 0.97], 0.96, 0.75),  # all above 0.5
        ([1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9], 0.9, 0.5),  # nothing is fake, or everything
    ],
)
def test_it_lies_between_the_scores(labels, scores, threshold, accuracy):
    assert best_threshold(np.array(labels), np.array(scores)) == pytest.approx(
        (threshold, accuracy)
    )


def test_no_other_threshold_is_better():
    generator = np.random.default_rng(0)
    labels, scores = np.arange(60) % 2, generator.normal(size=60).round(1)
    at, best = best_threshold(labels, scores)
    balanced = METRICS["balanced_accuracy"]
    assert balanced(labels, scores - at) == pytest.approx(best)
    assert max(balanced(labels, scores - t) for t in np.arange(-4, 4, 0.05)) <= best + 1e-12
