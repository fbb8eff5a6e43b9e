import re
from dataclasses import replace

import pytest

from experiments.costing.plan import check, imp_config, plan
from experiments.costing.roads import ROADS
from experiments.options.cost import Config

CONFIG = Config(models=("cnn5",), datasets=("one", "two"), seeds=(0,))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"roads": ("full", "shorter")}, "--roads: shorter unknown; use some of full, short_0.2"),
        ({"roads": ("one_shot",)}, "--roads must name each once, and full"),
        ({"datasets": ("one",)}, "--roads=carried needs a second data set"),
        ({"sparsities": (0.9, 0.8)}, "sparsities must increase"),
        ({"rewind": "lr"}, "--rewind=lr"),
    ],
)
def test_what_cannot_be_is_refused(options, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        check(replace(CONFIG, **options))


def test_every_road_has_its_training_after_those_that_it_needs():
    cells = plan(CONFIG)
    names = [cell.name for cell in cells]
    # Ten runs of imp and a long dense network, and a carried mask of each sparsity, of two sets.
    assert len(names) == len(set(names)) == 2 * (11 + 3)
    for place, cell in enumerate(cells):
        assert set(cell.needs) <= set(names[:place])
    by_name = {cell.name: cell for cell in cells}
    carried = by_name["cnn5-one-seed0-carried-0.9"]
    assert (carried.needs, carried.dataset) == (("cnn5-two-seed0-full",), "one")
    assert carried.options[:3] == [
        "--run=runs/cost/cells/cnn5-two-seed0-full", "--level=12", "--control=ticket",
    ]  # fmt: skip
    long = by_name["cnn5-one-seed0-long_dense"]
    assert (long.levels, long.asked.control.level) == (17, 16)


def test_roads_differ_from_full_in_what_they_say_and_the_dense_network_is_trained_once():
    full = imp_config(CONFIG, "cnn5", "one", 0, "full")
    assert (full.sparsities, full.search, full.dense) == ((0.8, 0.9, 0.95), "full", None)
    for road in ("larger", "one_shot", "snip", "synflow"):
        config = imp_config(CONFIG, "cnn5", "one", 0, road)
        assert config.dense == full.run_dir
        assert replace(config, dense=None, run_dir=full.run_dir) == replace(
            full, **ROADS[road].options
        )
    # What masks are drawn from is not kept by a run of another search.
    for road in ("short_0.1", "early_bird", "one_shot_early_bird", "larger_short"):
        assert imp_config(CONFIG, "cnn5", "one", 0, road).dense is None


def test_a_shorter_road_counts_as_fewer_levels():
    levels = {cell.name.split("-")[-1]: cell.levels for cell in plan(CONFIG) if not cell.needs}
    # Four levels in full, and 13 on the way to a tenth or a fifth.
    assert (levels["full"], levels["early_bird"]) == (17, 17)
    assert (levels["short_0.1"], levels["short_0.2"]) == pytest.approx((5.3, 6.6))
