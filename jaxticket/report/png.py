"""Plots as PNG, for Markdown pages: the `Plot`s that a page for a browser shows as SVG."""

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from jaxticket.report.marks import DASHES, LIGHT, SHAPES
from jaxticket.report.page.plot import Curve, Plot, look_of
from jaxticket.report.saved import save_figure


def write_png(plots: Sequence[Plot], title: str, path: Path, *, columns: int = 2) -> None:
    """Draw plots beside each other, with one legend for the curves of all.

    Args:
        plots: at least one; curves that are marked by their place have the same place in all.
        title: above all. It also says where intervals reach beyond a plot.
        path: of the PNG.
        columns: plots in a row.
    """
    # Imported here, so that a run begins to train sooner.
    import matplotlib
    from matplotlib.figure import Figure

    columns = min(columns, len(plots))
    rows = -(-len(plots) // columns)
    with matplotlib.rc_context({"font.size": 10, "axes.spines.top": False,
                                "axes.spines.right": False, "text.parse_math": False}):  # fmt: skip
        figure = Figure(figsize=(5.6 * columns, 3.8 * rows + 0.9), layout="constrained")
        named = {}
        for axes, plot in zip_longest(figure.subplots(rows, columns, squeeze=False).flat, plots):
            if plot is None:
                axes.axis("off")
                continue
            _draw(axes, plot)
            named |= dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
        figure.legend(named.values(), named.keys(), frameon=False, ncols=1 + columns, fontsize=9,
                      loc="outside lower center")  # fmt: skip
        cut = any(
            (point.low is not None and point.low < plot.y.low)
            or (point.high is not None and point.high > plot.y.high)
            for plot in plots for curve in plot.curves for point in curve.points
        )  # fmt: skip
        title = f"{title}; longer bars end at the frame" if cut else title
        # Where it has to be wrapped, Matplotlib reads it as a formula all the same.
        figure.suptitle(title, fontsize=9, wrap="$" not in title)
        save_figure(figure, path)


def _draw(axes, plot: Plot) -> None:
    better = f"\n({plot.better})" if plot.better else ""
    axes.set_title(f"{plot.title}{better}", fontsize=10)
    for axis, limit, ticks, label in (
        (plot.x, axes.set_xlim, axes.set_xticks, axes.set_xlabel),
        (plot.y, axes.set_ylim, axes.set_yticks, axes.set_ylabel),
    ):
        ticks([value for value, _ in axis.ticks], [text for _, text in axis.ticks], fontsize=8)
        limit(axis.low, axis.high)
        label(axis.label)
    axes.grid(axis="y", color="0.92")
    axes.set_axisbelow(True)
    if plot.band:
        axes.axhspan(*plot.band, color="0.9", zorder=0)
    for value, text in plot.lines:
        if plot.y.low <= value <= plot.y.high:
            axes.axhline(value, color="0.5", linewidth=1, linestyle="--")
            axes.annotate(text, (plot.x.high, value), xytext=(-3, 3), ha="right",
                          textcoords="offset points", color="0.4", fontsize=8)  # fmt: skip
    for number, curve in enumerate(plot.curves):
        if curve.points:
            # Side by side, so that intervals at one place do not hide each other.
            place = number - (len(plot.curves) - 1) / 2
            shift = place * min(0.01, 0.035 / len(plot.curves)) * (plot.x.high - plot.x.low)
            _draw_curve(axes, number, curve, shift)


def _draw_curve(axes, number: int, curve: Curve, shift: float) -> None:
    points = curve.points
    below = [0.0 if p.low is None else max(0.0, p.y - p.low) for p in points]
    above = [0.0 if p.high is None else max(0.0, p.high - p.y) for p in points]
    barred = any(below + above)
    look = look_of(number, curve)
    pattern, colour = DASHES[look.dash], LIGHT[look.colour]
    solid = "-" if pattern == "none" else (0, tuple(map(float, pattern.split())))
    axes.errorbar(
        [p.x + shift * barred for p in points], [p.y for p in points],
        yerr=[below, above] if barred else None, label=curve.name, color=colour,
        linestyle=solid if curve.line else "none", linewidth=1.6, elinewidth=0.8, capsize=2,
        marker=SHAPES[look.shape][0] if curve.marked else "none", markersize=5,
        markerfacecolor="white" if look.hollow else colour,
    )  # fmt: skip
