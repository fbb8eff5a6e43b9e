"""Which searches make sense, and whose dense network a run of one may take over."""

from dataclasses import replace

import pytest

from experiments.one_run.estimate import level_steps
from experiments.one_run.recipe import asked, check, check_dense
from experiments.options.imp import Config
from jaxticket.recipe import to_json
from jaxticket.runs.files import write_json

TINY = Config(model="meso4", image_size=32, rounds=2)


@pytest.fixture
def kept(tmp_path):
    """Write the folder of a run that has kept level 0, and what was drawn from it."""

    def keep(config):
        write_json(tmp_path / "config.json", to_json(asked(config)))
        (tmp_path / "level_00" / "drawn").mkdir(parents=True, exist_ok=True)
        return tmp_path

    return keep


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"search": "shorter"}, "search is 'shorter'; it must be full, short:F"),
        ({"search": "short:0.2", "criterion": "snip"}, "--search=short:0.2: the criterion snip"),
        ({"search": "early_bird", "rewind": "lr"}, "--search=early_bird: with --rewind=lr"),
    ],
)
def test_a_search_that_cannot_be_is_refused(options, said):
    with pytest.raises(ValueError, match=said):
        check(replace(TINY, **options))


def test_a_search_is_written_with_nothing_left_open():
    assert asked(replace(TINY, search="early_bird")).search == "early_bird:0.1:2"
    check(replace(TINY, search="short:0.2", rewind="step:3"))


@pytest.mark.parametrize(
    ("theirs", "ours", "said"),
    [
        ({}, {"search": "short:0.5"}, "with --search=full, and this run is .* --search=short:0.5"),
        ({"search": "short:0.2"}, {"search": "short:0.5"}, "with --search=short:0.2, and this"),
        ({"search": "early_bird"}, {"search": "early_bird", "prune_fraction": 0.5},
         "waited for the masks of other levels"),
        ({"search": "short:0.5", "seed": 1}, {"search": "short:0.5"}, "another network: seed: 1"),
    ],
)  # fmt: skip
def test_a_dense_network_that_was_drawn_from_otherwise_is_refused(kept, theirs, ours, said):
    with pytest.raises(ValueError, match=said):
        check_dense(kept(replace(TINY, **theirs)), asked(replace(TINY, **ours)))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"search": "short:0.5"}, {"search": "short:0.50", "pruning": "one_shot"}),
        ({"search": "short:0.5"}, {}),  # the end of its level 0 is there too
        ({"search": "early_bird"}, {"search": "early_bird", "rounds": 5}),
    ],
)
def test_a_dense_network_of_the_same_search_is_taken(kept, theirs, ours):
    check_dense(kept(replace(TINY, **theirs)), asked(replace(TINY, **ours)))


def test_a_run_that_kept_nothing_that_was_drawn_is_refused(kept):
    config = replace(TINY, search="short:0.5")
    run = kept(config)
    (run / "level_00" / "drawn").rmdir()
    with pytest.raises(ValueError, match="has not kept the weights that masks are drawn from"):
        check_dense(run, asked(config))


@pytest.mark.parametrize(
    ("options", "steps"),
    [
        ({}, (100, 100, 100)),
        ({"search": "short:0.25"}, (100, 25, 100)),
        ({"search": "short:0.25", "rewind": "step:40"}, (100, 40, 100)),
        ({"search": "early_bird"}, (100, 100, 100)),
        ({"search": "short:0.25", "pruning": "one_shot"}, (100, 100, 100)),
    ],
)
def test_the_steps_of_every_level_are_known_beforehand(options, steps):
    assert level_steps(replace(TINY, **options), 100) == steps
