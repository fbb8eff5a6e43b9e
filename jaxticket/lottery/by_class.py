"""The figures of a level where a detector says which method."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jaxticket.data import Examples
from jaxticket.statistics import (
    CLASS_METRICS,
    Estimate,
    by_video,
    class_recalls,
    confusion,
    is_right,
    mean_interval,
    recall_by,
)


def evaluation(
    validation: Examples, test: Examples, logits: Mapping[str, np.ndarray]
) -> dict[str, Any]:
    """Return a level's figures, ready for JSON; there is no AUC and no EER.

    Args:
        validation: labelled by method.
        test: likewise.
        logits: `validation` and `test`, float [N, C] of each; a video's are averaged.
    """
    videos = by_video(test.videos, test.labels, test.groups, logits["test"].T)
    chosen = figures(validation.labels, logits["validation"], validation.groups, test.classes)
    found = figures(test.labels, logits["test"], test.groups, test.classes)
    return {
        "val_accuracy": chosen["accuracy"],
        "test_accuracy": found["accuracy"],
        "test_balanced_accuracy": found["balanced_accuracy"],
        "validation": {name: chosen[name] for name in CLASS_METRICS},
        "test": {name: found[name] for name in CLASS_METRICS},
        "test_intervals": found["intervals"],
        "validation_examples": len(validation),
        "test_examples": len(test),
        "by_class": {
            "classes": list(test.classes),
            "validation": chosen,
            "test": found,
            "test_videos": figures(videos.labels, videos.scores.T, videos.groups, test.classes),
        },
    }


def figures(
    labels: np.ndarray, logits: np.ndarray, groups: np.ndarray, classes: Sequence[str]
) -> dict[str, Any]:
    """Return the figures of one split, on its frames or on its videos.

    Args:
        labels: int [N].
        logits: float [N, C].
        groups: [N], what hangs together.
        classes: names of the labels.

    Returns:
        `examples`, `groups`, `accuracy`, `balanced_accuracy` (the mean of the recalls), `recalls`
        by class, `confusion` (rows are what it is, columns what it was called); `intervals` and
        `recall_intervals`, 95% over groups, NaN where one group is all there is.
    """
    names, number = np.array(classes), len(np.unique(groups))
    right = is_right(labels, logits)[None]
    values = {name: metric(labels, logits) for name, metric in CLASS_METRICS.items()}
    recalls = dict(zip(classes, class_recalls(labels, logits).tolist(), strict=True))
    nowhere = (float("nan"), float("nan"))
    ends = {
        name: _ends(mean_interval(name, labels, logits[None], groups)) if number > 1 else nowhere
        for name in CLASS_METRICS
    }
    ends_of = recall_by(names[labels], right, groups)
    return {
        "examples": len(labels),
        "groups": number,
        **values,
        "intervals": ends,
        "recalls": recalls,
        "recall_intervals": {name: _ends(ends_of[name]) for name in classes if name in ends_of},
        "confusion": confusion(labels, logits).tolist(),
    }


def _ends(found: Estimate) -> tuple[float, float]:
    return found.low, found.high
