"""Training curves: loss and validation against the step, a curve a level."""

from collections.abc import Sequence
from typing import Any

from jaxticket.report.page.axes import count_axis, value_axis
from jaxticket.report.page.blocks import Panels, Section, Table
from jaxticket.report.page.parts import RunPart
from jaxticket.report.page.plot import Curve, Plot, Point
from jaxticket.text import direction, metric_name

BINS = 40
SHOWN_AT_FIRST = 4


def training_section(parts: Sequence[RunPart]) -> Section | None:
    """Return the section; None where no run has logged a step."""
    blocks: list[Any] = []
    for part in parts:
        blocks += _of_run(part, "" if len(parts) == 1 else part.name)
    return Section("training", "Training", blocks) if blocks else None


def binned(pairs: Sequence[tuple[int, float]], bins: int = BINS) -> list[tuple[float, float, int]]:
    """Return means over bins of consecutive steps: their middle, the mean, how many steps."""
    size = -(-len(pairs) // bins) or 1
    parts = [pairs[start : start + size] for start in range(0, len(pairs), size)]
    return [
        ((part[0][0] + part[-1][0]) / 2, sum(value for _, value in part) / len(part), len(part))
        for part in parts
    ]


def evenly(count: int, most: int) -> list[int]:
    """Return at most so many of the numbers 0..count-1, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return sorted({round(place * (count - 1) / (most - 1)) for place in range(most)})


def _of_run(part: RunPart, name: str) -> list[Any]:
    log = part.run.log()
    named: dict[int, float | None] = {level.level: level.sparsity for level in part.run.levels}
    under_way = max((record["level"] for record in log), default=None)
    if part.progress and under_way is not None and under_way not in named:
        named[under_way] = None
    validation = next(
        (m for m in ("auc", "balanced_accuracy") if any(m in record for record in log)), None
    )
    losses, scores, rows = [], [], []
    for level, sparsity in named.items():
        title = f"level {level}" + (", under way" if sparsity is None else f", {sparsity:.1%}")
        mine = [record for record in log if record["level"] == level]
        steps = [(r["step"], r["loss"]) for r in mine if r.get("kind") == "train" and "loss" in r]
        means = binned(steps)
        losses.append(Curve(title, [Point(step, loss) for step, loss, _ in means], marked=False))
        points = [
            Point(r["step"], r[validation], note=f"{title}, step {r['step']}: {r[validation]:.3f}")
            for r in mine
            if r.get("kind") == "validation" and validation and r.get(validation) is not None
        ]
        scores.append(Curve(title, points, marked=False))
        rows += [(level, "train loss", step, loss, count) for step, loss, count in means]
        rows += [(level, f"validation {validation}", point.x, point.y, 1) for point in points]
    if not rows:
        return []
    last = max(record["step"] for record in log)
    values = [[p.y for curve in curves for p in curve.points] for curves in (losses, scores)]
    label = metric_name(validation or "")
    plots = [
        Plot(
            "loss, training", "Training loss against the step, a curve a level; "
            + _ends_in_words(losses), count_axis("step of the level", last),
            value_axis("cross-entropy (nats)", [0.0, *values[0]], limits=(0.0, float("inf"))),
            losses, better=direction("loss"),
        )
    ]  # fmt: skip
    if values[1]:
        plots.append(
            Plot(
                f"{label}, validation", f"Validation {label} against the step, a curve a level; "
                + _ends_in_words(scores), count_axis("step of the level", last),
                value_axis(f"{label} (%)", values[1], limits=(0.0, 1.0), percent=True), scores,
                better=direction(validation or ""),
            )
        )  # fmt: skip
    steps = -(-last // BINS)
    mean = f"the mean of {steps} steps at a time" if steps > 1 else "that of every step"
    return [
        Panels(name, plots, f"1 seed; the loss is {mean}."
               + (" Choose the levels below." if len(named) > 1 else ""),
               shown=evenly(len(named), SHOWN_AT_FIRST) if len(named) > 1 else None),
        Table(f"training_{name}" if name else "training", "Training curves as drawn"
              + (f", {name}" if name else ""), ("level", "what", "step", "value", "mean of"),
              rows, hidden=True),
    ]  # fmt: skip


def _ends_in_words(curves: Sequence[Curve]) -> str:
    drawn = [curve for curve in curves if curve.points]
    if not drawn:
        return "no points"
    return "; ".join(
        f"{curve.name}: from {curve.points[0].y:.3f} to {curve.points[-1].y:.3f}"
        for curve in [drawn[0], *drawn[1:][-1:]]
    )
