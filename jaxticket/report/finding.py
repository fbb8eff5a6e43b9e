"""A finding of a study: what results.json holds a list of."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Generic, NotRequired, TypedDict, TypeVar

from jaxticket.verdicts.wording import Verdict

SHOWN = ("accuracy", "auc")

E = TypeVar("E")
"""An estimate: `jaxticket.statistics.Estimate`, or what a page reads of it."""


class EstimateValues(TypedDict):
    """What a page reads of an estimate; None for NaN."""

    value: float | None
    low: float | None
    high: float | None
    seeds: NotRequired[int]
    groups: NotRequired[int]


def rival_of(method: str, kind: str) -> str:
    """Return what a network is called beside a ticket: the control, or the other method."""
    return method if kind == "ticket" else kind


@dataclass(frozen=True)
class Finding(Generic[E]):
    """One network at one sparsity, over seeds: a row of all tables together.

    What is not named here is explained in `experiments.study`: `NetworkKey`, `Differences` and
    `Verdicts`.

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
    metrics: Mapping[str, E]
    over_dense: Mapping[str, E] = field(default_factory=dict)
    over_controls: Mapping[str, E] = field(default_factory=dict)
    retention: E | None = None
    verdicts: Mapping[str, Mapping[str, Verdict]] = field(default_factory=dict)
    dead_layers: int = 0
    dead_seeds: int = 0
    synthetic: bool = False
    videos: int = 0
    by_video: Mapping[str, E] = field(default_factory=dict)
    by_video_over_dense: Mapping[str, E] = field(default_factory=dict)
    over_moved_dense: E | None = None
    ticket_over: Mapping[str, E] = field(default_factory=dict)
    ticket_better: Mapping[str, Verdict] = field(default_factory=dict)
    parameters_left: tuple[int, int] | None = None

    def __post_init__(self):
        """Refuse one without the metrics that a page shows."""
        if lacking := [metric for metric in SHOWN if metric not in self.metrics]:
            raise ValueError(f"it lacks the metric {lacking[0]}")

    @property
    def network(self) -> str:
        """What it is, for a table: `dense` or the kind."""
        return "dense" if (self.method, self.kind) == ("dense", "ticket") else self.kind

    @property
    def rival(self) -> str:
        """What a ticket that is compared with it calls it: the control, or the other method."""
        return rival_of(self.method, self.kind)

    def plain(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        return asdict(self)
