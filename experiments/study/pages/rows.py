"""A row of a study's further tables: a value over seeds, with its interval and what it is of."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from experiments.options.study import Study
from experiments.study.networks import dense_of, home_networks
from experiments.study.plan import set_names
from experiments.study.predictions import Scores
from jaxticket.statistics import Estimate

COLUMNS = (
    "model", "dataset", "method", "sparsity", "by", "name", "measure", "against", "metric",
    "value", "low", "high", "seeds", "groups", "examples", "verdict", "synthetic",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One value with its interval over seeds and groups.

    Attributes:
        model: the detector.
        dataset: what it was trained and tested on.
        method: how the ticket was found, or `dense`.
        sparsity: of the level.
        by: what the test pictures are taken by: corruption, method, compression, feature, group.
        name: which of them.
        measure: `value`; `difference` to what it is compared with, paired by seed and example;
            `retention`, what is kept of that above chance; `harm`, see `harm_to_rare`.
        against: `dense`, or `clean` pictures.
        metric: what was measured.
        estimate: None where there is nothing to retain, the other not being above chance.
        examples: how many pictures.
        verdict: of a rule, in words.
        synthetic: whether the pictures were rendered.
    """

    model: str
    dataset: str
    method: str
    sparsity: float
    by: str
    name: str
    measure: str
    against: str
    metric: str
    estimate: Estimate | None
    examples: int
    synthetic: bool
    verdict: str = ""

    def plain(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        return asdict(self)

    def row(self) -> dict[str, Any]:
        """Return it as a row of `COLUMNS`."""
        estimate = self.estimate
        ends = ("value", "low", "high", "seeds", "groups")
        row = {name: getattr(self, name) for name in COLUMNS if name not in ends}
        return row | {name: getattr(estimate, name) if estimate else None for name in ends}


@dataclass(frozen=True)
class Network:
    """A network on its own test split, over seeds.

    Attributes:
        place: model, data set, method and sparsity, as in `Figure`.
        scores: its logits.
        dense: those of the dense network; None if it is the dense one, or that is not done.
    """

    place: tuple[str, str, str, float]
    scores: Scores
    dense: Scores | None


def networks(study: Study) -> Iterator[Network]:
    """Yield every dense network and ticket of a study that is done, the dense one first."""
    for model in study.models:
        for dataset, name in set_names(study).items():
            home = home_networks(study, model, dataset)
            for key, scores in home.items():
                dense = None if key.method == "dense" else home.get(dense_of(key))
                yield Network((model, name, key.method, key.sparsity), scores, dense)
