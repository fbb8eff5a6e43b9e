"""The plot of growth: seconds against what grows, with the slope in logarithms."""

from pathlib import Path

import numpy as np

from experiments.measuring.speed.table import Table


def draw(table: Table, title: str, path: Path) -> None:
    """Draw a panel a row of `growth.measure`.

    Args:
        table: of `growth.measure`, with a row at least.
        title: above all.
        path: of the PNG.
    """
    # Imported here: a run of the other sections does not need it.
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, LogLocator

    columns = min(3, len(table.rows))
    lines = -(-len(table.rows) // columns)
    with matplotlib.rc_context(
        {"font.size": 10, "axes.spines.top": False, "axes.spines.right": False}
    ):
        figure = Figure(figsize=(4.2 * columns, 3.5 * lines + 0.4), layout="constrained")
        panels = figure.subplots(lines, columns, squeeze=False).flat
        for axes, row in zip(panels, table.rows, strict=False):
            x, middle, low, high = np.array(row["points"]).T
            slope, start = np.polyfit(np.log(x), np.log(middle), 1)
            axes.plot(x, middle[0] * x / x[0], color="0.7", linestyle=":", label="linear")
            axes.plot(x, np.exp(start) * x**slope, color="#0072b2", linewidth=1,
                      label=f"exponent {row['exponent']:.2f}")  # fmt: skip
            axes.errorbar(x, middle, [middle - low, high - middle], color="#0072b2", fmt="o",
                          markersize=5, capsize=2, elinewidth=0.8)  # fmt: skip
            axes.set_xscale("log")
            axes.set_yscale("log")
            texts = [f"{at / 1e6:g} M" if at >= 1e5 else f"{at:,.0f}" for at in x]
            axes.set_xticks(x, texts, fontsize=8)
            axes.set_xticks([], minor=True)
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
            axes.set_yticks([], minor=True)
            axes.set_xlabel(row["with"])
            axes.set_ylabel("seconds")
            axes.set_title(row["of"], fontsize=10)
            axes.grid(color="0.92")
            axes.set_axisbelow(True)
            axes.legend(frameon=False, fontsize=8, loc="upper left")
        for axes in list(panels)[len(table.rows) :]:
            axes.axis("off")
        figure.suptitle(title, fontsize=9)
        figure.savefig(path, dpi=130)
