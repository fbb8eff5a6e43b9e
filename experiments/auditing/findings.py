"""All that an audit finds, from the tables of scores."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from experiments.auditing.columns import OF_REALS
from experiments.auditing.conventions import Reading, read_scale
from experiments.auditing.examples import Facts, Model, gather
from experiments.auditing.figures import (
    Cases,
    Difference,
    Figure,
    cases_of,
    differences,
    parts,
    units_of,
    whole,
)
from experiments.auditing.labels import against_names
from experiments.auditing.published import Published, judge_published, read_published
from experiments.auditing.reading import Table, shorten
from experiments.auditing.thresholds import Threshold, look_at_threshold
from experiments.options.audit import Config
from jaxticket.statistics import (
    Bin,
    Choice,
    Estimate,
    brier_score,
    calibration_error,
    chance_error,
    choose_on_test,
    reliability,
    seed_values,
)
from jaxticket.statistics.metrics import roc
from jaxticket.text import count_text

CURVE_POINTS = 201


@dataclass(frozen=True)
class Calibration:
    """How far probabilities come true.

    Attributes:
        error: the expected calibration error.
        by_chance: what a detector whose probabilities are all true would show here on average.
        brier: the Brier score.
        bins: the reliability table.
    """

    error: Estimate
    by_chance: float
    brier: Estimate
    bins: Sequence[Bin]


@dataclass(frozen=True)
class Audited:
    """One model.

    Attributes:
        name: of it.
        reading: how its scores are read.
        unit: frames or videos, what the threshold, calibration and choice are of.
        seeds: their names.
        counts: of each unit: reals, fakes and groups.
        checkpoint: the name of the one whose figures these are; empty where there are none.
        checkpoint_why: why that one.
        figures: with intervals.
        threshold: where it stands.
        calibration: of the probabilities.
        curve: false alarms and hits of the mean over seeds, to be drawn.
        choice: of several checkpoints.
        checkpoints: the AUC of each on what is audited, by name, in order.
        left_out: examples that only some of its seeds or checkpoints have.
    """

    name: str
    reading: Reading
    unit: str
    seeds: Sequence[str]
    counts: dict[str, tuple[int, int, int]]
    checkpoint: str
    checkpoint_why: str
    figures: Sequence[Figure]
    threshold: Threshold
    calibration: Calibration
    curve: tuple[np.ndarray, np.ndarray]
    choice: Choice | None
    checkpoints: dict[str, float]
    left_out: int

    def figure(self, metric: str, unit: str = "") -> Figure:
        """Return a figure of all cases of a unit."""
        unit = unit or self.unit
        return next(f for f in self.figures if (f.by, f.metric, f.unit) == ("all", metric, unit))


@dataclass(frozen=True)
class Audit:
    """What is found.

    Attributes:
        sources: the files.
        models: each alone.
        differences: of every pair.
        published: figures that were published, beside ours.
        grouped_by: what is left out at a time, in words.
        remarks: what the reader has to know of how rows were read.
        warnings: what is probably wrong.
    """

    sources: Sequence[str]
    models: Sequence[Audited]
    differences: Sequence[Difference]
    published: Sequence[Published]
    grouped_by: str
    remarks: Sequence[str]
    warnings: Sequence[str]


def audit(tables: Sequence[Table], config: Config) -> Audit:
    """Return all findings.

    Raises:
        ValueError: rows or options do not fit together; says which and what to do.
    """
    wanted = read_published(config.published)
    facts, models, remarks = gather(tables, config.files, config.video_folders)
    _refuse_one_class(facts, tables)
    ready = [(model, *_prepare(facts, model, config)) for model in models]
    audited = [_audited(facts, *one) for one in ready]
    of_pairs, of_pairs_remarks = differences(facts, [one[:3] for one in ready])
    remarks += of_pairs_remarks
    reals = min(model.counts[model.unit][0] for model in audited)
    if reals < 100:
        remarks.append(
            f"{count_text(reals, 'real')}: 1% false alarms are less than one of them, so true "
            "positives at 1% rest on the highest one or two."
        )
    for model in models:
        values = np.unique(model.scores)
        if len(values) <= 2:
            remarks.append(
                f"{model.name}: its scores are only {' and '.join(f'{v:g}' for v in values)}: "
                "answers, not scores. Ranks, calibration and thresholds say nothing more than the "
                "balanced accuracy does."
            )
    remarks += [
        f"{model.name}: {count_text(model.left_out, 'example')} not in all of its seeds and "
        "checkpoints left out."
        for model in models
        if model.left_out
    ]
    return Audit(
        sources=[str(table.path) for table in tables],
        models=audited,
        differences=of_pairs,
        published=judge_published(wanted, {model.name: model.figures for model in audited}),
        grouped_by=facts.grouped_by,
        remarks=[*_labels_read(tables, config), *remarks],
        warnings=[
            *_labels_doubted(tables),
            *(text for model in audited for text in _warnings(model)),
        ],
    )


def _refuse_one_class(facts: Facts, tables: Sequence[Table]) -> None:
    present = np.unique(facts.labels[facts.test])
    if len(present) == 1:
        has, lacks = ("real", "fake") if present[0] == 0 else ("fake", "real")
        raise ValueError(
            f"{', '.join(str(table.path) for table in tables)}: all "
            f"{int(facts.test.sum()):,} examples are {has}: without {lacks} ones there is nothing "
            "to tell apart; add them, or look at the column of labels"
        )


def _prepare(facts: Facts, model: Model, config: Config) -> tuple[Reading, int, str]:
    high = config.high
    if model.high_for_real:
        high = "real"
    reading = read_scale(model.scores, config.scale, config.threshold, high, model.name)
    labels = facts.labels[model.keys[facts.test[model.keys]]]
    if len(np.unique(labels)) < 2:
        raise ValueError(
            f"all seeds and checkpoints of {model.name} share {count_text(len(labels), 'example')} "
            "of the audited split, of one class only"
        )
    if len(model.checkpoints) == 1:
        return reading, 0, ""
    if config.checkpoint is not None:
        if config.checkpoint not in model.checkpoints:
            raise ValueError(
                f"--checkpoint={config.checkpoint}: {model.name} has {', '.join(model.checkpoints)}"
            )
        return reading, list(model.checkpoints).index(config.checkpoint), "asked for"
    validation = ~facts.test[model.keys]
    if len(np.unique(facts.labels[model.keys[validation]])) == 2:
        aucs = [
            seed_values("auc", facts.labels[model.keys[validation]],
                        reading.inside(rows[:, validation])).mean()
            for rows in model.scores
        ]  # fmt: skip
        return reading, int(np.argmax(aucs)), "the highest AUC on the validation split"
    return reading, len(model.checkpoints) - 1, "the last one; no choice was made by these scores"


def _audited(facts: Facts, model: Model, reading: Reading, at: int, why: str) -> Audited:
    units = units_of(facts, cases_of(facts, model, reading, at))
    first = units[0]
    figures = [figure for cases in units for figure in whole(model.name, cases, reading)]
    figures += parts(model.name, first, reading, facts)
    choice, checkpoints = None, {}
    if len(model.checkpoints) > 1:
        each = [
            units_of(facts, cases_of(facts, model, reading, number))[0].scores
            for number in range(len(model.checkpoints))
        ]
        choice = choose_on_test("auc", first.labels, each, first.groups)
        checkpoints = {
            name: float(seed_values("auc", first.labels, rows).mean())
            for name, rows in zip(model.checkpoints, each, strict=True)
        }
    return Audited(
        name=model.name,
        reading=reading,
        unit=first.unit,
        seeds=model.seeds,
        counts={
            cases.unit: (
                int(np.sum(cases.labels == 0)), int(np.sum(cases.labels == 1)),
                len(np.unique(cases.groups)),
            )
            for cases in units
        },
        checkpoint=model.checkpoints[at],
        checkpoint_why=why,
        figures=figures,
        threshold=look_at_threshold(
            model.name, first, reading, _validation(facts, model, reading, at)
        ),
        calibration=_calibration(first, reading),
        curve=_curve(first),
        choice=choice,
        checkpoints=checkpoints,
        left_out=model.left_out,
    )  # fmt: skip


def _validation(facts: Facts, model: Model, reading: Reading, at: int) -> Cases | None:
    """Return the validation split in the unit of what is audited; None without one."""
    if facts.test[model.keys].all():
        return None
    turned = replace(facts, test=~facts.test)
    return units_of(turned, cases_of(turned, model, reading, at))[0]


def _calibration(cases: Cases, reading: Reading) -> Calibration:
    probabilities = reading.probabilities(cases.scores)
    given = cases.labels, probabilities, cases.groups
    return Calibration(
        error=calibration_error(*given),
        by_chance=float(np.mean([chance_error(row, cases.groups) for row in probabilities])),
        brier=brier_score(*given),
        bins=reliability(*given),
    )


def _curve(cases: Cases) -> tuple[np.ndarray, np.ndarray]:
    """Return the ROC, the mean of the hits of all seeds at equal false alarms."""
    # Close together near 0, where most of what matters lies.
    at = np.linspace(0, 1, CURVE_POINTS) ** 2
    hits = [np.interp(at, *roc(cases.labels, row)) for row in cases.scores]
    return at, np.mean(hits, axis=0)


def _labels_read(tables: Sequence[Table], config: Config) -> list[str]:
    """Return what the labels mean, and which columns were not taken."""
    number = config.fake_label
    said = f"{number} is fake{'' if number == 1 else ', as asked'}"
    texts: dict[str, None] = {}
    for table in tables:
        if table.worded:
            texts["Labels are words."] = None
        elif table.columns["label"] in OF_REALS:
            texts["Labels: 1 is real, as the column's name says."] = None
        else:
            texts[f"Labels: {said}."] = None
    for table in tables:
        for role, names in table.passed_over.items():
            texts[
                f"{table.path}: the {role} is taken from the column {table.columns[role]}, not "
                f"from {' or '.join(names)}; --columns={role}:{names[0]} changes that."
            ] = None
    return list(texts)


def _labels_doubted(tables: Sequence[Table]) -> list[str]:
    """Return where names of folders or methods say that labels are the other way round."""
    texts = []
    for table in tables:
        for role in ("method", "path", "video"):
            if role not in table.codes:
                continue
            name = against_names(table.names[role], table.codes[role], table.labels)
            if name:
                texts.append(
                    f"{table.path}: the labels stand against the column {table.columns[role]}, "
                    f"such as {shorten(name)}: if in truth 0 is fake, --fake_label=0, and if the "
                    "scores are high for 1, --high=real. The AUC cannot show this where both are "
                    "turned; other figures would be those of the wrong class."
                )
                break
    return texts


def _warnings(model: Audited) -> list[str]:
    """Return what is probably wrong with a model's scores, a sentence each."""
    texts = []
    auc = model.figure("auc")
    name, reading = model.name, model.reading
    if auc.estimate.value < 0.5:
        other = "fake" if reading.high == "real" else "real"
        sure = auc.estimate.high < 0.5
        texts.append(
            f"{name}: AUC is {auc.estimate.value:.3f}, below 0.5"
            + (
                f": these scores are high for {other}. If so, --high={other}; if the numbers of "
                "the labels are the other way round, --fake_label=0."
                if sure
                else f", but not clearly: it ranks no better than chance, or its scores are high "
                f"for {other} (--high={other})."
            )
        )
    at = model.threshold
    if at.lopsided:
        one_side = (
            f"the medians of reals ({at.medians[0]:.3g}) and of fakes ({at.medians[1]:.3g}) lie on "
            f"one side of the threshold {at.threshold:g}"
        )
        wants = (
            f"the scores are shifted, and want a threshold of {at.wanted:.4g}"
            if at.best - at.balanced_accuracy >= 0.05
            else f"no threshold tells much more (balanced accuracy {at.best:.3f} at most)"
        )
        texts.append(
            f"{name}: (nearly) everything is called {at.lopsided}: {one_side}. Ranks are untouched "
            f"by that (AUC {auc.estimate.value:.3f}): {wants}."
        )
    if np.isnan(auc.estimate.low):
        texts.append(
            f"{name}: no interval, for all its reals or all its fakes hang together: an interval "
            "needs several groups of each."
        )
    return texts
