"""What is found of each forgery method, and what is taken for what."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jaxticket.report.marks import Mark
from jaxticket.report.page.axes import even_in_rounds, sparsity_axis, value_axis
from jaxticket.report.page.blocks import Panels, Section, Table, bars_note, brackets_note
from jaxticket.report.page.cells import Count, Ends, Heat, Share, ends_of
from jaxticket.report.page.parts import RunPart, run_marks
from jaxticket.report.page.plot import Curve, Plot, Point
from jaxticket.statistics import confusion, recall_by
from jaxticket.text import direction


def methods_section(parts: Sequence[RunPart]) -> Section | None:
    """Return the section; None where no level of any run is finished."""
    looks = run_marks(parts)
    parts = [part for part in parts if part.run.levels]
    if not parts:
        return None
    recalls = {part.name: recalls_of(part) for part in parts}
    counts = _examples(parts[0])
    blocks: list[Any] = [_plots(parts, recalls, counts, looks)]
    for part in parts:
        name = "" if len(parts) == 1 else part.name
        blocks += [_recalls(part, recalls[part.name], name), *_confusions(part, name)]
    return Section("methods", "What is found of each method", blocks)


def recalls_of(part: RunPart) -> list[dict[str, Ends]]:
    """Return method -> share of its test pictures that are classified right, a level an item.

    Intervals are over the test groups. Of a detector of real and fake, the answer is right when
    it says fake of a forgery and real of a real picture (logit 0).
    """
    if part.by_method:
        return [
            {
                name: ends_of(value, classes.test.recall_intervals.get(name))
                for name, value in classes.test.recalls.items()
            }
            for level in part.run.levels
            if (classes := level.by_class)
        ]
    recalls = []
    for level in part.run.levels:
        answers = part.run.predictions(level.level)
        estimates = recall_by(answers.methods, answers.right[None], answers.groups)
        recalls.append(
            {
                name: Ends(recall.value, recall.low, recall.high)
                for name, recall in sorted(estimates.items(), key=lambda item: item[0] != "real")
            }
        )
    return recalls


def confusion_of(part: RunPart, place: int) -> tuple[Sequence[str], list[list[int]]]:
    """Return the classes, and how many of class i (row) were called class j (column)."""
    level = part.run.levels[place]
    if level.by_class:
        return level.by_class.classes, level.by_class.test.confusion
    answers = part.run.predictions(level.level)
    logits = np.stack([-answers.logits, answers.logits], axis=1)
    return answers.classes, confusion(answers.labels, logits).tolist()


def _examples(part: RunPart) -> dict[str, int]:
    return Counter(part.run.predictions(part.run.levels[0].level).methods.tolist())


def _plots(
    parts: Sequence[RunPart],
    recalls: Mapping[str, Sequence[Mapping[str, Ends]]],
    counts: Mapping[str, int],
    looks: Mapping[str, Mark],
) -> Panels:
    levels = [level for own in recalls.values() for level in own]
    methods = list(dict.fromkeys(name for level in levels for name in level))
    sparsities = [level.sparsity for part in parts for level in part.run.levels]
    ends = [
        end
        for level in levels
        for recall in level.values()
        for end in recall[:3]
        if end is not None
    ]
    axis = value_axis("recall (%)", ends, limits=(0.0, 1.0), least=0.1, percent=True)
    plots = []
    for method in methods:
        curves = []
        for part in parts:
            points = [
                Point(
                    even_in_rounds(level.sparsity), recall.value, recall.low, recall.high,
                    f"{part.name}, {level.sparsity:.1%} pruned: {100 * recall.value:.1f}%",
                )
                for level, own in zip(part.run.levels, recalls[part.name], strict=True)
                if (recall := own.get(method)) and recall.value is not None
            ]  # fmt: skip
            curves.append(Curve(part.name, points, mark=looks[part.name]))
        count = f", n = {counts[method]}" if method in counts else ""
        inside = [p for curve in curves for p in curve.points]
        alt = f"Recall of {method} against sparsity" + (
            f", from {100 * inside[0].y:.0f}% dense to {100 * inside[-1].y:.0f}% at the last level"
            if len(parts) == 1 and inside else ""
        )  # fmt: skip
        plots.append(
            Plot(
                f"{method}{count}",
                alt,
                sparsity_axis(sparsities),
                axis,
                curves,
                size=(300, 200),
                better=direction("recall"),
            )
        )
    return Panels(
        "", plots, "Recall: the share of the test pictures of a method that is classified right. "
        f"1 seed{bars_note(plots, '95% over the test groups')}.", small=True,
    )  # fmt: skip


def _recalls(part: RunPart, recalls: Sequence[Mapping[str, Ends]], name: str) -> Table:
    methods = list(dict.fromkeys(method for level in recalls for method in level))
    rows = [
        (level.level, Share(level.sparsity), *(own.get(method) for method in methods))
        for level, own in zip(part.run.levels, recalls, strict=True)
    ]
    return Table(
        f"recall_{name}" if name else "recall", "Recall by method and level"
        + (f", {name}" if name else "")
        + brackets_note(rows, "95% over the test groups"),
        ("level", "sparsity", *methods), rows, hidden=True,
    )  # fmt: skip


def _confusions(part: RunPart, name: str) -> list[Table]:
    """Return those of the dense and the deepest level; of a single run all, the others hidden."""
    tables, last = [], len(part.run.levels) - 1
    for place, level in enumerate(part.run.levels):
        if name and place not in (0, last):
            continue
        classes, counts = confusion_of(part, place)
        rows = [
            (true, *(Heat(Count(n), n / max(sum(row), 1)) for n in row), Count(sum(row)))
            for true, row in zip(classes, counts, strict=True)
        ]
        stem = f"confusion_level_{level.level:02d}"
        what = f"level {level.level}, {level.sparsity:.1%} pruned" + (name and f", {name}")
        tables.append(
            Table(
                name=f"{stem}_{name}" if name else stem,
                caption="Test pictures by what they are (row) and what they were called "
                f"(column), {what}",
                heads=("true class", *(f"called {answer}" for answer in classes), "n"),
                rows=rows,
                hidden=bool(name) or place not in (0, last),
                summary=f"Confusion at {what}",
            )
        )
    return tables
