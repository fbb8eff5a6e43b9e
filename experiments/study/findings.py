"""What the finished networks of a study show: means, differences and verdicts, with intervals.

Three tables, each made from those before it: scores (`networks`), `differences` and `verdicts`.
"""

from collections.abc import Sequence
from typing import Any

from experiments.options.study import Study
from experiments.study.differences import JUDGED, differences
from experiments.study.networks import read_networks
from experiments.study.predictions import Scores
from experiments.study.verdicts import judge_networks
from jaxticket.report import finding
from jaxticket.statistics import Estimate, mean_interval

METRICS = ("accuracy", "balanced_accuracy", "auc", "average_precision", "eer")


Finding = finding.Finding[Estimate]


def find(study: Study) -> list[Finding]:
    """Return the findings of all networks that are done, in the order of the study.

    Raises:
        ValueError: networks that are compared were tested on other examples, or seeds trained in
            another way.
    """
    scores = read_networks(study)
    compared = differences(study, scores)
    judged = judge_networks(study, scores, compared)
    return [
        Finding(**vars(key), **_means(scores[key]), **vars(compared[key]), **vars(judged[key]))
        for key in scores
    ]


def _means(scores: Scores) -> dict[str, Any]:
    """Return what is said of a network for itself."""
    videos, left = scores.by_video(), scores.parameters_left
    return {
        "weights_left": (min(scores.weights_left), max(scores.weights_left)),
        "seeds": tuple(scores.logits),
        "metrics": _estimates(METRICS, scores),
        "dead_layers": max(scores.dead_layers),
        "dead_seeds": sum(count > 0 for count in scores.dead_layers),
        "synthetic": scores.synthetic,
        "videos": len(videos.keys),
        "by_video": _estimates(JUDGED, videos),
        "parameters_left": (min(left), max(left)) if left else None,
    }


def _estimates(metrics: Sequence[str], scores: Scores) -> dict[str, Estimate]:
    rows = scores.rows()
    return {m: mean_interval(m, scores.labels, rows, scores.groups) for m in metrics}
