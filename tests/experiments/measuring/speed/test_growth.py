import numpy as np
import pytest

from experiments.measuring.speed import growth, imp
from experiments.measuring.speed.growth import row, words
from experiments.measuring.speed.growth_plot import draw
from experiments.measuring.speed.table import Table


def test_what_is_linear_is_said_to_be():
    found = row("batch", "a step", {8.0: [0.8, 0.7, 0.9], 16.0: [1.6], 32.0: [3.2]})
    assert found["exponent"] == pytest.approx(1)
    assert (found["from"], found["to"]) == ("8", "32")
    assert (found["least"], found["most"]) == pytest.approx((800, 3200))
    assert found["fixed"] == "0%"
    assert found["said"] == "linear"
    assert found["points"][0] == pytest.approx((8, 0.8, 0.75, 0.85))


def test_a_fixed_part_is_named():
    found = row("batch", "a step", {1.0: [2.0], 2.0: [3.0], 4.0: [5.0]})
    assert found["exponent"] < 0.9
    assert found["fixed"] == "50%"
    assert found["said"] == "less than linear: 50% of the time at the first does not grow"


def test_where_units_become_dearer_is_named():
    x, y = np.array([1.0, 2, 4, 8]), np.array([1.0, 2, 8, 16])
    assert words(1.4, 0.0, x, y) == (
        "more than linear: a unit costs 2.0 times as much at the last as at the first, and most of "
        "that comes at 4"
    )


def test_selection_decoding_and_searches_grow(config, until, monkeypatch):
    asked = []

    def search(config, prepared, folder, rounds, epochs):
        asked.append(rounds)
        return {"train": 1.0 + rounds, "compile": 100.0}

    monkeypatch.setattr(imp, "search", search)
    for name in ("pixels of a picture", "pictures in a batch"):  # as `step` measures them
        monkeypatch.delitem(growth.GROWN, name)
    table = growth.measure(config, until)
    assert [row["with"] for row in table.rows] == [
        "weights",
        "pictures of a set",
        "levels",
        "seeds",
    ]
    by_name = {row["with"]: row for row in table.rows}
    assert by_name["levels"]["exponent"] == pytest.approx(1)
    assert by_name["seeds"]["exponent"] == pytest.approx(1)
    assert asked == [0, 1] * 3 + [1] * 9
    assert [at for at, *_ in by_name["pictures of a set"]["points"]] == [2, 4, 8]
    assert all(value > 0 for row in table.rows for point in row["points"] for value in point)


def test_the_plot_has_a_panel_a_row(tmp_path):
    points = {1.0: [2.0, 2.1], 2.0: [3.0, 3.3], 4.0: [5.0, 5.5]}
    table = Table("", {}, [row("batch", "a step", points)] * 4)
    draw(table, "machine", tmp_path / "growth.png")
    assert (tmp_path / "growth.png").read_bytes().startswith(b"\x89PNG")
