from dataclasses import replace
from math import nan

import pytest
from matplotlib.figure import Figure
from PIL import Image

from jaxticket.report.transfer import (
    DENSE,
    TITLES,
    Matrix,
    cell_texts,
    short_names,
    transfer_figure,
    transfer_matrices,
)


def estimate(value):
    return {"value": value, "low": value - 0.02, "high": value + 0.02, "seeds": 3}


def finding(source, target, method, kind, sparsity, auc):
    return {"model": "meso4", "source": source, "target": target, "method": method, "kind": kind,
            "sparsity": sparsity, "metrics": {"auc": estimate(auc)}}  # fmt: skip


FINDINGS = [
    finding("one", "one", "dense", "ticket", 0.0, 0.9),
    finding("one", "one", "global", "ticket", 0.8, 0.8),
    finding("one", "one", "one_shot", "ticket", 0.8, 0.1),
    finding("one", "one", "global", "random_global", 0.8, 0.7),
    finding("two", "two", "global", "ticket", 0.8, 0.85),
    finding("one", "two", "dense", "zero_shot", 0.0, 0.6),
    finding("one", "two", "global", "zero_shot", 0.8, 0.55),
    finding("two", "one", "global", "zero_shot", 0.8, 0.52),
    finding("one", "two", "global", "ticket", 0.8, 0.83),
    finding("one", "two", "global", "random_global", 0.8, 0.72),
]
MATRICES = [
    Matrix("meso4", "dense", "zero_shot", 0.0,
           {("a", "a"): estimate(0.95), ("a", "b"): estimate(0.6)}),
    Matrix("meso4", "global", "zero_shot", 0.8, {("b", "a"): estimate(0.45)}),
    Matrix("meso4", "global", "ticket", 0.8, {("b", "a"): estimate(0.8)}),
]  # fmt: skip


def test_a_matrix_for_each_network_and_kind():
    values = {
        (matrix.title, matrix.sparsity): {k: auc["value"] for k, auc in matrix.cells.items()}
        for matrix in transfer_matrices(FINDINGS)
    }
    assert values == {
        (DENSE, 0.0): {("one", "one"): 0.9, ("one", "two"): 0.6},
        (TITLES["zero_shot"], 0.8): {
            ("one", "one"): 0.8, ("two", "two"): 0.85, ("one", "two"): 0.55, ("two", "one"): 0.52,
        },
        (TITLES["ticket"], 0.8): {
            ("one", "one"): 0.8, ("two", "two"): 0.85, ("one", "two"): 0.83,
        },
        (TITLES["random_global"], 0.8): {("one", "one"): 0.7, ("one", "two"): 0.72},
    }  # fmt: skip


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
    kinds = (DENSE, TITLES["zero_shot"], TITLES["ticket"])
    assert titles == [f"meso4, 80%\n{kind}" for kind in kinds]
    texts = [[text.get_text() for text in axes.texts] for axes in panels]
    assert texts[0] == ["0.950", "[0.930,\n 0.970]\nn = 3", "0.600", "[0.580,\n 0.620]\nn = 3"]
    # The source is the row: b's ticket on a stands in the second row's first column.
    assert [text.get_position()[0] for text in panels[1].texts] == [0, 0]
    assert all(0.9 < text.get_position()[1] < 1.1 for text in panels[1].texts)
    ticks = [[tick.get_text() for tick in axes.get_yticklabels()] for axes in panels[:2]]
    assert ticks == [["a", "b"], ["", ""]]
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
    assert cell_texts({"value": 0.6, "low": nan, "high": nan, "seeds": 1}) == (
        "0.600",
        "no interval\nn = 1",
    )


def test_dense_networks_alone_are_a_row_of_their_own(tmp_path, monkeypatch):
    figures = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: figures.append(figure))
    transfer_figure(MATRICES[:1], ["a", "b"], "", tmp_path / "a.png")
    assert figures[0].axes[0].get_title() == f"meso4\n{DENSE}"


def test_a_name_is_no_formula(tmp_path):
    name = "$\\frac$ \x1b \u6f22"
    matrices = [replace(matrix, model=name) for matrix in MATRICES]
    transfer_figure(matrices, ["a", name], name, tmp_path / "a.png")
    assert (tmp_path / "a.png").is_file()
