"""The temperature of a detector's logits (Guo et al. 2017, 1706.04599, section 4.2)."""

import numpy as np

LIMITS = (0.01, 100.0)
"""No temperature lies beyond; classes without an overlap would give 0, constant logits any."""


def fit_temperature(labels: np.ndarray, scores: np.ndarray, groups: np.ndarray) -> float:
    """Return the temperature T for which sigmoid(score / T) fits the labels best.

    The mean log loss over groups is least, a group's examples sharing its weight. It is convex in
    1 / T, so there is one. The labels are softened as by Platt (1999, section 2.2): of n groups of
    a class none is more certain than (n + 1) / (n + 2), so that classes which do not overlap here
    do not make every probability 0 or 1.

    Args:
        labels: int [N] of 0 and 1, both of them.
        scores: log odds of 1, float [N].
        groups: [N], what hangs together.

    Raises:
        ValueError: a class is missing.
    """
    from scipy.optimize import minimize_scalar

    labels, scores = np.asarray(labels).astype(int), np.asarray(scores, np.float64)
    if len(np.unique(labels)) < 2:
        raise ValueError("a temperature needs examples of both classes")
    _, member, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    weights = 1 / sizes[member]
    signed = np.where(labels == 1, scores, -scores)
    wrong = 1 / (np.bincount(labels, weights) + 2)[labels]

    def loss(log_temperature: float) -> float:
        scaled = signed / np.exp(log_temperature)
        return float(weights @ (np.logaddexp(0, -scaled) + wrong * scaled))

    found = minimize_scalar(loss, bounds=tuple(np.log(LIMITS)), method="bounded")
    return float(np.exp(found.x))
