import pytest
from matplotlib.figure import Figure
from PIL import Image

from jaxticket.report.connectivity_plot import error_between_trainings
from jaxticket.report.marks import LIGHT
from jaxticket.report.page.axes import Axis
from jaxticket.report.page.plot import Curve, Plot, Point
from jaxticket.report.png import write_png

X = Axis("x (%)", 0.0, 10.0, [(0.0, "0"), (10.0, "ten")])
Y = Axis("y (%)", 0.0, 1.0, [(0.0, "0"), (1.0, "100")])


@pytest.fixture
def drawn(tmp_path, monkeypatch):
    """Draws, and returns the figure before it is saved; the file is a.png."""
    figures, save = [], Figure.savefig

    def savefig(figure, *arguments, **options):
        figures.append(figure)
        save(figure, *arguments, **options)

    monkeypatch.setattr(Figure, "savefig", savefig)

    def draw(*curves, title="seeds: 2", **more):
        write_png([Plot("a", "", X, Y, curves, **more)], title, tmp_path / "a.png")
        return figures[-1]

    return draw


def test_the_points_of_a_plot_are_drawn_with_their_intervals(drawn, tmp_path):
    line = Curve("line", [Point(2.0, 0.5), Point(4.0, 0.6)])
    bars = Curve("bars", [Point(2.0, 0.5, 0.25, 0.75)], line=False)
    empty = Curve("empty", [])
    figure = drawn(line, bars, empty, lines=[(0.5, "chance"), (2.0, "beyond")], band=(0.4, 0.6))
    (axes,) = figure.axes
    first, second = axes.containers
    assert (first.get_label(), second.get_label()) == ("line", "bars")
    assert first.lines[0].get_xydata().tolist() == [[2.0, 0.5], [4.0, 0.6]]
    assert second.lines[2][0].get_segments()[0][:, 1].tolist() == [0.25, 0.75]
    assert second.lines[0].get_color() == LIGHT[1]
    assert second.lines[0].get_linestyle() == "None"
    assert [text.get_text() for text in axes.texts] == ["chance"]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["0", "ten"]
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_title()) == ("x (%)", "y (%)", "a")
    assert axes.get_ylim() == (0.0, 1.0)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["line", "bars"]
    with Image.open(tmp_path / "a.png") as image:
        assert image.format == "PNG"
        image.load()
        assert len(image.convert("RGB").getcolors(1 << 24)) > 50


def test_a_name_is_no_formula(drawn):
    name = "$\\frac$ \x1b \u6f22"
    figure = drawn(*(Curve(f"{n} {name}", [Point(5.0, 0.5)]) for n in range(2)), title=name)
    assert figure.get_suptitle() == name


def test_intervals_at_one_place_stand_side_by_side(drawn):
    (axes,) = drawn(*(Curve(name, [Point(5.0, 0.5, 0.4, 0.6)]) for name in "ab")).axes
    left, right = (bars.lines[0].get_xdata()[0] for bars in axes.containers)
    assert left < 5.0 < right


@pytest.mark.parametrize(
    ("low", "title"), [(0.1, "seeds: 2"), (-0.1, "seeds: 2; longer bars end at the frame")]
)
def test_the_title_says_where_an_interval_is_cut(drawn, low, title):
    assert drawn(Curve("a", [Point(5.0, 0.5, low, 0.9)])).get_suptitle() == title


def test_a_title_wider_than_the_plots_is_wrapped(drawn):
    figure = drawn(title="seeds: 2; " * 20)
    (title,) = figure.texts
    extent = title.get_window_extent()
    assert 0 <= extent.x0 < extent.x1 <= figure.bbox.width
    assert extent.y0 > figure.axes[0].get_tightbbox().y1


def test_errors_between_trainings_are_means_over_pairs(drawn, tmp_path, monkeypatch):
    figures, save = [], Figure.savefig
    monkeypatch.setattr(Figure, "savefig", lambda f, *a, **k: (figures.append(f), save(f, *a, **k)))
    rows = [
        {"level": 1, "sparsity": 0.2, "alpha": alpha, "split": split, "pair": pair, "error": error}
        for split in ("test", "train")
        for pair, errors in ((1, (0.1, 0.3)), (2, (0.2, 0.5)))
        for alpha, error in zip((0.0, 0.5), errors, strict=True)
    ]
    error_between_trainings(rows, {1: 0.25}, tmp_path / "b.png", "n = 4")
    test, train = figures[0].axes
    (bars,) = test.containers
    assert bars.get_label() == "level 1: 20.0% pruned, barrier 25.0 points"
    assert bars.lines[0].get_ydata().tolist() == pytest.approx([0.15, 0.4])
    assert bars.lines[2][0].get_segments()[1][:, 1].tolist() == pytest.approx([0.3, 0.5])
    assert train.get_ylabel() == "training error (%)"
    assert figures[0].get_suptitle() == "n = 4; bars: lowest to highest"
