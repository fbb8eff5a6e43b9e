"""The figures of a zero-shot evaluation, each a row: its metric, for whom, against what.

    measure      value, the metric itself; difference, to what it is compared with, paired by
                 example; retention, what is kept of that above chance
    against      dense (level 0 on the same pictures) or clean (the same level without corruption)
    unit         frames, or videos whose frames' logits are averaged
    by, name     all; a method's fakes beside all reals; the pictures of one compression

Intervals are over groups: with one run nothing is known of other seeds.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from msgspec.structs import asdict

from jaxticket.data import Examples
from jaxticket.evaluation.predict import Source, predictions_there
from jaxticket.runs.evaluations import CLEAN, Evaluations, KeptCell
from jaxticket.statistics import (
    METRICS,
    Estimate,
    by_video,
    mean_interval,
    paired_interval,
    recall_by,
    retention_interval,
)

COMPARED = ("auc", "balanced_accuracy", "accuracy")
ABOVE_CHANCE = ("auc", "balanced_accuracy")
"""Metrics that are 1/2 for a coin, whatever the share of fakes."""

FORMAT = 1
"""The form of the rows: kept rows of another form are made anew."""

Row = dict[str, Any]


def collect(
    source: Source, dense: int | None, kept: Evaluations, named: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Return the figures of all kept predictions, a cell for every corruption and level.

    A cell whose predictions are those of the figures written last is taken from there.

    Args:
        source: examples and levels.
        dense: the number of the dense level; None where the run has none.
        kept: the predictions.
        named: corruptions to look for beside those of the table: a user's own.

    Returns:
        `{"corruption", "level", "made_from", "rows"}` of each, the rows as in the module.
    """
    there = predictions_there(source, kept, named)
    before = {(cell.corruption, cell.level): cell for cell in kept.cells()}
    cells = []
    for corruption, level in there:
        compared = {
            "own": (corruption, level),
            "dense": (corruption, dense) if level != dense else None,
            "clean": (CLEAN, level) if corruption != CLEAN else None,
        }
        places = {name: place for name, place in compared.items() if place in there}
        made_from = {name: there[place] for name, place in places.items()}
        made_from |= {"examples": source.identity, "format": FORMAT}
        cell = before.get((corruption, level))
        if cell is None or cell.made_from != made_from:
            logits = {name: kept.logits(*place) for name, place in places.items()}
            cell = KeptCell(corruption, level, made_from, rows_of(source.examples, logits))
        cells.append(asdict(cell))
    return cells


def rows_of(examples: Examples, logits: Mapping[str, np.ndarray]) -> list[Row]:
    """Return the figures of one level on one corruption.

    A metric that is undefined, for want of a class, has no row; a value of None is a retention
    where what it is compared with is not shown to be above chance.

    Args:
        examples: in whose order the logits are.
        logits: float [N] each: `own`, and what it is compared with, `dense` and `clean`.
    """
    rows: list[Row] = []
    everything = np.ones(len(examples), bool)
    for unit, cases in _units(examples, everything, logits):
        rows += [{"unit": unit, "by": "all", "name": ""} | row for row in _whole(cases)]
    real = examples.methods == "real"
    for method in sorted(set(examples.methods) - {"real"}):
        chosen = real | (examples.methods == method)
        for unit, cases in _units(examples, chosen, logits):
            figures = [*_values(cases, ("auc",)), *_comparisons(cases, ("auc",))]
            rows += [{"unit": unit, "by": "method", "name": method} | row for row in figures]
    for unit, cases in _units(examples, everything, logits):
        rows += [{"unit": unit, "by": "method"} | row for row in _recalls(cases)]
    compressions = sorted(set(examples.compressions))
    for compression in compressions if len(compressions) > 1 else []:
        for unit, cases in _units(examples, examples.compressions == compression, logits):
            place = {"unit": unit, "by": "compression", "name": compression}
            rows += [place | row for row in _values(cases, tuple(METRICS))]
    return rows


class _Cases:
    """Frames or videos: labels, groups and methods [N], and logits [1, N] by name."""

    def __init__(self, labels, groups, methods, logits):
        self.labels, self.groups, self.methods = labels, groups, methods
        self.logits: dict[str, np.ndarray] = {name: row[None] for name, row in logits.items()}
        self.own = self.logits["own"]


def _units(
    examples: Examples, chosen: np.ndarray, logits: Mapping[str, np.ndarray]
) -> Iterator[tuple[str, _Cases]]:
    labels, groups, methods, videos = (
        column[chosen]
        for column in (examples.labels, examples.groups, examples.methods, examples.videos)
    )
    rows = {name: np.asarray(row, np.float64)[chosen] for name, row in logits.items()}
    yield "frames", _Cases(labels, groups, methods, rows)
    whole = by_video(videos, labels, groups, np.stack(list(rows.values())))
    scores = dict(zip(rows, whole.scores, strict=True))
    yield "videos", _Cases(whole.labels, whole.groups, methods[whole.first], scores)


def _whole(cases: _Cases) -> Iterator[Row]:
    yield from _values(cases, tuple(METRICS))
    yield from _comparisons(cases, COMPARED)


def _values(cases: _Cases, metrics: tuple[str, ...]) -> Iterator[Row]:
    for metric in metrics:
        estimate = mean_interval(metric, cases.labels, cases.own, cases.groups)
        yield from _row(cases, "value", "", metric, estimate)


def _comparisons(cases: _Cases, metrics: tuple[str, ...]) -> Iterator[Row]:
    if len(set(cases.labels)) < 2:
        return
    for against in (name for name in cases.logits if name != "own"):
        pair = cases.own, cases.logits[against], cases.groups
        for metric in metrics:
            estimate = paired_interval(metric, cases.labels, *pair)
            yield from _row(cases, "difference", against, metric, estimate)
            if metric in ABOVE_CHANCE:
                kept = retention_interval(metric, cases.labels, *pair)
                yield from _row(cases, "retention", against, metric, kept)


def _recalls(cases: _Cases) -> Iterator[Row]:
    """Yield the share of each method's pictures called fake; of the real ones, called real."""
    right = (cases.own > 0) == cases.labels
    for method, estimate in recall_by(cases.methods, right, cases.groups).items():
        chosen = int(np.sum(cases.methods == method))
        yield from (
            {**row, "name": method, "examples": chosen}
            for row in _row(cases, "value", "", "recall", estimate)
        )


def _row(
    cases: _Cases, measure: str, against: str, metric: str, estimate: Estimate | None
) -> Iterator[Row]:
    value, low, high = estimate.ends if estimate else (None, None, None)
    groups = estimate.groups if estimate else len(set(cases.groups))
    if value is None or not math.isnan(value):
        yield {
            "measure": measure, "against": against, "metric": metric, "value": value,
            "low": _known(low), "high": _known(high), "groups": groups,
            "examples": len(cases.labels),
        }  # fmt: skip


def _known(end: float | None) -> float | None:
    return None if end is None or math.isnan(end) else end
