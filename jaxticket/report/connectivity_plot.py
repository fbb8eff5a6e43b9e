"""The plot of linear mode connectivity: error between two trainings, a curve for each level."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jaxticket.report.page.axes import Axis, value_axis
from jaxticket.report.page.plot import Curve, Plot, Point
from jaxticket.report.png import write_png
from jaxticket.text import direction

SPLITS = {"test": "test error (%)", "train": "training error (%)"}
PLACE = Axis("place between the two trainings, \N{GREEK SMALL LETTER ALPHA}", -0.03, 1.03,
             [(place / 4, f"{place / 4:g}") for place in range(5)])  # fmt: skip


def error_between_trainings(
    rows: Sequence[Mapping[str, Any]], barriers: Mapping[int, float], path: Path, title: str
) -> None:
    """Draw the error at every place between two trainings as PNG.

    Args:
        rows: of curve.csv: level, sparsity, alpha, split, error and pair. A curve is the mean over
            pairs, its bars reach from the lowest pair to the highest.
        barriers: the test barrier of every level, in [0, 1], mean over pairs.
        path: of the PNG.
        title: says what was run, on how many pictures, groups and pairs.
    """
    plots = []
    for split, label in SPLITS.items():
        mine = [row for row in rows if row["split"] == split]
        curves = [_curve(level, height, mine) for level, height in barriers.items()]
        y = value_axis(label, [0.0, *(row["error"] for row in mine)], limits=(0, 1), percent=True)
        plots.append(Plot(label, f"{label} between trainings, by level", PLACE, y, curves,
                          better=direction("error")))  # fmt: skip
    pairs = {row["pair"] for row in rows}
    write_png(plots, f"{title}; bars: lowest to highest" if len(pairs) > 1 else title, path)


def _curve(level: int, height: float, rows: Sequence[Mapping[str, Any]]) -> Curve:
    mine = [row for row in rows if row["level"] == level]
    points = []
    for place in sorted({row["alpha"] for row in mine}):
        errors = [row["error"] for row in mine if row["alpha"] == place]
        ends = (min(errors), max(errors)) if len(errors) > 1 else (None, None)
        points.append(Point(place, sum(errors) / len(errors), *ends))
    return Curve(
        f"level {level}: {mine[0]['sparsity']:.1%} pruned, barrier {100 * height:.1f} points",
        points,
    )
