"""The page of rare features: is P(correct | r) >= tau, and does pruning hurt the rare more?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from experiments.options.study import Study
from experiments.study.pages.by_method import recalls
from experiments.study.pages.markdown import (
    INTERVALS,
    ONE_GROUP,
    by_set,
    cell,
    grid,
    percents,
    write_page,
)
from experiments.study.pages.rows import Figure, Network, networks
from experiments.study.predictions import REAL, shared_seeds
from experiments.study.set_counts import TrainingCounts
from jaxticket.statistics import Estimate, harm_to_rare, is_right, rarest, recall_by
from jaxticket.text import markdown_table
from jaxticket.verdicts.claims import superior
from jaxticket.verdicts.rules import reaches
from jaxticket.verdicts.wording import (
    INCONCLUSIVE,
    LOSE_MORE,
    NO_DIFFERENCE,
    NOT_REACHED,
    REACHED,
    UNJUDGED,
)

ANSWERS = (REACHED, INCONCLUSIVE, NOT_REACHED, UNJUDGED)
MOST = 1
"""How many forgery methods are called rare, their equals apart."""


def write_rare(study: Study, counts: TrainingCounts) -> list[Figure]:
    """Write rare.md, .csv, .json, and return the figures.

    Args:
        study: names the folder, and tau.
        counts: of training, by data set; without them nothing can be called rare.
    """
    figures = list(rare_features(study, counts))
    write_page(study, "rare", "Rare features", figures, _text(study, counts, figures))
    return figures


def rare_features(study: Study, counts: TrainingCounts) -> Iterator[Figure]:
    """Yield recalls by method and by test group, with tau's verdict, and the harm to the rare.

    The verdicts on harm are corrected by Holm's method over the levels of a way of pruning.
    """
    harms: list[Figure] = []
    for network in networks(study):
        scores = network.scores
        forged = {name: recall for name, recall in recalls(network).items() if name != REAL}
        yield from _recalls(network, "feature", forged, scores.methods, study.tau)
        right = np.stack([is_right(scores.labels, row) for row in scores.rows()])
        by_group = recall_by(scores.groups, right, scores.groups)
        yield from _recalls(network, "group", by_group, scores.groups, study.tau)
        harms += _harm(network, counts.get(network.place[1], {}))
    families = dict.fromkeys((harm.model, harm.dataset, harm.method) for harm in harms)
    for family in families:
        same = [harm for harm in harms if (harm.model, harm.dataset, harm.method) == family]
        gains = {percents(harm.sparsity): harm.estimate for harm in same if harm.estimate}
        claims = superior("recall", gains, rule="harm")
        for harm in same:
            yield replace(harm, verdict=claims[percents(harm.sparsity)].words)


def _recalls(
    network: Network, by: str, recall_of: Mapping[str, Estimate], names: np.ndarray, tau: float
) -> Iterator[Figure]:
    for name, recall in recall_of.items():
        yield Figure(
            *network.place, by, name, "value", "", "recall", recall, int(np.sum(names == name)),
            network.scores.synthetic, reaches(name, recall, tau).words,
        )  # fmt: skip


def _harm(network: Network, trained: Mapping[str, int]) -> list[Figure]:
    scores, dense = network.scores, network.dense
    rare = rarest(trained, MOST)
    if dense is None or not rare:
        return []
    seeds = shared_seeds(str(network.place), scores, dense)
    if not seeds:
        return []
    before, after = (
        np.stack([is_right(scores.labels, row) for row in rows])
        for rows in (dense.rows(seeds), scores.rows(seeds))
    )
    harm = harm_to_rare(scores.methods, trained, rare, before, after, scores.groups)
    if harm is None:
        return []
    counted = int(np.isin(scores.methods, list(trained)).sum())
    return [
        Figure(*network.place, "feature", " and ".join(rare), "harm", "dense", "recall", harm,
               counted, scores.synthetic)
    ]  # fmt: skip


def _text(study: Study, counts: TrainingCounts, figures: Sequence[Figure]) -> Iterable[str]:
    yield (
        "A feature is a forgery method. Rare is the method with the fewest training pictures, and "
        "its equals; where all have as many, none is rare. Test groups share nothing with training "
        "(no group lies in two splits), so a group has no training count and none is called rare: "
        "they are judged by tau alone."
    )
    yield ""
    yield (
        f"tau is {study.tau:g}: `{REACHED}` where the lower end of P(correct | feature) does, "
        f"`{NOT_REACHED}` where the upper end lies below it, else `{INCONCLUSIVE}`; n is the "
        f"number of seeds. {INTERVALS} {ONE_GROUP}"
    )
    yield ""
    for (model, dataset), subset in by_set(figures).items():
        yield from [f"## {model} on {dataset}", ""]
        yield from [_rare_ones(counts.get(dataset)), ""]
        yield from _harms([row for row in subset if row.measure == "harm"])
        features = [row for row in subset if (row.by, row.measure) == ("feature", "value")]
        names = sorted({row.name for row in features})
        title = f"P(correct | method), and whether it reaches {study.tau:g}:"
        yield from [title, "", *grid(features, names)]
        yield from _groups([row for row in subset if row.by == "group"], study.tau)


def _rare_ones(trained: Mapping[str, int] | None) -> str:
    if trained is None:
        return (
            "The runs did not keep how many pictures of each method they were trained on: what is "
            "rare is not known. experiments.paper without --report_only counts them where it finds "
            "their data set: where it was, or below --data_dir."
        )
    counts = ", ".join(f"{count:,} {name}" for name, count in trained.items())
    rare = rarest(trained, MOST)
    alone = "there is one method" if len(trained) == 1 else "all have as many"
    verdict = f"Rare: {', '.join(rare)}." if rare else f"None is rare: {alone}."
    return f"Training pictures: {counts}. {verdict}"


def _harms(harms: Sequence[Figure]) -> Iterable[str]:
    if not harms:
        return
    yield (
        "Does pruning hurt the rare more? Drop in recall of the rare minus drop of the others, "
        f"against dense: above 0 the rare lose more. `{LOSE_MORE}` or `{NO_DIFFERENCE}` is "
        "corrected by Holm's method over the levels of a method:"
    )
    yield ""
    rows = [
        (row.method, percents(row.sparsity), str(row.estimate.seeds), cell(row))
        for row in harms
        if row.estimate
    ]
    yield from markdown_table(["method", "sparsity", "n", "drop(rare) - drop(others)"], rows)


def _groups(figures: Sequence[Figure], tau: float) -> Iterable[str]:
    """Yield how many test groups reach tau, and the group with the lowest recall."""
    yield f"How many test groups (each for itself, over seeds alone) reach {tau:g}:"
    yield ""
    rows = []
    for method, sparsity in dict.fromkeys((row.method, row.sparsity) for row in figures):
        subset = [row for row in figures if (row.method, row.sparsity) == (method, sparsity)]
        words = [row.verdict for row in subset]
        recall = {row.name: row.estimate.value for row in subset if row.estimate}
        least = min(subset, key=lambda row: (recall[row.name], row.name))
        rows.append((method, percents(sparsity), *(str(words.count(word)) for word in ANSWERS),
                     f"{least.name}: {cell(least)}"))  # fmt: skip
    heads = ["method", "sparsity", *ANSWERS, "lowest"]
    yield from markdown_table(heads, rows)
