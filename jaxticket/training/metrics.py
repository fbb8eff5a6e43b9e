"""The metrics that training watches; they live in `jaxticket.statistics`."""

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
    class_accuracy,
    class_recalls,
    confusion,
    macro_accuracy,
)

__all__ = [
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
]
