"""One model of an audit: how its scores are read, at which checkpoint, and what they show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from experiments.auditing.conventions import Reading, read_scale
from experiments.auditing.examples import Facts, Model
from experiments.auditing.figures import BESIDE_AUC, Cases, Figure, cases_of, parts, units_of, whole
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

    def parts(self, by: str) -> list[tuple[Figure, Figure]]:
        """Return the AUC and the second figure of each method or compression."""
        mine = {(f.name, f.metric): f for f in self.figures if f.by == by}
        return [
            (mine[name, "auc"], mine[name, BESIDE_AUC[by]])
            for name in dict.fromkeys(name for name, _ in mine)
        ]


def read_model(facts: Facts, model: Model, config: Config) -> tuple[Reading, int, str]:
    """Return how a model's scores are read, which checkpoint is audited, and why that one.

    Raises:
        ValueError: one class only, or a checkpoint that the model does not have.
    """
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


def audit_model(facts: Facts, model: Model, reading: Reading, at: int, why: str) -> Audited:
    """Return what is found of one model, at a checkpoint that was taken for the reason `why`."""
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
