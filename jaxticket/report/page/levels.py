"""Accuracy and AUC against sparsity: of one run, or of several in one plot."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from msgspec import structs

from jaxticket.report.marks import MARKS, Mark, marks_of
from jaxticket.report.page.axes import sparsity_axis, value_axis
from jaxticket.report.page.blocks import Panels, Section, Table, Text, bars_note, brackets_note
from jaxticket.report.page.cells import Count, Ends, Share, ends_of
from jaxticket.report.page.parts import RunPart, run_marks
from jaxticket.report.page.plot import Curve, Plot, level_point
from jaxticket.runs.levels import Interval, LevelRecord
from jaxticket.text import direction, is_interval, metric_name, sample_text

LEAST_SPAN = 0.02


def levels_section(parts: Sequence[RunPart]) -> Section | None:
    """Return the section; None where no level of any run is finished."""
    looks = run_marks(parts)
    parts = [part for part in parts if part.run.levels]
    if not parts:
        return None
    blocks: list[Any] = [_one(parts[0]) if len(parts) == 1 else _several(parts, looks)]
    if len(parts) == 1:
        blocks.append(_table(parts[0]))
        signs = [sign for level in parts[0].run.levels for sign in level.signs]
        blocks += [Text(f"Sign of failure: {sign}") for sign in signs] or [
            Text("No sign of failure: no cliff between levels, no level that does not converge or "
                 "prunes nothing, no dead layer.")
        ]  # fmt: skip
    else:
        blocks += [_beside(parts, metric) for metric in _metrics(parts)]
        blocks += [
            Text(f"Sign of failure in {part.name}: {sign}")
            for part in parts
            for level in part.run.levels
            for sign in level.signs
        ]
    return Section("levels", "Accuracy against sparsity", blocks)


def chance(part: RunPart) -> float:
    """Return what balanced accuracy and AUC are by chance."""
    return 1 / len(part.run.levels[0].classes)


def metric_plot(
    metric: str,
    curves: Sequence[Curve],
    sparsities: Sequence[float],
    lines: Sequence[tuple[float, str]],
    band: tuple[float, float] | None = None,
    limits: tuple[float, float] = (0.0, 1.0),
) -> Plot:
    """Return a plot of a metric in [0, 1], in percent, against sparsity.

    Args:
        metric: what is drawn.
        curves: over sparsity, even in rounds.
        sparsities: those of the levels.
        lines: values and names of horizontal lines.
        band: from and to a value, behind all.
        limits: of the vertical axis; what lies beyond is cut.
    """
    values = [
        value
        for curve in curves
        for point in curve.points
        for value in (point.y, point.low, point.high)
        if value is not None
    ] + list(band or ())
    values = [min(max(value, limits[0]), limits[1]) for value in values]
    title = metric_name(metric)
    last = [
        f"{curve.name} {100 * curve.points[0].y:.1f} to {100 * curve.points[-1].y:.1f}"
        for curve in curves
        if curve.points
    ]
    return Plot(
        title=title,
        alt=f"{title} in percent against sparsity, from the sparsest to the densest read from "
        f"right to left; from the first level to the last: {'; '.join(last)}",
        x=sparsity_axis(sparsities),
        y=value_axis(f"{title} (%)", values, limits=limits, least=LEAST_SPAN, percent=True),
        curves=curves,
        lines=lines,
        band=band,
        better=direction(metric),
    )


def _curve(
    name: str,
    levels: Sequence[LevelRecord],
    value: Callable[[LevelRecord], float | None],
    ends: Callable[[LevelRecord], Interval] | None = None,
    mark: Mark | None = None,
) -> Curve:
    points = (
        level_point(name, level.sparsity, value(level), *(ends(level) if ends else (None, None)))
        for level in levels
    )
    return Curve(name, [point for point in points if point], mark=mark)


def _metric_curve(name: str, levels: Sequence[LevelRecord], metric: str, mark: Mark) -> Curve:
    return _curve(
        name,
        levels,
        lambda level: level.test_value(metric),
        lambda level: level.test_interval(metric),
        mark,
    )


def _metrics(parts: Sequence[RunPart]) -> list[str]:
    return [
        metric
        for metric in ("accuracy", "balanced_accuracy", "auc")
        if any(level.test_value(metric) is not None for part in parts for level in part.run.levels)
    ]


def run_plots(part: RunPart) -> list[Plot]:
    """Return the plots of one run: each metric on test and validation, with controls."""
    levels, look = part.run.levels, run_marks([part])[part.name]
    sparsities = [level.sparsity for level in levels]
    lines = [(chance(part), "chance")]
    validation = {"accuracy": "val_accuracy", "auc": "val_auc"}
    # Balanced classes make accuracy and balanced accuracy one: the table has both.
    equal = all(
        abs((level.test_accuracy or 0) - (level.test_balanced_accuracy or 0)) < 1e-9
        for level in levels
    )
    plots = []
    for metric in _metrics([part]):
        if metric == "balanced_accuracy" and equal:
            continue
        curves = [_metric_curve(f"{part.network}, test", levels, metric, look)]
        # Drawn empty too: of one legend for all plots, the first names what a curve is.
        column = validation.get(metric, "")
        curves.append(
            _curve(f"{part.network}, validation", levels,
                   lambda level, at=column: getattr(level, at, None), mark=MARKS["validation"])
        )  # fmt: skip
        curves += _control_curves(part, metric)
        plots.append(metric_plot(metric, curves, sparsities, lines))
    return plots


def _one(part: RunPart) -> Panels:
    plots = run_plots(part)
    note = f"{size(part)}, the whole test split: {composition(part)}; one seed"
    note += f"{bars_note(plots, '95% over the test groups')}."
    rounds = len(plots[0].x.ticks) > 2 if plots else False
    return Panels("", plots, f"{note} The horizontal axis is even in rounds." if rounds else note)


def _control_curves(part: RunPart, metric: str) -> list[Curve]:
    """Return a curve a kind of control: what each was evaluated to, at its ticket's level."""
    curves = []
    for name, look in marks_of(control.name for control in part.controls).items():
        records = [
            structs.replace(control.record, sparsity=control.sparsity)
            for control in part.controls
            if control.name == name
        ]
        curves.append(replace(_metric_curve(name, records, metric, look), line=False))
    return curves


