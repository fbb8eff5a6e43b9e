"""A made table of predictions has the same interval wherever it is shown, or nowhere any."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from experiments import across
from experiments.one_run import page
from experiments.study.findings import _estimates as study_estimates
from experiments.study.pages import by_method, robustness
from experiments.study.predictions import Scores
from jaxticket.attention.figures import figures as attention_figures
from jaxticket.attention.table import Measured, Name
from jaxticket.connectivity.barriers import barriers
from jaxticket.evaluation.figures import rows_of
from jaxticket.lottery import by_class, record
from jaxticket.lottery.record import predictions
from jaxticket.statistics import interval_ends
from jaxticket.text import interval_text
from tests.evaluation.test_predict import pictures

FAKE = np.repeat([0, 1], [20, 1]).astype(np.int32)
EVEN = np.repeat([0, 1], 10).astype(np.int32)
MIXED = np.where(np.arange(20) % 4 == 0, -1.0, 1.0) * (2 * EVEN - 1)
TABLES = {
    "one fake": (FAKE, np.arange(21), np.linspace(-1, 1, 21)[::-1], None),
    "one group": (EVEN, np.zeros(20, int), MIXED, None),
    "perfect": (EVEN, np.arange(20), (2.0 * EVEN - 1), (0.025**0.1, 1.0)),
    "perfect, one fake": (FAKE, np.arange(21), (2.0 * FAKE - 1), None),
}
"""Labels, groups, logits, and the interval of AUC, accuracy and balanced accuracy."""


@pytest.fixture(params=TABLES)
def table(request):
    labels, groups, logits, ends = TABLES[request.param]
    count = len(labels)
    examples = replace(
        pictures(count), labels=labels, keys=np.array([f"k{i:02d}" for i in range(count)]),
        groups=np.array([f"g{g:02d}" for g in groups]), methods=np.where(labels, "Swap", "real"),
        videos=np.array([f"v{i:02d}" for i in range(count)]), compressions=np.full(count, ""),
    )  # fmt: skip
    return examples, logits, ends


def in_places(examples, logits):
    """Yield the place, the metric, and the ends there."""
    answers = predictions(examples, logits[:, None])
    for metric in record.WITH_INTERVAL:
        ends = interval_ends(metric, examples.labels, logits, examples.groups)
        yield "statistics", metric, ends
    both = dict.fromkeys(("validation", "test"), logits[:, None])
    for metric, ends in record.figures_of(examples, examples, both)["test_intervals"].items():
        yield "run", metric, ends
    two = np.stack([np.zeros(len(logits)), logits], axis=1)
    called = by_class.figures(examples.labels, two, examples.groups, ("real", "Swap"))
    for metric, ends in called.intervals.items():
        yield "run by class", metric, ends
    for row in rows_of(examples, {"own": logits}):
        if row["metric"] in record.WITH_INTERVAL:
            yield f"evaluate {row['unit']} {row['by']}", row["metric"], (row["low"], row["high"])
    for row in across._estimates([answers]):
        yield "across", across.METRIC, (row["low"], row["high"])
    scores = Scores(
        {0: logits}, tuple(examples.keys), examples.labels, examples.groups, examples.videos,
        examples.methods, examples.compressions, (1,), (0,), True,
    )  # fmt: skip
    for metric, estimate in study_estimates(record.WITH_INTERVAL, scores).items():
        yield "study", metric, estimate.ends[1:]
    network = SimpleNamespace(scores=scores, dense=None, place=("m", "d", "dense", 0.0))
    for figure in by_method._figures(network):
        if figure.metric == "auc":
            yield "study by method", "auc", figure.estimate.ends[1:]
    for figure in robustness._figures(("m", "d", "dense", 0.0, "corruption", "none"), scores, {}):
        yield "study robustness", "auc", figure.estimate.ends[1:]


def test_every_place_gives_the_same(table):
    examples, logits, wanted = table
    ends = list(in_places(examples, logits))
    assert len({place for place, _, _ in ends}) == 11
    for place, metric, (low, high) in ends:
        if wanted is None:
            assert interval_text(0.5, low, high) == "0.500", (place, metric)
        else:
            assert (low, high) == pytest.approx(wanted), (place, metric)


def test_no_verdict_without_an_interval(table, monkeypatch):
    examples, logits, wanted = table
    answers = SimpleNamespace(by_key=lambda: predictions(examples, logits[:, None]))
    level = SimpleNamespace(by_class=None, sparsity=0.5)
    run = SimpleNamespace(
        levels=[SimpleNamespace(**vars(level), level=n) for n in (0, 1)],
        predictions=lambda level: answers,
    )
    found = page.judged(run)
    assert [row.metric for row in found] == ["auc", "accuracy"]
    for row in found:
        words = row.rules["non_inferior"]["words"]
        assert words == ("as good" if wanted else "cannot be judged"), row


def test_maps_and_barriers_keep_the_rule(table):
    examples, logits, wanted = table
    nothing = {"other": np.full(len(logits), np.nan)}
    inside = np.where(examples.labels > 0, 1.0, np.nan)  # known of fakes alone
    measured = Measured(
        examples.keys, examples.groups, examples.methods, examples.labels,
        {Name("ticket", 0, 0.0): {"energy_inside": inside, **nothing}},
    )  # fmt: skip
    rows = attention_figures([measured], synthetic=True)
    ends = [(row["low"], row["high"]) for row in rows]
    assert len(ends) == 2  # all, and those of the method
    for low, high in ends:
        text = interval_text(1.0, low, high)
        assert text == ("1.000 [0.692, 1.000]" if wanted else "1.000")
    line = np.repeat(logits[None, :, None], 3, axis=0)
    level = barriers({"test": examples}, {"test": [line]})
    low, high = level["test_interval"]
    assert interval_text(0.0, low, high) == ("0.000 [0.000, 0.308]" if wanted else "0.000")
    assert level["verdict"] == ("unclear" if wanted else "cannot be judged")
