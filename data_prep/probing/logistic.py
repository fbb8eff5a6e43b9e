"""Ridge logistic regression: the linear model that probes are read out with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LogisticModel:
    """A fitted linear model; scores are the logits of label 1.

    Attributes:
        mean: of each feature in training, float64 [D].
        weights: of the features after subtracting the mean, float64 [D].
        bias: the logit where every feature is at its mean.
    """

    mean: np.ndarray
    weights: np.ndarray
    bias: float

    def scores(self, features: np.ndarray) -> np.ndarray:
        """Return logits of label 1 [N] for features [N, D]; finite or not as the features are."""
        return (features - self.mean) @ self.weights + self.bias


def fit_logistic(features: np.ndarray, labels: np.ndarray, ridge: float = 0.01) -> LogisticModel:
    """Minimise the mean logistic loss plus ridge / 2 times the squared weights.

    The features are standardised first, so that one `ridge` suits all of them; one that never
    changes gets no weight. The bias is not penalised (Hastie et al. 2009, 4.4).

    Args:
        features: [N, D], finite.
        labels: 0 or 1, [N].
        ridge: strength of the penalty on standardised features, positive.

    Raises:
        ValueError: shapes do not fit, a feature is not finite, there are not both labels, or the
            ridge is not positive.
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    features, labels = np.asarray(features, np.float64), np.asarray(labels, np.float64)
    _check(features, labels, ridge)
    mean, deviation = features.mean(axis=0), features.std(axis=0)
    # Rounding leaves a constant feature a deviation of about its last bit.
    changes = deviation > 1e-9 * np.maximum(1, np.abs(mean))
    scale = np.where(changes, 1 / np.where(changes, deviation, 1), 0)
    inputs, signs = (features - mean) * scale, 2 * labels - 1

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        weights, bias = parameters[:-1], parameters[-1]
        margins = signs * (inputs @ weights + bias)
        slopes = -signs * expit(-margins) / len(signs)
        value = np.logaddexp(0, -margins).mean() + ridge / 2 * weights @ weights
        return float(value), np.append(inputs.T @ slopes + ridge * weights, slopes.sum())

    start = np.zeros(features.shape[1] + 1)
    solution = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 1000}).x
    return LogisticModel(mean, solution[:-1] * scale, float(solution[-1]))


def _check(features: np.ndarray, labels: np.ndarray, ridge: float) -> None:
    if features.ndim != 2 or labels.shape != features.shape[:1]:
        raise ValueError(
            f"features {list(features.shape)} and labels {list(labels.shape)} do not fit: they "
            "must be [N, D] and [N]"
        )
    if not np.isfinite(features).all():
        row, column = np.argwhere(~np.isfinite(features))[0]
        raise ValueError(f"feature {column} of row {row} is {features[row, column]}, not finite")
    if set(np.unique(labels)) != {0.0, 1.0}:
        raise ValueError(
            f"the labels are {np.unique(labels)[:4].tolist()}: both 0 and 1 must occur"
        )
    if not ridge > 0:
        raise ValueError(f"the ridge is {ridge}, but must be positive")