def size(part: RunPart) -> str:
    """Return how many test pictures there are, of how many groups."""
    answers = part.run.predictions(part.run.levels[-1].level)
    return f"n = {len(answers):,} test pictures of {len(set(answers.groups)):,} groups"


def composition(part: RunPart) -> str:
    """Return how many test pictures there are of each class and method."""
    answers = part.run.predictions(part.run.levels[-1].level)
    named = zip(answers.labels.tolist(), answers.methods.tolist(), strict=True)
    return sample_text(Counter(method if label else "real" for label, method in named))


def _several(parts: Sequence[RunPart], looks: Mapping[str, Mark]) -> Panels:
    sparsities = [level.sparsity for part in parts for level in part.run.levels]
    lines = [(value, "chance") for value in sorted({chance(part) for part in parts})]
    plots = [
        metric_plot(
            metric,
            [_metric_curve(part.name, part.run.levels, metric, looks[part.name])
             for part in parts],
            sparsities, lines,
        )
        for metric in _metrics(parts)
        if metric != "balanced_accuracy" or not any(_is_auc(part) for part in parts)
    ]  # fmt: skip
    sizes = "; ".join(f"{part.name}: {size(part)}" for part in parts)
    return Panels(
        "", plots, "Test split, one seed a run"
        + bars_note(plots, "95% over the test groups, each run for itself, not paired")
        + f". {sizes}.",
    )  # fmt: skip


def _is_auc(part: RunPart) -> bool:
    return part.run.levels[0].test_auc is not None


def _table(part: RunPart) -> Table:
    heads = ("level", "sparsity", "of all parameters", "weights left", "accuracy",
             "balanced accuracy", "AUC", "EER", "seconds")  # fmt: skip
    rows = [
        (
            level.level,
            Share(level.sparsity),
            Share(level.sparsity_of_all),
            Count(level.weights_left),
            *(ends_of(level.test_value(metric), level.test_interval(metric))
              for metric in ("accuracy", "balanced_accuracy", "auc")),
            level.test_eer,
            Count(round(level.seconds)),
        )
        for level in part.run.levels
    ]  # fmt: skip
    brackets = brackets_note(rows, "95% over the groups")
    lacking = brackets and any(isinstance(cell, Ends) and not is_interval(cell[:3])
                               for row in rows for cell in row)  # fmt: skip
    why = ", none where a class has one only" if lacking else ""
    return Table("levels", f"Test figures by level; {size(part)}{brackets}{why}", heads, rows)


def _beside(parts: Sequence[RunPart], metric: str) -> Table:
    """Return the runs side by side: a column a run, a row a sparsity."""
    cells = {
        (round(level.sparsity, 3), part.name): ends_of(
            level.test_value(metric), level.test_interval(metric)
        )
        for part in parts
        for level in part.run.levels
    }
    rows = [
        (Share(sparsity), *(cells.get((sparsity, part.name)) for part in parts))
        for sparsity in sorted({place for place, _ in cells})
    ]
    return Table(
        f"{metric}_by_run", f"Test {metric_name(metric)} by sparsity and run"
        + brackets_note(rows, "95% over the test groups of each"),
        ("sparsity", *(part.name for part in parts)), rows,
    )  # fmt: skip
