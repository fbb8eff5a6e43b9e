"""The metrics that training watches; they live in `jaxticket.statistics`."""

import math

import numpy as np

from jaxticket.doors import is_own, look_up, naming
from jaxticket.statistics.metrics import (
    METRICS,
    Metric,
    accuracy,
    all_metrics,
    auc,
    average_precision,
    balanced_accuracy,
    equal_error_rate,
)
from jaxticket.statistics.multiclass import (
    CLASS_METRICS,
    class_accuracy,
    class_recalls,
    confusion,
    macro_accuracy,
)

__all__ = [
    "CLASS_METRICS",
    "METRICS",
    "Metric",
    "accuracy",
    "all_metrics",
    "auc",
    "average_precision",
    "balanced_accuracy",
    "class_accuracy",
    "class_recalls",
    "confusion",
    "equal_error_rate",
    "macro_accuracy",
    "of_logits",
    "watched",
]


def watched(name: str, num_logits: int) -> Metric:
    """Return the metric that patience watches: the higher, the better.

    Args:
        name: accuracy, balanced_accuracy, auc or average_precision; of C logits, a key of
            `CLASS_METRICS`; or `package.module:name` of a function from labels, int [N], and
            scores, float [N] for real/fake or logits, float [N, C] for C classes, to a number.
        num_logits: the detector's.

    Raises:
        ValueError: there is no such metric of so many logits, or a user's own gives no number when
            it is tried; the metric raises it where it gives none later.
    """
    table = CLASS_METRICS if num_logits > 1 else {
        name: metric for name, metric in METRICS.items() if name != "eer"
    }  # fmt: skip
    if name in METRICS and name not in table:
        known = " or ".join(table)
        if name == "eer":
            raise ValueError(f"the metric eer is an error rate; take {known}")
        raise ValueError(f"the metric {name} exists for two classes only; take {known}")
    metric = look_up("metric", name, table)
    if not is_own(name):
        return metric

    def own(labels: np.ndarray, given: np.ndarray) -> float:
        what = "scores" if given.ndim == 1 else "logits"
        with naming("metric", name, f"for labels {list(labels.shape)}, {what} {list(given.shape)}"):
            value = metric(labels, given)
            if isinstance(value, str):
                raise TypeError(f"it gives the text {value!r} and no number")
            return float(value)

    labels = np.arange(max(2, num_logits))
    logits = np.eye(len(labels)) if num_logits > 1 else np.array([[-1.0], [1.0]])
    if math.isnan(own(labels, _given(logits))):
        raise ValueError(f"the metric {name!r} is NaN where every label is predicted right")
    return own


def of_logits(labels: np.ndarray, logits: np.ndarray, also: str | None = None) -> dict[str, float]:
    """Return every metric that exists for a detector's logits, by name.

    Args:
        labels: int [N].
        logits: float [N, 1] for real/fake: `METRICS`; [N, C] for C classes: `CLASS_METRICS`.
        also: a user's own beside them, or one of them, as for `watched`.
    """
    table = METRICS if logits.shape[1] == 1 else CLASS_METRICS
    if also is not None and also not in table:
        table = {**table, also: watched(also, logits.shape[1])}
    return {name: metric(labels, _given(logits)) for name, metric in table.items()}


def _given(logits: np.ndarray) -> np.ndarray:
    """Return what a metric is given: scores [N] for real/fake, else logits [N, C]."""
    return logits[:, 0] if logits.shape[1] == 1 else logits
