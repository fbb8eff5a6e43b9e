"""The temperature of a detector's logits (Guo et al. 2017, 1706.04599, section 4.2)."""

import numpy as np

LIMITS = (0.01, 100.0)
"""No temperature lies beyond; one that has no ground to be found would be any."""


def fit_temperature(labels: np.ndarray, scores: np.ndarray, groups: np.ndarray) -> float:
    """Return the temperature T for which sigmoid(score / T) fits the labels best.

    The log loss is least, a group's examples sharing its weight, and with it minus half the
    logarithm of the information on 1 / T (Firth 1993, Biometrika 80): few groups, which classes
    without an overlap are at times, would else give probabilities of 0 and 1 (Heinze, Schemper
    2002, Statistics in Medicine 21). With many groups that changes nothing.

    Args:
        labels: int [N] of 0 and 1, both of them.
        scores: log odds of 1, float [N].
        groups: [N], what hangs together.

    Raises:
        ValueError: a class is missing.
    """
    from scipy.optimize import minimize_scalar

    labels, scores = np.asarray(labels), np.asarray(scores, np.float64)
    if len(np.unique(labels)) < 2:
        raise ValueError("a temperature needs examples of both classes")
    _, member, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    told = scores != 0  # a score of 0 says 1/2 at any temperature
    if not told.any():
        return LIMITS[1]
    scores, weights = scores[told], 1 / sizes[member[told]]
    signed = np.where(labels[told] == 1, scores, -scores)

    def loss(log_temperature: float) -> float:
        logits = signed / np.exp(log_temperature)
        information = (
            np.log(weights) + 2 * np.log(np.abs(scores))
            - np.logaddexp(0, logits) - np.logaddexp(0, -logits)
        )  # fmt: skip
        return float(weights @ np.logaddexp(0, -logits) - np.logaddexp.reduce(information) / 2)

    found = minimize_scalar(loss, bounds=tuple(np.log(LIMITS)), method="bounded")
    return float(np.exp(found.x))
