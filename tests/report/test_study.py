import pytest
from matplotlib.figure import Figure

from jaxticket.report.study import Panel, study_figure
from jaxticket.statistics import Estimate


def estimate(value, low, high):
    return Estimate(value, low, high, 2, 20, 10, 0.1, 0.1, 4.0, 0.95)


@pytest.fixture
def draw(tmp_path, monkeypatch):
    figures, save = [], Figure.savefig

    def savefig(figure, *arguments, **options):
        figures.append(figure)
        save(figure, *arguments, **options)

    monkeypatch.setattr(Figure, "savefig", savefig)

    def draw(low):
        curve = {0.5: estimate(0.95, 0.93, 0.97), 0.8: estimate(0.971, low, 1.0)}
        panel = Panel("cnn5 on one", estimate(0.96, 0.94, 0.98), {"one_shot": curve}, {})
        study_figure([panel], "test accuracy", "seeds: 2", tmp_path / "a.png")
        return figures[-1]

    return draw


def test_one_wide_interval_does_not_flatten_the_others(draw):
    figure = draw(low=0.012)
    bottom, top = figure.axes[0].get_ylim()
    assert 0.8 < bottom < 0.86
    assert 1.0 < top < 1.02
    assert figure.get_suptitle() == "seeds: 2; longer bars end at the frame"


def test_ordinary_intervals_are_shown_whole(draw):
    figure = draw(low=0.9)
    assert figure.axes[0].get_ylim()[0] < 0.9
    assert figure.get_suptitle() == "seeds: 2"
