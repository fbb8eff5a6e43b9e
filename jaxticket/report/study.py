"""The figure of a study: a metric against sparsity, a panel a model and data set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jaxticket.report.frame import frame
from jaxticket.statistics import Estimate

# Okabe and Ito: told apart by the colour-blind; markers tell them apart in grey.
STYLES = (
    ("#0072B2", "o"), ("#D55E00", "s"), ("#009E73", "^"), ("#CC79A7", "D"), ("#E69F00", "v"),
    ("#56B4E9", "P"), ("#F0E442", "X"), ("#000000", "*"),
)  # fmt: skip


@dataclass(frozen=True)
class Panel:
    """One model on one data set.

    Attributes:
        title: of the panel.
        dense: of the network before pruning.
        curves: method -> sparsity -> estimate, drawn as lines.
        controls: control -> sparsity -> estimate, drawn as open points.
    """

    title: str
    dense: Estimate
    curves: Mapping[str, Mapping[float, Estimate]]
    controls: Mapping[str, Mapping[float, Estimate]]


def study_figure(panels: Sequence[Panel], metric: str, note: str, path: Path) -> None:
    """Draw the panels as PNG. Bars are the estimates' intervals, cut where they reach too far.

    Args:
        panels: at least one.
        metric: what is drawn, in words.
        note: seeds, groups, confidence; whether the data are synthetic.
        path: of the PNG.
    """
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    columns = min(2, len(panels))
    rows = -(-len(panels) // columns)
    names = list(dict.fromkeys(name for one in panels for name in (*one.curves, *one.controls)))
    styles = {name: STYLES[place % len(STYLES)] for place, name in enumerate(names)}
    with matplotlib.rc_context({"font.size": 10, "axes.spines.top": False,
                                "axes.spines.right": False}):  # fmt: skip
        figure = Figure(figsize=(5.6 * columns, 3.8 * rows + 0.9), layout="constrained")
        grid = figure.subplots(rows, columns, squeeze=False, sharey=True)
        for place, axes in enumerate(grid.flat):
            if place >= len(panels):
                axes.axis("off")
                continue
            panel = panels[place]
            axes.axhspan(panel.dense.low, panel.dense.high, color="0.9", zorder=0)
            axes.axhline(panel.dense.value, color="0.35", linewidth=1.2, linestyle="--")
            lines = [(name, of, "-") for name, of in panel.curves.items()]
            lines += [(name, of, "none") for name, of in panel.controls.items()]
            for shift, (name, of, line) in enumerate(lines):
                colour, marker = styles[name]
                # Side by side, so that intervals do not hide each other.
                density = [(1 - s) * 1.02 ** (shift - len(lines) / 2) for s in of]
                values = [one.value for one in of.values()]
                bars = [
                    [max(0.0, one.value - one.low) for one in of.values()],
                    [max(0.0, one.high - one.value) for one in of.values()],
                ]
                axes.errorbar(
                    density, values, yerr=bars, color=colour, marker=marker, linestyle=line,
                    markerfacecolor="white" if line == "none" else colour, capsize=2,
                    linewidth=1.5, elinewidth=0.8, label=name,
                )  # fmt: skip
            levels = sorted({s for of in panel.curves.values() for s in of})
            axes.set_xscale("log")
            axes.invert_xaxis()
            axes.set_xticks([1 - s for s in levels], [f"{100 * s:g}" for s in levels], fontsize=8)
            axes.minorticks_off()
            axes.yaxis.set_major_formatter(PercentFormatter(1.0))
            axes.grid(axis="y", color="0.93")
            axes.set_axisbelow(True)
            axes.set_title(panel.title, fontsize=10)
            axes.set_xlabel("sparsity: pruned share of the prunable weights (%)")
            axes.set_ylabel(metric)
        handles = {}
        for axes in grid.flat:
            handles |= dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
        figure.legend(handles.values(), handles.keys(), frameon=False, ncols=5, fontsize=9,
                      loc="outside lower center")  # fmt: skip
        low, high, cut = _frame(panels)
        edge = 0.04 * max(high - low, 0.02)
        grid[0][0].set_ylim(low - edge, high + edge)
        figure.suptitle(f"{note}; longer bars end at the frame" if cut else note, fontsize=9)
        figure.savefig(path, dpi=130)


def _frame(panels: Sequence[Panel]) -> tuple[float, float, bool]:
    found = [one.dense for one in panels]
    for panel in panels:
        for curve in (*panel.curves.values(), *panel.controls.values()):
            found += curve.values()
    return frame(
        [one.value for one in found], [one.low for one in found], [one.high for one in found]
    )
