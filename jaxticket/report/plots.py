"""Plots of a run, colour-blind safe (Okabe and Ito), with units and n."""

from pathlib import Path

from jaxticket.runs import RunRecord

LINES = (
    ("test_accuracy", "accuracy", "accuracy, test", "#0072B2", "o"),
    ("test_balanced_accuracy", "balanced_accuracy", "balanced accuracy, test", "#009E73", "s"),
    ("test_auc", "auc", "AUC, test", "#D55E00", "^"),
)
VALIDATION = ("val_accuracy", "accuracy, validation", "#0072B2")


def accuracy_against_sparsity(run: RunRecord, path: Path) -> None:
    """Draw accuracy, balanced accuracy and AUC at every level against its sparsity, as PNG.

    Bars are 95% intervals by resampling the test groups. The horizontal axis is even in rounds:
    linear in the logarithm of the density.

    Args:
        run: at least one finished level.
        path: of the PNG.
    """
    # Imported here, so that a run begins to train sooner.
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    # Half a weight, where none is left: the axis is logarithmic.
    density = [max(1 - level.sparsity, 0.5 / level.parameters) for level in run.levels]
    with matplotlib.rc_context({"font.size": 11, "axes.spines.top": False,
                                "axes.spines.right": False}):  # fmt: skip
        figure = Figure(figsize=(8, 5), layout="constrained")
        axes = figure.subplots()
        for shift, (column, metric, label, colour, marker) in zip((-1, 0, 1), LINES, strict=True):
            values = [getattr(level, column) for level in run.levels]
            if None in values:  # AUC is of real and fake only
                continue
            # No interval where the test split is of one group.
            ends = [level.test_interval(metric) for level in run.levels]
            below = [max(0.0, v - (v if low is None else low))
                     for v, (low, _) in zip(values, ends, strict=True)]  # fmt: skip
            above = [max(0.0, (v if high is None else high) - v)
                     for v, (_, high) in zip(values, ends, strict=True)]  # fmt: skip
            axes.errorbar(
                [d * 1.012**shift for d in density], values, yerr=[below, above], label=label,
                color=colour, marker=marker, capsize=3, linewidth=1.8, elinewidth=0.9,
            )  # fmt: skip
        column, label, colour = VALIDATION
        axes.plot(
            density, [getattr(level, column) for level in run.levels], label=label, color=colour,
            linestyle=":", linewidth=1.5,
        )  # fmt: skip
        chance = 1 / len(run.levels[-1].classes)  # of balanced accuracy, and of AUC
        axes.axhline(chance, color="0.6", linewidth=1, linestyle="--")
        axes.annotate("chance", (density[0], chance), xytext=(0, 4), textcoords="offset points",
                      color="0.4", fontsize=9)  # fmt: skip
        axes.set_xscale("log")
        axes.invert_xaxis()
        axes.set_xticks(density, [f"{100 * (1 - d):.1f}" for d in density])
        axes.minorticks_off()
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        axes.set_xlabel("sparsity: pruned share of the prunable weights (%)")
        named = run.levels[-1].by_class
        axes.set_ylabel("accuracy (%)" if named else "accuracy and AUC (%)")
        axes.grid(axis="y", color="0.92")
        axes.set_axisbelow(True)
        figure.legend(frameon=False, loc="outside lower center", ncols=4, fontsize=9)
        figure.suptitle(title(run), fontsize=11)
        figure.savefig(path, dpi=130)


def title(run: RunRecord) -> str:
    """Return one line that says what was run, on how many pictures and seeds."""
    recipe, last = run.recipe, run.levels[-1]
    synthetic = "synthetic data, " if recipe.synthetic else ""
    task = " naming the method" if last.by_class else ""
    return (
        f"{recipe.model}{task} on {recipe.data_name} ({synthetic}{recipe.image_size} px), "
        f"rewind {recipe.rewind}, {recipe.scope} scope\n"
        f"n = {last.test_examples} test pictures, 1 seed; bars: 95% over test groups"
    )
