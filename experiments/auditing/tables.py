"""The tables of an audit on a terminal: narrower than those of the page."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.auditing.figures import BESIDE_AUC, METRICS
from experiments.auditing.findings import Audit
from experiments.auditing.sentences import (
    OWN_THRESHOLD,
    choice_words,
    headline,
    one_more,
    threshold_words,
    worst,
)
from jaxticket.statistics import Estimate
from jaxticket.text import interval_text, metric_name
from jaxticket.verdicts.wording import words_of_seeds


def print_audit(audit: Audit, console: Console) -> None:
    """Print what comes first, then the tables."""
    for name, text in headline(audit):
        _say(console, f"{name}: {text}", style="bold red" if name == "Look here" else None)
    for table in _tables(audit):
        console.print(table)
    for model in audit.models:
        for text in (
            *worst(model, "method"),
            *worst(model, "compression"),
            threshold_words(model),
            *choice_words(model, audit.grouped_by),
        ):
            _say(console, f"{model.name}: {text}")
    for text in (OWN_THRESHOLD, *audit.remarks):
        _say(console, text)


def _say(console: Console, text: str, style: str | None = None) -> None:
    """Print text as it stands: names of people's files and models may hold brackets."""
    console.print(text, style=style, markup=False, emoji=False)


def _tables(audit: Audit) -> Iterator[Table]:
    models = audit.models
    for unit in audit.units:
        mine = [model for model in models if unit in model.counts]
        rows = [
            (metric_name(name), *(_ends(m.figure(name, unit).estimate) for m in mine))
            for name in METRICS
        ]
        if unit == mine[0].unit:
            rows += [
                ("calibration error", *(_ends(m.calibration.error) for m in mine)),
                ("the same by chance", *(f"{m.calibration.by_chance:.3f}" for m in mine)),
                ("Brier score", *(_ends(m.calibration.brier) for m in mine)),
            ]
        yield _table(f"By {unit} [95%]", ("", *(model.name for model in mine)), rows)
    if audit.differences:
        rows = [
            (
                f"{d.first} - {d.second}", metric_name(d.metric),
                interval_text(*d.gain.ends, digits=4, sign=True),
                words_of_seeds(d.verdict.words, d.verdict.seeds),
            )
            for d in audit.differences
            if d.unit == models[0].unit
        ]  # fmt: skip
        heads = ("first - second", "metric", "difference [95%]", "the first is")
        title = f"Differences by {models[0].unit}, paired; above 0 the first is better"
        yield _table(title, heads, rows)
    if audit.published:
        rows = [
            (
                p.figure.model, f"{metric_name(p.figure.metric)} by {p.figure.unit}",
                f"{p.wanted.value:.4g}", _ends(p.figure.estimate), one_more(p), p.words,
            )
            for p in audit.published
        ]  # fmt: skip
        heads = ("model", "metric", "published", "here [95%]", "one more training", "it is")
        yield _table("Published", heads, rows)
    for by, other_metric in BESIDE_AUC.items():
        rows = [
            (
                model.name, auc.name, f"{auc.real:,}", f"{auc.fake:,}", _ends(auc.estimate),
                _ends(other.estimate),
            )
            for model in models
            for auc, other in model.parts(by)
        ]  # fmt: skip
        if rows:
            heads = ("model", by, "real", "fake", "AUC [95%]", f"{metric_name(other_metric)} [95%]")
            yield _table(f"By {by}, of {models[0].unit}", heads, rows)


def _ends(estimate: Estimate) -> str:
    return interval_text(*estimate.ends)


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(title=title)
    for head in heads:
        table.add_column(Text(head), justify="right" if "[95%]" in head else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    return table
