"""The metrics that training watches; they live in `jaxticket.statistics`."""

import numpy as np

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
]


def of_logits(labels: np.ndarray, logits: np.ndarray) -> dict[str, float]:
    """Return every metric that exists for a detector's logits, by name.

    Args:
        labels: int [N].
        logits: float [N, 1] for real/fake: `METRICS`; [N, C] for C classes: `CLASS_METRICS`.
    """
    if logits.shape[1] == 1:
        return all_metrics(labels, logits[:, 0])
    return {name: metric(labels, logits) for name, metric in CLASS_METRICS.items()}
