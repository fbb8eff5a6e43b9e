"""The page by forgery method and compression: recall and AUC at each sparsity, against dense."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from experiments.options.study import Study
from experiments.study.pages.markdown import INTERVALS, ONE_GROUP, by_set, grid, write_page
from experiments.study.pages.rows import Figure, Network, networks
from experiments.study.predictions import REAL, shared_seeds
from jaxticket.statistics import Estimate, is_right, mean_interval, paired_interval, recall_by


def write_by_method(study: Study) -> list[Figure]:
    """Write by_method.md, .csv, .json, and return the figures."""
    figures = [figure for network in networks(study) for figure in _figures(network)]
    write_page(study, "by_method", "By forgery method and compression", figures, _text(figures))
    return figures


def recalls(network: Network) -> dict[str, Estimate]:
    """Return the recall of the real pictures and of every method's fakes."""
    scores = network.scores
    right = np.stack([is_right(scores.labels, row) for row in scores.rows()])
    return recall_by(scores.methods, right, scores.groups)


def _figures(network: Network) -> Iterator[Figure]:
    scores = network.scores
    for name, estimate in recalls(network).items():
        chosen = scores.methods == name
        yield _figure(network, "method", name, "value", "recall", estimate, chosen)
        # On pictures of one class, accuracy is recall.
        yield from _over_dense(network, "method", name, "accuracy", "recall", chosen)
        if name != REAL:
            chosen |= scores.labels == 0
            yield from _value(network, "method", name, "auc", chosen)
            yield from _over_dense(network, "method", name, "auc", "auc", chosen)
    names = np.unique(scores.compressions)
    for name in names if len(names) > 1 else ():
        chosen = scores.compressions == name
        for metric in ("accuracy", "auc") if len(set(scores.labels[chosen])) > 1 else ("accuracy",):
            yield from _value(network, "compression", str(name), metric, chosen)
            yield from _over_dense(network, "compression", str(name), metric, metric, chosen)


def _value(
    network: Network, by: str, name: str, metric: str, chosen: np.ndarray
) -> Iterator[Figure]:
    scores = network.scores
    rows, groups = scores.rows()[:, chosen], scores.groups[chosen]
    estimate = mean_interval(metric, scores.labels[chosen], rows, groups)
    yield _figure(network, by, name, "value", metric, estimate, chosen)


def _over_dense(
    network: Network, by: str, name: str, metric: str, called: str, chosen: np.ndarray
) -> Iterator[Figure]:
    scores, dense = network.scores, network.dense
    if dense is not None and (seeds := shared_seeds(str(network.place), scores, dense)):
        pair = scores.rows(seeds)[:, chosen], dense.rows(seeds)[:, chosen]
        estimate = paired_interval(metric, scores.labels[chosen], *pair, scores.groups[chosen])
        yield _figure(network, by, name, "difference", called, estimate, chosen)


def _figure(
    network: Network,
    by: str,
    name: str,
    measure: str,
    metric: str,
    estimate: Estimate,
    chosen: np.ndarray,
) -> Figure:
    return Figure(
        *network.place, by, name, measure, "dense" if measure == "difference" else "", metric,
        estimate, int(chosen.sum()), network.scores.synthetic,
    )  # fmt: skip


TABLES = (
    ("method", "value", "recall", "Recall: the share of a method's fakes that is called fake, and "
     "of the real pictures that is called real"),
    ("method", "difference", "recall", "Recall minus that of the dense network"),
    ("method", "value", "auc", "AUC of a method's fakes against all real pictures"),
    ("method", "difference", "auc", "That AUC minus that of the dense network"),
    ("compression", "value", "auc", "AUC on the pictures of one compression, real and fake"),
    ("compression", "difference", "auc", "That AUC minus that of the dense network"),
    ("compression", "value", "accuracy", "Accuracy on the pictures of one compression"),
    ("compression", "difference", "accuracy", "That accuracy minus that of the dense network"),
)  # fmt: skip


def _text(figures: Sequence[Figure]) -> Iterable[str]:
    yield (
        "Test pictures by the method that forged them, and by compression where a set has several "
        "and is at hand. Differences are paired by seed and picture. n is the number of seeds. "
        f"{INTERVALS} {ONE_GROUP}"
    )
    yield ""
    for (model, dataset), subset in by_set(figures).items():
        yield from [f"## {model} on {dataset}", ""]
        for by, measure, metric, title in TABLES:
            key = by, measure, metric
            chosen = [row for row in subset if (row.by, row.measure, row.metric) == key]
            if chosen:
                named = sorted({row.name for row in chosen}, key=lambda name: (name != REAL, name))
                sizes = {row.name: row.examples for row in chosen}
                if (measure, metric) == ("value", "recall"):
                    counts = ", ".join(f"{sizes[name]:,} {name}" for name in named)
                    yield from [f"Test pictures: {counts}.", ""]
                yield from [f"{title}:", "", *grid(chosen, named)]
