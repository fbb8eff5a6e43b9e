"""The plot of linear mode connectivity: error between two trainings, a line for each level."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

MARKERS = "os^Dv<>ph*"
PANELS = (("test", "test error (%)"), ("train", "training error (%)"))


def error_between_trainings(
    rows: Sequence[Mapping[str, Any]], barriers: Mapping[int, float], path: Path, title: str
) -> None:
    """Draw the error at every place between two trainings, a colour and marker a level, as PNG.

    The palette is cividis, read alike by the colour-blind, from dense (dark) to sparse.

    Args:
        rows: of curve.csv: level, sparsity, alpha, split, error and pair; each pair is a thin line,
            the mean over pairs a thick one.
        barriers: the test barrier of every level, in [0, 1], mean over pairs.
        path: of the PNG.
        title: says what was run, on how many pictures, groups and pairs.
    """
    # Imported here, so that a run begins to train sooner.
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    palette = matplotlib.colormaps["cividis"]
    with matplotlib.rc_context({"font.size": 11, "axes.spines.top": False,
                                "axes.spines.right": False}):  # fmt: skip
        figure = Figure(figsize=(10, 4.8), layout="constrained")
        for axes, (split, label) in zip(figure.subplots(1, len(PANELS)), PANELS, strict=True):
            for number, (level, height) in enumerate(barriers.items()):
                mine = [row for row in rows if (row["level"], row["split"]) == (level, split)]
                places = sorted({row["alpha"] for row in mine})
                pairs = sorted({row["pair"] for row in mine})
                errors = {(row["pair"], row["alpha"]): row["error"] for row in mine}
                colour = palette(0.9 * number / max(len(barriers) - 1, 1))
                lines = [[errors[pair, place] for place in places] for pair in pairs]
                for line in lines if len(lines) > 1 else []:
                    axes.plot(places, line, color=colour, linewidth=0.6, alpha=0.6)
                axes.plot(
                    places, [sum(at) / len(at) for at in zip(*lines, strict=True)],
                    color=colour, marker=MARKERS[number % len(MARKERS)], linewidth=1.8,
                    label=f"level {level}: {mine[0]['sparsity']:.1%} pruned, barrier "
                    f"{100 * height:.1f} points" if split == "test" else None,
                )  # fmt: skip
            axes.set_ylim(bottom=0)
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=1, symbol=""))
            axes.set_ylabel(label)
            axes.set_xlabel("place between the two trainings, \N{GREEK SMALL LETTER ALPHA}")
            axes.grid(axis="y", color="0.92")
            axes.set_axisbelow(True)
        figure.legend(frameon=False, loc="outside lower center", ncols=2, fontsize=9)
        figure.suptitle(title, fontsize=11)
        figure.savefig(path, dpi=130)
