"""The page of an audit, made of the same blocks as the pages of runs."""

from collections.abc import Iterator
from typing import Any

from experiments.auditing.figures import BESIDE_AUC, METRICS
from experiments.auditing.findings import Audit
from experiments.auditing.plots import reliability_curves, roc_curves
from experiments.auditing.sentences import OWN_THRESHOLD, choice_words, headline, one_more, worst
from jaxticket.report.page.blocks import Section, Table, Text
from jaxticket.report.page.cells import Answer, Count, Ends, Share
from jaxticket.report.page.write import render
from jaxticket.statistics import Estimate
from jaxticket.text import direction, metric_name
from jaxticket.verdicts.evidence import LOWER_IS_BETTER
from jaxticket.verdicts.wording import words_of_seeds


def audit_page(audit: Audit) -> str:
    """Return the page as HTML."""
    names = ", ".join(model.name for model in audit.models)
    return render(f"Audit of {names}", headline(audit), sections(audit))


def sections(audit: Audit) -> list[Section]:
    """Return the sections for which there is something to show."""
    planned = [
        Section("figures", "Figures with their intervals", list(_figures(audit))),
        Section("differences", "One model minus another", list(_differences(audit))),
        Section("published", "What was published", list(_published(audit))),
        Section("parts", "By method and compression", list(_parts(audit))),
        Section("threshold", "The threshold", list(_threshold(audit))),
        Section("calibration", "Do the probabilities come true?", list(_calibration(audit))),
        Section("choice", "What choosing a checkpoint adds", list(_choice(audit))),
        Section("reading", "How the scores were read", list(_reading(audit))),
    ]
    return [section for section in planned if section.blocks]


def ends(estimate: Estimate, *, sign: bool = False) -> Ends:
    """Return an estimate for a cell."""
    return Ends(*estimate.ends, sign)


def _figures(audit: Audit) -> Iterator[Any]:
    for unit in audit.units:
        models = [model for model in audit.models if unit in model.counts]
        counts = zip(*(model.counts[unit] for model in models), strict=True)
        rows = [
            *(
                (name, *map(Count, of_models))
                for name, of_models in zip(("real", "fake", audit.grouped_by), counts, strict=True)
            ),
            ("seeds", *(len(model.seeds) for model in models)),
            *(
                (
                    f"{metric_name(metric)} ({direction(metric)})",
                    *(ends(m.figure(metric, unit).estimate) for m in models),
                )
                for metric in METRICS
            ),
        ]
        means = ", whose scores are the means of their frames'" if unit == "videos" else ""
        yield Table(
            f"figures_{unit}",
            f"By {unit}{means}; in brackets 95% over seeds and {audit.grouped_by}, of one seed "
            f"over {audit.grouped_by} alone",
            ("figure", *(model.name for model in models)),
            rows,
        )
    yield roc_curves(audit)


def _differences(audit: Audit) -> Iterator[Any]:
    if not audit.differences:
        return
    rows = [
        (
            each.first, each.second, each.unit, metric_name(each.metric),
            ends(each.gain, sign=True),
            Answer(words_of_seeds(each.verdict.words, each.verdict.seeds), each.verdict.holds),
            Count(each.examples), each.seeds or "1 seed",
        )
        for each in audit.differences
    ]  # fmt: skip
    turned = " and ".join(metric_name(metric) for metric in LOWER_IS_BETTER)
    yield Table(
        "differences",
        "The first minus the second, paired by example and seed; in brackets 95%, uncorrected. The "
        f"verdict is corrected by Holm's method over all pairs of a metric. {turned} is turned: "
        "above 0 the first is better.",
        ("first", "second", "by", "metric", "difference", "the first is", "n", "seeds"),
        rows,
    )  # fmt: skip
    yield Table(
        "verdicts",
        "Every verdict with its numbers",
        ("first", "second", "by", "metric", "in numbers"),
        [
            (each.first, each.second, each.unit, metric_name(each.metric), each.verdict.reason)
            for each in audit.differences
        ],
        hidden=True,
    )


