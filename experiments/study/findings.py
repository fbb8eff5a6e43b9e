"""What the finished networks of a study show: means, differences and verdicts, with intervals.

Three tables, each made from those before it: scores (`networks`), `differences` and `verdicts`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from experiments.options.study import Study
from experiments.study.differences import JUDGED, differences
from experiments.study.networks import read_networks
from experiments.study.predictions import Scores
from experiments.study.verdicts import Rules, judge_networks
from jaxticket.statistics import Estimate, mean_interval

METRICS = ("accuracy", "balanced_accuracy", "auc", "average_precision", "eer")


@dataclass(frozen=True)
class Finding:
    """One network at one sparsity, over seeds: a row of all tables together.

    What is not named here is explained by `NetworkKey`, `Differences` and `Verdicts`.

    Attributes:
        weights_left: smallest and largest over seeds.
        seeds: which were there.
        metrics: name -> estimate.
        dead_layers: the most layers without a weight left in any seed.
        dead_seeds: seeds with such a layer.
        synthetic: whether the data were rendered.
        videos: how many there are.
        by_video: name -> estimate, of the means of each video's frames.
        parameters_left: smallest and largest over seeds, of all parameters; None where no run
            says it.
    """

    model: str
    source: str
    target: str
    method: str
    kind: str
    sparsity: float
    weights_left: tuple[int, int]
    seeds: tuple[int, ...]
    metrics: Mapping[str, Estimate]
    over_dense: Mapping[str, Estimate] = field(default_factory=dict)
    over_controls: Mapping[str, Estimate] = field(default_factory=dict)
    retention: Estimate | None = None
    verdicts: Mapping[str, Rules] = field(default_factory=dict)
    dead_layers: int = 0
    dead_seeds: int = 0
    synthetic: bool = False
    videos: int = 0
    by_video: Mapping[str, Estimate] = field(default_factory=dict)
    by_video_over_dense: Mapping[str, Estimate] = field(default_factory=dict)
    over_moved_dense: Estimate | None = None
    ticket_over: Mapping[str, Estimate] = field(default_factory=dict)
    ticket_better: Rules = field(default_factory=dict)
    parameters_left: tuple[int, int] | None = None

    @property
    def network(self) -> str:
        """What it is, for a table: `dense` or the kind."""
        return "dense" if (self.method, self.kind) == ("dense", "ticket") else self.kind

    @property
    def rival(self) -> str:
        """What a ticket that is compared with it calls it: the control, or the other method."""
        return self.method if self.kind == "ticket" else self.kind

    def plain(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        return asdict(self)


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
