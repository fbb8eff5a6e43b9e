"""What every road gave and took, and whether its tickets are as good as those of full IMP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from experiments.costing.costs import cost_of
from experiments.costing.plan import run_of
from experiments.costing.roads import CARRIED, FULL, LONG_DENSE, ROADS
from experiments.options.cost import Config
from experiments.study.predictions import Scores, read, shared_seeds
from jaxticket.recipe import Recipe
from jaxticket.runs import read_recipe
from jaxticket.statistics import Estimate, holm, mean_interval, paired_interval
from jaxticket.verdicts.rules import MARGINS
from jaxticket.verdicts.wording import UNJUDGED

METRICS = ("auc", "accuracy")
MARGIN = MARGINS["auc"]
NOT_INFERIOR, OPEN, INFERIOR = "not inferior", "not shown to be worse", "worse"
CHANCE = 0.5


@dataclass(frozen=True)
class Row:
    """A road's tickets of a sparsity, over seeds.

    Attributes:
        model, dataset, road, sparsity: which they are.
        seeds: that are done.
        steps, seconds: what a ticket took, the mean over these seeds.
        share: of the steps of full IMP's ticket of the sparsity, over the same seeds.
        metrics: metric -> its mean.
        over_full: metric -> (this - full IMP), paired by seed and picture; empty of full IMP.
        verdict: `NOT_INFERIOR` by the margin of AUC, or `INFERIOR` (its interval is below 0), or
            `OPEN`; `UNJUDGED` without an interval, or where full IMP is not above chance; "" of it.
        p: of `NOT_INFERIOR`, corrected over the roads beside it.
        synthetic: whether the pictures are.
    """

    model: str
    dataset: str
    road: str
    sparsity: float
    seeds: tuple[int, ...]
    steps: float
    seconds: float
    share: float
    metrics: Mapping[str, Estimate]
    over_full: Mapping[str, Estimate] = field(default_factory=dict)
    verdict: str = ""
    p: float = 1.0
    synthetic: bool = False

    @property
    def is_ticket(self) -> bool:
        """Whether it is a sparse network."""
        return self.road != LONG_DENSE


def find(config: Config) -> list[Row]:
    """Return a row for every road, sparsity, data set and model of which full IMP is done too.

    Raises:
        ValueError: networks that are compared were tested on other examples.
    """
    rows = []
    for model in config.models:
        for dataset in config.datasets:
            for sparsity in config.sparsities:
                rows += _judged(list(_rows(config, model, dataset, sparsity)))
    return rows


def _rows(config: Config, model: str, dataset: str, sparsity: float) -> Sequence[Row]:
    scores: dict[str, Scores] = {}
    costs: dict[str, dict[int, tuple[int, float]]] = {}
    for road in (name for name in ROADS if name in config.roads):
        cells = {seed: run_of(model, dataset, seed, road, sparsity) for seed in config.seeds}
        only = road in (LONG_DENSE, CARRIED)
        found = read(config.study, cells, sparsity, only=only)
        if found is None or (FULL not in scores and road != FULL):
            continue
        scores[road] = found
        costs[road] = {}
        for seed in found.logits:
            cost = cost_of(config.study.folder / cells[seed], sparsity)
            costs[road][seed] = (cost.steps, cost.seconds)
    named = name_of(config, model, dataset)
    return [_row(model, named, road, sparsity, scores, costs) for road in scores]


def name_of(config: Config, model: str, dataset: str) -> str:
    """Return what pages call a data set: one that is named by a path has its own name."""
    recipe = full_recipe(config, model, dataset) if "/" in dataset else None
    return recipe.data_name if recipe else dataset


def full_recipe(config: Config, model: str, dataset: str) -> Recipe | None:
    """Return the recipe of the first run of full IMP that is done; None without one."""
    for seed in config.seeds:
        run = config.study.folder / run_of(model, dataset, seed, FULL, 0.0)
        if (run / "summary.json").is_file():
            return read_recipe(run)
    return None


def _row(
    model: str,
    dataset: str,
    road: str,
    sparsity: float,
    scores: Mapping[str, Scores],
    costs: Mapping[str, Mapping[int, tuple[int, float]]],
) -> Row:
    own, full = scores[road], scores[FULL]
    seeds = tuple(own.logits)
    rows = own.rows()
    steps, seconds = np.mean([costs[road][seed] for seed in seeds], axis=0).tolist()
    both = shared_seeds(f"{model} on {dataset}, {road}", own, full)
    over, share = {}, float("nan")
    if both:
        share = sum(costs[road][s][0] for s in both) / sum(costs[FULL][s][0] for s in both)
    if both and road != FULL:
        pair = own.rows(both), full.rows(both), own.groups
        over = {metric: paired_interval(metric, own.labels, *pair) for metric in METRICS}
    return Row(
        model=model, dataset=dataset, road=road, sparsity=sparsity, seeds=seeds, steps=steps,
        seconds=seconds, share=share, over_full=over, synthetic=own.synthetic,
        metrics={m: mean_interval(m, own.labels, rows, own.groups) for m in METRICS},
    )  # fmt: skip


def _judged(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of one sparsity with their verdicts.

    That one is not inferior is corrected over all of them by Holm. That one is worse is not: what
    is not shown to be worse is rather too little than too much.
    """
    full = next((row for row in rows if row.road == FULL), None)
    learnt = full is not None and full.metrics["auc"].low > CHANCE
    beside = [row for row in rows if row.over_full]
    gains = [row.over_full["auc"] for row in beside]
    adjusted = holm([gain.p_above(-MARGIN) for gain in gains])
    judged = {}
    for row, gain, p in zip(beside, gains, adjusted, strict=True):
        words = UNJUDGED if np.isnan(gain.low) or not learnt else _words(gain, p)
        judged[row.road] = replace(row, verdict=words, p=float(p))
    return [judged.get(row.road, row) for row in rows]


def _words(gain: Estimate, p: float) -> str:
    if p <= (1 - gain.confidence) / 2:
        return NOT_INFERIOR
    return INFERIOR if gain.high < 0 else OPEN