def _published(audit: Audit) -> Iterator[Any]:
    if not audit.published:
        return
    rows = [
        (
            each.figure.model, metric_name(each.figure.metric), each.figure.unit,
            each.wanted.value, ends(each.figure.estimate), one_more(each),
            Answer(each.words, each.inside),
        )
        for each in audit.published
    ]  # fmt: skip
    yield Table(
        "published",
        f"Inside: within 95% over seeds and {audit.grouped_by}, or where one more training would "
        "come on these very examples (95%, by how much the seeds differ)",
        ("model", "metric", "by", "published", "here", "one more training", "it is"),
        rows,
    )


def _parts(audit: Audit) -> Iterator[Any]:
    for by, caption in (
        ("method", "The fakes of each method beside all reals; recall is the share called fake"),
        ("compression", "What is at each compression, its own reals and fakes"),
    ):
        rows = [
            (
                model.name, auc.name, Count(auc.real), Count(auc.fake), ends(auc.estimate),
                ends(other.estimate),
            )
            for model in audit.models
            for auc, other in model.parts(by)
        ]  # fmt: skip
        if rows:
            yield Table(
                f"by_{by}", f"{caption}; by {audit.models[0].unit}, in brackets 95%",
                ("model", by, "real", "fake", "AUC", metric_name(BESIDE_AUC[by])), rows,
            )  # fmt: skip
            yield from (Text(f"{m.name}: {t}") for m in audit.models for t in worst(m, by))


def _threshold(audit: Audit) -> Iterator[Any]:
    rows = []
    for model in audit.models:
        at = model.threshold
        rows.append((
            model.name, at.threshold, at.balanced_accuracy, Share(at.called_fake),
            Share(at.reals_called_fake), Share(at.fakes_called_fake), *at.medians,
            at.chosen_on_validation, at.of_validation, at.wanted, at.best,
        ))  # fmt: skip
    yield Table(
        "threshold",
        f"What the threshold does, by {audit.models[0].unit}; thresholds and medians as the scores "
        "stand in the file, means over seeds",
        ("model", "threshold", "balanced accuracy", "called fake", "of reals", "of fakes",
         "median of reals", "of fakes' scores", "chosen on validation", "balanced accuracy of it",
         "wanted by these scores", "balanced accuracy of that"),
        rows,
    )  # fmt: skip
    yield Text(OWN_THRESHOLD)


def _calibration(audit: Audit) -> Iterator[Any]:
    rows = [
        (
            model.name, ends(model.calibration.error), model.calibration.by_chance,
            ends(model.calibration.brier),
        )
        for model in audit.models
    ]  # fmt: skip
    yield Table(
        "calibration",
        f"By {audit.models[0].unit}; the calibration error is never 0 by chance: the second column "
        "is what true probabilities would show here on average",
        ("model", "calibration error", "by chance alone", "Brier score"),
        rows,
    )
    yield reliability_curves(audit)
    yield Table(
        "reliability", "The bins", ("model", "from", "to", "n", "mean probability", "fake"),
        [
            (model.name, b.low, b.high, Count(b.count), b.probability, ends(b.fakes))
            for model in audit.models
            for b in model.calibration.bins
        ],
        hidden=True,
    )  # fmt: skip


def _choice(audit: Audit) -> Iterator[Any]:
    for number, model in enumerate(audit.models):
        if model.choice is None:
            continue
        yield from (Text(f"{model.name}: {t}") for t in choice_words(model, audit.grouped_by))
        yield Table(
            f"checkpoints_{number}", f"AUC of every checkpoint of {model.name}, means over seeds, "
            f"and how often half of the {audit.grouped_by} chose it",
            ("checkpoint", "AUC", "chosen"),
            [
                (name, auc, Share(share))
                for (name, auc), share in zip(
                    model.checkpoints.items(), model.choice.chosen, strict=True
                )
            ],
        )  # fmt: skip


def _reading(audit: Audit) -> Iterator[Any]:
    yield Text(f"Files: {', '.join(audit.sources)}.")
    for model in audit.models:
        yield Text(f"{model.name}: {model.reading.words}.")
    yield from map(Text, audit.remarks)
