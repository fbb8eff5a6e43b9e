"""The plot and the title of a run's report."""

import shutil
from dataclasses import replace

import pytest
from matplotlib.figure import Figure
from PIL import Image

from jaxticket.report import write_report
from jaxticket.report.page.levels import run_plots
from jaxticket.report.page.parts import RunPart
from jaxticket.report.png import write_png
from jaxticket.report.run import title
from jaxticket.runs import read_run


@pytest.fixture
def drawn(finished_run, tmp_path, monkeypatch):
    """The plot of a finished run's report before it is saved, and the file."""
    figures, save = [], Figure.savefig

    def savefig(figure, *arguments, **options):
        figures.append(figure)
        save(figure, *arguments, **options)

    monkeypatch.setattr(Figure, "savefig", savefig)
    copy = tmp_path / "run"
    shutil.copytree(finished_run, copy)
    write_report(copy)
    return read_run(finished_run), figures[0], copy / "accuracy.png"


def test_the_plot_is_a_picture(drawn):
    with Image.open(drawn[2]) as image:
        assert image.format == "PNG"
        image.load()
        # Not one colour only: lines, text and a background.
        assert len(image.convert("RGB").getcolors(1 << 24)) > 50


def test_the_curves_are_the_levels_figures(drawn):
    run, figure, _ = drawn
    panels = {axes.get_title().splitlines()[0]: axes for axes in figure.axes if axes.axison}
    for metric, name in (("accuracy", "accuracy"), ("auc", "AUC")):
        test, validation = panels[name].containers
        assert (test.get_label(), validation.get_label()) == ("ticket, test", "ticket, validation")
        assert panels[name].get_title().endswith("(higher is better)")
        values = [list(bars.lines[0].get_ydata()) for bars in (test, validation)]
        assert values[0] == [level.test_value(metric) for level in run.levels]
        assert values[1] == [getattr(level, f"val_{metric}") for level in run.levels]


def test_axes_have_units_and_the_title_says_n(drawn):
    run, figure, _ = drawn
    axes = figure.axes[0]
    assert axes.get_xlabel() == "sparsity (% of the prunable weights)"
    assert axes.get_ylabel() == "accuracy (%)"
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["0", "20", "36"]
    assert figure.get_suptitle().startswith(title(run))
    assert "n = 24 test pictures, 1 seed" in title(run)


def test_the_title_says_what_was_run(finished_run):
    run = read_run(finished_run)
    assert title(run).splitlines()[0] == "meso4 on noise (32 px), rewind init, global scope"
    synthetic = replace(run, recipe=replace(run.recipe, synthetic=True))
    assert "(synthetic data, 32 px)" in title(synthetic)


def test_one_level_is_enough(finished_run, tmp_path):
    run = read_run(finished_run)
    first = RunPart("one", replace(run, levels=run.levels[:1]))
    write_png(run_plots(first), title(run), tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        image.load()
