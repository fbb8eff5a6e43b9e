"""The page of rare features: P(correct | r) >= tau, and whether pruning hurts the rare more."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from experiments.study.pages.by_method import recalls
from experiments.study.pages.markdown import (
    INTERVALS,
    by_set,
    cell,
    grid,
    percents,
    write_page,
)
from experiments.study.pages.rows import Figure, Network, networks
from experiments.study.plan import Study
from experiments.study.predictions import REAL, shared_seeds
from experiments.study.set_counts import Facts
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


def write_rare(study: Study, facts: Mapping[str, Facts]) -> list[Figure]:
    """Write rare.md, .csv, .json, and return the figures.

    Args:
        study: names the folder, and tau.
        facts: of each data set that is at hand; without them nothing can be called rare.
    """
    figures = list(rare_features(study, facts))
    write_page(study, "rare", "Rare features", figures, _text(study, facts, figures))
    return figures


def rare_features(study: Study, facts: Mapping[str, Facts]) -> Iterator[Figure]:
    """Yield recalls by method and by test group, with tau's verdict, and the harm to the rare.

    The verdicts on harm are corrected by Holm's method over the levels of a way of pruning.
    """
    harms: list[Figure] = []
    for network in networks(study):
        of = network.scores
        forged = {name: one for name, one in recalls(network).items() if name != REAL}
        yield from _recalls(network, "feature", forged, of.methods, study.tau)
        right = np.stack([is_right(of.labels, row) for row in of.rows()])
        found = recall_by(of.groups, right, of.groups)
        yield from _recalls(network, "group", found, of.groups, study.tau)
        harms += _harm(network, facts.get(network.place[1]))
    families = dict.fromkeys((one.model, one.dataset, one.method) for one in harms)
    for family in families:
        of_one = [one for one in harms if (one.model, one.dataset, one.method) == family]
        gains = {percents(one.sparsity): one.estimate for one in of_one if one.estimate}
        claims = superior("recall", gains, rule="harm")
        for one in of_one:
            yield replace(one, verdict=claims[percents(one.sparsity)].words)


def _recalls(
    network: Network, by: str, found: Mapping[str, Estimate], names: np.ndarray, tau: float
) -> Iterator[Figure]:
    for name, recall in found.items():
        yield Figure(
            *network.place, by, name, "value", "", "recall", recall, int(np.sum(names == name)),
            network.scores.synthetic, reaches(name, recall, tau).words,
        )  # fmt: skip


def _harm(network: Network, facts: Facts | None) -> list[Figure]:
    of, dense = network.scores, network.dense
    rare = rarest(facts.trained, MOST) if facts else ()
    if dense is None or facts is None or not rare:
        return []
    seeds = shared_seeds(str(network.place), of, dense)
    if not seeds:
        return []
    before, after = (
        np.stack([is_right(of.labels, row) for row in one.rows(seeds)]) for one in (dense, of)
    )
    found = harm_to_rare(of.methods, facts.trained, rare, before, after, of.groups)
    if found is None:
        return []
    counted = int(np.isin(of.methods, list(facts.trained)).sum())
    return [
        Figure(*network.place, "feature", " and ".join(rare), "harm", "dense", "recall", found,
               counted, of.synthetic)
    ]  # fmt: skip


def _text(study: Study, facts: Mapping[str, Facts], figures: Sequence[Figure]) -> Iterable[str]:
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
        f"number of seeds. {INTERVALS}"
    )
    yield ""
    for (model, dataset), of in by_set(figures).items():
        yield from [f"## {model} on {dataset}", ""]
        yield from [_rare_ones(facts.get(dataset)), ""]
        yield from _harms([one for one in of if one.measure == "harm"])
        features = [one for one in of if (one.by, one.measure) == ("feature", "value")]
        names = sorted({one.name for one in features})
        title = f"P(correct | method), and whether it reaches {study.tau:g}:"
        yield from [title, "", *grid(features, names)]
        yield from _groups([one for one in of if one.by == "group"], study.tau)


def _rare_ones(facts: Facts | None) -> str:
    if facts is None:
        return (
            "The prepared set is not at hand, or has no count of methods on its data card: what is "
            "rare is not known."
        )
    counts = ", ".join(f"{count:,} {name}" for name, count in facts.trained.items())
    rare = rarest(facts.trained, MOST)
    alone = "there is one method" if len(facts.trained) == 1 else "all have as many"
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
        (o.method, percents(o.sparsity), str(o.estimate.seeds if o.estimate else 0), cell(o))
        for o in harms
    ]
    yield from markdown_table(["method", "sparsity", "n", "drop(rare) - drop(others)"], rows)


def _groups(figures: Sequence[Figure], tau: float) -> Iterable[str]:
    """Yield how many test groups reach tau, and the group with the lowest recall."""
    yield f"How many test groups (each judged over seeds alone) reach {tau:g}:"
    yield ""
    rows = []
    for method, sparsity in dict.fromkeys((o.method, o.sparsity) for o in figures):
        of = [o for o in figures if (o.method, o.sparsity) == (method, sparsity)]
        words = [one.verdict for one in of]
        least = min(of, key=lambda o: (o.estimate.value if o.estimate else 0.0, o.name))
        rows.append((method, percents(sparsity), *(str(words.count(word)) for word in ANSWERS),
                     f"{least.name}: {cell(least)}"))  # fmt: skip
    heads = ["method", "sparsity", *ANSWERS, "lowest"]
    yield from markdown_table(heads, rows)
