"""Metrics of a detector with C logits, say one a forgery method: the largest logit is the answer.

Each takes `labels`, int [N] in 0..C-1, and `logits`, float [N, C]; of equal logits the first wins.
"""

from collections.abc import Callable

import numpy as np

ClassMetric = Callable[[np.ndarray, np.ndarray], float]


def class_accuracy(labels: np.ndarray, logits: np.ndarray) -> float:
    """Return the fraction of examples classified right, in [0, 1].

    Raises:
        ValueError: the shapes do not fit, or a label is no class.
    """
    counts = confusion(labels, logits)
    return float(np.trace(counts) / counts.sum())


def macro_accuracy(labels: np.ndarray, logits: np.ndarray) -> float:
    """Return the mean of the classes' recalls (balanced accuracy); NaN if a class has no example.

    Raises:
        ValueError: the shapes do not fit, or a label is no class.
    """
    return float(np.mean(class_recalls(labels, logits)))


def class_recalls(labels: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Return each class's recall, float [C] in [0, 1]; NaN for a class without an example.

    Raises:
        ValueError: the shapes do not fit, or a label is no class.
    """
    counts = confusion(labels, logits)
    with np.errstate(invalid="ignore"):
        return np.diag(counts) / counts.sum(axis=1)


def confusion(labels: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Return how often class i (row) was called class j (column), int [C, C].

    Raises:
        ValueError: the shapes do not fit, or a label is no class.
    """
    labels, logits = np.asarray(labels), np.asarray(logits)
    if logits.ndim != 2 or labels.shape != logits.shape[:1] or not labels.size:
        raise ValueError(
            f"labels must be [N] and logits [N, C] with N of 1 or more, got {labels.shape} and "
            f"{logits.shape}"
        )
    classes = logits.shape[1]
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(
            f"labels run from {labels.min()} to {labels.max()}, but the logits have {classes} "
            "classes: give the labels as numbers of those classes"
        )
    called = logits.argmax(axis=1)
    return np.bincount(labels * classes + called, minlength=classes**2).reshape(classes, classes)


CLASS_METRICS: dict[str, ClassMetric] = {
    "accuracy": class_accuracy,
    "balanced_accuracy": macro_accuracy,
}
"""Those of `METRICS` that exist for C logits, by the same names."""
