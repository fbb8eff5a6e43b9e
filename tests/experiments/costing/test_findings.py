import json

import pytest
from rich.console import Console

from experiments import cost
from experiments.costing.findings import INFERIOR, NOT_INFERIOR, find
from experiments.costing.pages import _title, by_place
from experiments.costing.sentences import aim, sentence
from tests.experiments.costing.written import small, write_road


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """A search of a fifth that is as good, and SNIP that is worse; one shot has not begun."""
    config = small(tmp_path_factory.mktemp("cost"), "short_0.2", "one_shot", "snip")
    write_road(config, "full", 3)
    write_road(config, "short_0.2", 3)
    write_road(config, "snip", 20)
    return config


def test_what_each_road_took_and_gave(config):
    rows = {(row.road, row.sparsity): row for row in find(config)}
    assert len(rows) == 6
    assert [rows[road, 0.36].steps for road in ("full", "short_0.2", "snip")] == [24, 12, 8]
    assert [rows[road, 0.2].steps for road in ("full", "short_0.2", "snip")] == [16, 10, 8]
    # Of the 10 s of a level, those drawn from after 2 of 8 steps count a quarter.
    assert [rows[road, 0.36].seconds for road in ("full", "short_0.2", "snip")] == [30, 15, 10]
    short, snip = rows["short_0.2", 0.36], rows["snip", 0.36]
    assert (short.share, snip.share) == (0.5, pytest.approx(1 / 3))
    assert short.over_full["auc"].value == 0.0
    assert snip.over_full["auc"].value < -0.1
    assert (short.verdict, snip.verdict) == (NOT_INFERIOR, INFERIOR)
    assert rows["full", 0.36].verdict == ""
    assert short.synthetic


def test_the_cheapest_road_is_said(config):
    first, _ = by_place(find(config))
    assert sentence(first) == (
        "meso4 on one, synthetic, 20%: the cheapest road shown to be not inferior is a fifth of "
        "each round (62% of the steps, AUC +0.000 [+0.000, +0.000]), and none that is cheaper is "
        "left open."
    )
    assert aim(find(config)).startswith("Of 0 comparisons of tickets that took a fifth")


def test_a_full_run_of_no_better_than_chance_is_no_measure(tmp_path):
    config = small(tmp_path, "one_shot")
    write_road(config, "full", 20)
    write_road(config, "one_shot", 20)
    verdicts = {row.road: row.verdict for row in find(config)}
    assert verdicts == {"full": "", "one_shot": "cannot be judged"}
    assert "or cannot be judged" in sentence(by_place(find(config))[0])


def test_the_page_has_a_row_a_road_and_the_plots(config, tmp_path):
    rows = find(config)
    text = (cost.write(config, rows, 9, 12)).read_text()
    assert text.startswith("# What a ticket costs (one: synthetic)")
    assert "9 of 12 trainings are done." in text
    assert "| a fifth of each round | 3 | 12 | 50% | 15 |" in text
    assert "| SNIP | 3 | 8 | 33% | 10 |" in text
    written = json.loads((config.out / "cost.json").read_text())
    assert (written["margin"], len(written["rows"])) == (0.01, 6)
    assert written["rows"][0]["metrics"]["auc"]["value"] == rows[0].metrics["auc"].value
    assert _title(rows).endswith("over test groups; dashed: full IMP; grey: its margin")
    for name in ("cost.png", "cost_seconds.png"):
        assert (config.out / name).read_bytes().startswith(b"\x89PNG")


def test_without_full_there_is_nothing_to_hold_others_to(tmp_path):
    config = small(tmp_path, "one_shot", report_only=True)
    with pytest.raises(ValueError, match="full IMP is not done for any model"):
        cost.main(config, Console(quiet=True))
