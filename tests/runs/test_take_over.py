"""A run that begins with another's dense network ends as one that trained it itself."""

import pytest

from jaxticket.lottery import find_ticket
from jaxticket.recipe import Recipe
from jaxticket.runs import Run, read_recipe
from tests.resumption import assert_same_results, executed_steps
from tests.tiny import executing, run_tiny, tiny_experiment


def run_from(path, dense, **options):
    experiment, init = tiny_experiment(**options)
    with Run(path, Recipe(model="tiny", rewind=str(experiment.rewind)), {}) as run:
        run.take_over(dense)
        with executing(run, experiment) as execution:
            return find_ticket(experiment, run.beginning(init), execution)


@pytest.mark.parametrize("rewind", ["init", "step:2"])
def test_the_dense_network_is_trained_once(tmp_path, rewind):
    run_tiny(tmp_path / "dense", sparsities=(0.0,), rewind=rewind)
    run_tiny(tmp_path / "straight", rewind=rewind)
    run_from(tmp_path / "shared", tmp_path / "dense", rewind=rewind)
    assert_same_results(tmp_path / "shared", tmp_path / "straight")
    assert executed_steps(tmp_path / "straight") - executed_steps(tmp_path / "shared") == 6


def test_only_level_0_is_taken(tmp_path):
    run_tiny(tmp_path / "other", one_shot=True)
    run_tiny(tmp_path / "straight")
    run_from(tmp_path / "shared", tmp_path / "other")
    assert_same_results(tmp_path / "shared", tmp_path / "straight")


def test_a_line_that_was_cut_off_is_left_behind(tmp_path):
    run_tiny(tmp_path / "dense", sparsities=(0.0,))
    with (tmp_path / "dense" / "metrics.jsonl").open("a") as log:
        log.write('{"level": 1, "st')
    run_tiny(tmp_path / "straight")
    run_from(tmp_path / "shared", tmp_path / "dense")
    assert_same_results(tmp_path / "shared", tmp_path / "straight")


def test_what_is_there_stays(tmp_path):
    run_tiny(tmp_path / "dense", sparsities=(0.0,), seed=1)
    run_tiny(tmp_path / "own")
    before = (tmp_path / "own" / "level_00" / "evaluation.json").read_bytes()
    run_from(tmp_path / "own", tmp_path / "dense")
    assert (tmp_path / "own" / "level_00" / "evaluation.json").read_bytes() == before


def test_a_run_that_is_not_that_far(tmp_path):
    Run(tmp_path / "dense", Recipe(seed=1), {}).close()
    text = "has no finished level 0"
    with (
        Run(tmp_path / "run", Recipe(seed=2), {}) as run,
        pytest.raises(FileNotFoundError, match=text),
    ):
        run.take_over(tmp_path / "dense")
    assert read_recipe(tmp_path / "run") == Recipe(seed=2)
