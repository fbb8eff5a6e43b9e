from dataclasses import replace

import pytest
from matplotlib.figure import Figure
from PIL import Image

from jaxticket.report.plots import accuracy_against_sparsity, title
from jaxticket.runs import read_run


@pytest.fixture
def drawn(finished_run, tmp_path, monkeypatch):
    """The figure of a finished run before it is saved, and the file."""
    figures, save = [], Figure.savefig

    def savefig(figure, *arguments, **options):
        figures.append(figure)
        save(figure, *arguments, **options)

    monkeypatch.setattr(Figure, "savefig", savefig)
    path = tmp_path / "accuracy.png"
    run = read_run(finished_run)
    accuracy_against_sparsity(run, path)
    return run, figures[0], path


def test_the_plot_is_a_picture(drawn):
    _, _, path = drawn
    with Image.open(path) as image:
        assert image.format == "PNG"
        assert (image.width, image.height) == (1040, 650)
        image.load()
        # Not one colour only: lines, text and a background.
        assert len(image.convert("RGB").getcolors(1 << 24)) > 50


def test_the_lines_are_the_levels_figures(drawn):
    run, figure, _ = drawn
    (axes,) = figure.axes
    lines = {line.get_label(): line.get_ydata() for line in axes.get_lines()}
    assert list(lines["accuracy, validation"]) == [level.val_accuracy for level in run.levels]
    bars = {bars.get_label(): bars.lines[0].get_ydata() for bars in axes.containers}
    assert list(bars["AUC, test"]) == [level.test_auc for level in run.levels]
    assert list(bars["accuracy, test"]) == [level.test_accuracy for level in run.levels]


def test_axes_have_units_and_the_title_says_n(drawn):
    run, figure, _ = drawn
    (axes,) = figure.axes
    assert "(%)" in axes.get_xlabel()
    assert "(%)" in axes.get_ylabel()
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["0.0", "20.0", "36.0"]
    assert figure.get_suptitle() == title(run)
    assert "n = 24 test pictures, 1 seed" in title(run)


def test_the_title_says_what_was_run(finished_run):
    run = read_run(finished_run)
    assert title(run).splitlines()[0] == "meso4 on noise (32 px), rewind init, global scope"
    synthetic = replace(run, recipe=replace(run.recipe, synthetic=True))
    assert "(synthetic data, 32 px)" in title(synthetic)


def test_one_level_is_enough(finished_run, tmp_path):
    run = read_run(finished_run)
    accuracy_against_sparsity(replace(run, levels=run.levels[:1]), tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        image.load()
