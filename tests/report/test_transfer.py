from math import nan

import pytest
from matplotlib.figure import Figure
from PIL import Image

from jaxticket.report.transfer import Matrix, cell_texts, short_names, transfer_figure
from jaxticket.statistics import Estimate


def estimate(value):
    return Estimate(value, value - 0.02, value + 0.02, 3, 20, 10, 0.1, 0.1, 4.0, 0.95)


MATRICES = [
    Matrix("meso4, dense", "as it is", {("a", "a"): estimate(0.95), ("a", "b"): estimate(0.6)}),
    Matrix("meso4, 80%", "as it is", {("b", "a"): estimate(0.45)}),
    Matrix("meso4, 80%", "trained there", {("b", "a"): estimate(0.8)}),
]


@pytest.fixture
def drawn(tmp_path, monkeypatch):
    """The figure before it is saved, and the file."""
    figures, save = [], Figure.savefig

    def savefig(figure, *arguments, **options):
        figures.append(figure)
        save(figure, *arguments, **options)

    monkeypatch.setattr(Figure, "savefig", savefig)
    path = tmp_path / "transfer.png"
    transfer_figure(MATRICES, ["a", "b"], "synthetic data; seeds: 3", path)
    return figures[0], path


def test_a_panel_a_network_and_kind(drawn):
    figure, _ = drawn
    panels = [axes for axes in figure.axes if axes.axison and axes.texts]
    titles = [axes.get_title() for axes in panels]
    assert titles == ["meso4, dense\nas it is", "meso4, 80%\nas it is", "meso4, 80%\ntrained there"]
    texts = [[text.get_text() for text in axes.texts] for axes in panels]
    assert texts[0] == ["0.950", "[0.930,\n 0.970]\nn = 3", "0.600", "[0.580,\n 0.620]\nn = 3"]
    # The source is the row: b's ticket on a stands in the second row's first column.
    assert [text.get_position()[0] for text in panels[1].texts] == [0, 0]
    assert all(0.9 < text.get_position()[1] < 1.1 for text in panels[1].texts)
    assert [tick.get_text() for tick in panels[1].get_yticklabels()] == ["a", "b"]
    assert figure.get_suptitle() == "synthetic data; seeds: 3"


def test_text_is_light_on_dark_and_dark_on_light(drawn):
    figure, _ = drawn
    colours = {text.get_text(): text.get_color() for axes in figure.axes for text in axes.texts}
    assert colours["0.950"] == "black"
    assert colours["0.600"] == colours["0.450"] == "white"


def test_it_is_a_picture(drawn):
    with Image.open(drawn[1]) as image:
        assert image.format == "PNG"
        image.load()
        assert len(image.convert("RGB").getcolors(1 << 24)) > 50


def test_long_names_keep_their_end():
    assert short_names(["synthetic_ff", "b"]) == ["synthetic_ff", "b"]
    long = "/data/prepared/celeb_df/1.0.0"
    assert short_names([long, "b"]) == ["…/celeb_df/1.0.0", "b"]
    assert len(short_names([long])[0]) == 16
    assert short_names([long, "/other" + long]) == ["1: …/celeb_df/1.0.0", "2: …/celeb_df/1.0.0"]


def test_without_an_interval_the_cell_says_so():
    without = Estimate(0.6, nan, nan, 1, 20, 10, 0.1, 0.1, 4.0, 0.95)
    assert cell_texts(without) == ("0.600", "no interval\nn = 1")
