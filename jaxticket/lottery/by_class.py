"""The figures of a level where a detector says which method."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jaxticket.data import Examples
from jaxticket.runs.levels import ByClass, ClassFigures
from jaxticket.runs.predictions import Predictions
from jaxticket.statistics import (
    CLASS_METRICS,
    Estimate,
    by_video,
    class_recalls,
    confusion,
    interval_ends,
    is_right,
    recall_by,
)


def evaluation(
    validation: Examples | Predictions,
    test: Examples | Predictions,
    logits: Mapping[str, np.ndarray],
) -> dict[str, Any]:
    """Return a level's figures, fields of its `LevelRecord`; there is no AUC and no EER.

    Args:
        validation: labelled by method.
        test: likewise.
        logits: `validation` and `test`, float [N, C] of each; a video's are averaged.
    """
    videos = by_video(test.videos, test.labels, test.groups, logits["test"].T)
    chosen = figures(validation.labels, logits["validation"], validation.groups, test.classes)
    called = figures(test.labels, logits["test"], test.groups, test.classes)
    return {
        "val_accuracy": chosen.accuracy,
        "test_accuracy": called.accuracy,
        "test_balanced_accuracy": called.balanced_accuracy,
        "validation": {name: getattr(chosen, name) for name in CLASS_METRICS},
        "test": {name: getattr(called, name) for name in CLASS_METRICS},
        "test_intervals": called.intervals,
        "validation_examples": len(validation),
        "test_examples": len(test),
        "by_class": ByClass(
            classes=list(test.classes),
            validation=chosen,
            test=called,
            test_videos=figures(videos.labels, videos.scores.T, videos.groups, test.classes),
        ),
    }


def figures(
    labels: np.ndarray, logits: np.ndarray, groups: np.ndarray, classes: Sequence[str]
) -> ClassFigures:
    """Return the figures of one split, on its frames or on its videos.

    Args:
        labels: int [N].
        logits: float [N, C].
        groups: [N], what hangs together.
        classes: names of the labels.
    """
    names, number = np.array(classes), len(np.unique(groups))
    right = is_right(labels, logits)[None]
    values = {name: metric(labels, logits) for name, metric in CLASS_METRICS.items()}
    recalls = dict(zip(classes, class_recalls(labels, logits).tolist(), strict=True))
    ends = {name: interval_ends(name, labels, logits, groups) for name in CLASS_METRICS}
    by_name = recall_by(names[labels], right, groups)
    return ClassFigures(
        examples=len(labels),
        groups=number,
        **values,
        intervals=ends,
        recalls=recalls,
        recall_intervals={name: _ends(by_name[name]) for name in classes if name in by_name},
        confusion=confusion(labels, logits).tolist(),
    )


def _ends(estimate: Estimate) -> tuple[float, float]:
    return estimate.low, estimate.high
