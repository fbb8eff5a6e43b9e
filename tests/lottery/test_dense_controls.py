"""The dense network with all the steps of the search is level 0, longer, and nothing else."""

import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.lottery import DENSE_CONTROLS, read_ticket, retrain
from jaxticket.lottery.dense_controls import steps_taken
from jaxticket.recipe import Options, Recipe
from jaxticket.runs import Run, read_run
from jaxticket.training import make_learning_rate
from tests.resumption import KillAfter, Killed, assert_same_results, executed_steps
from tests.tiny import executing, log_of, restored, run_tiny, tiny_experiment

# Levels of 2 epochs of 3 steps.
OPTIONS = Options(learning_rate=0.02, schedule="cosine", optimizer="adam", augmentation="flip")


def train(run, path, level, callbacks=None, **options):
    """Train the control of a run's level; return its record."""
    experiment, _ = tiny_experiment(**options)
    ticket = read_ticket(run, experiment, level)
    longer, ticket = DENSE_CONTROLS["long_dense"](OPTIONS, experiment, ticket, run)
    with Run(path, Recipe(), {}) as kept, executing(kept, longer, callbacks) as execution:
        return retrain(longer, "ticket", ticket, execution)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = tmp_path_factory.mktemp("run") / "run"
    run_tiny(path)
    return path


def test_of_level_0_it_is_the_dense_level_bit_for_bit(run, tmp_path):
    record = train(run, tmp_path, 0)
    assert record.test == read_run(run).levels[0].test
    assert log_of(tmp_path, "train", 0) == log_of(run, "train", 0)
    one, other = restored(tmp_path, 0), restored(run, 0)
    for a, b in zip(one.params.values(), other.params.values(), strict=True):
        for name in a:
            np.testing.assert_array_equal(a[name], b[name])


def test_it_takes_every_step_of_the_search_under_one_schedule(run, tmp_path):
    record = train(run, tmp_path, 2)
    assert (record.level, record.sparsity, record.weights_left) == (2, 0.0, 140)
    assert (record.last_step, record.weights_of_step, len(record.epoch_losses)) == (18, 18, 6)
    assert executed_steps(tmp_path) == 18
    rate = make_learning_rate("cosine", 0.02, 18)
    rows = log_of(tmp_path, "train", 2)
    assert [row["step"] for row in rows] == list(range(1, 19))
    rates = [float(rate(jnp.asarray(step))) for step in range(18)]
    assert [row["learning_rate"] for row in rows] == pytest.approx(rates, rel=1e-5)
    # Weights and batch of the first step are level 0's.
    assert rows[0]["loss"] == log_of(run, "train", 0)[0]["loss"]


@pytest.mark.parametrize(
    ("options", "steps", "epochs"),
    [
        ({"passing": frozenset({1})}, 18, 6),
        ({"one_shot": True}, 12, 4),
        ({"rewind": "step:2"}, 6 + 4 + 4, 5),
        ({"data_order": "per_level"}, 18, 6),
    ],
)
def test_its_steps_are_those_of_all_trainings_that_led_to_the_ticket(
    options, steps, epochs, tmp_path
):
    run_tiny(tmp_path / "run", **options)
    experiment, _ = tiny_experiment(**options)
    assert steps_taken(tmp_path / "run", experiment, 2) == steps
    ticket = read_ticket(tmp_path / "run", experiment, 2)
    longer, start = DENSE_CONTROLS["long_dense"](OPTIONS, experiment, ticket, tmp_path / "run")
    assert (longer.budget.epochs, longer.budget.steps, longer.budget.patience) == (
        epochs, 3 * epochs, None,
    )  # fmt: skip
    assert longer.level_seed(2) == experiment.level_seed(0)
    assert start.rewind is None


@pytest.mark.parametrize("rewind", ["lr", "none"])
def test_steps_that_were_counted_on_from_the_level_before_count_once(rewind, tmp_path):
    run_tiny(tmp_path, rewind=rewind)
    experiment, _ = tiny_experiment(rewind=rewind)
    assert [steps_taken(tmp_path, experiment, level) for level in (0, 1, 2)] == [6, 12, 18]


def test_with_patience_it_takes_the_steps_that_were_taken_and_keeps_the_best(tmp_path):
    options = {"patience": 1, "epochs": 4, "learning_rate": 0.3, "metric": "accuracy"}
    run_tiny(tmp_path / "run", **options)
    taken = [level.last_step for level in read_run(tmp_path / "run").levels]
    assert sum(taken) < 36  # otherwise this shows nothing of patience
    record = train(tmp_path / "run", tmp_path / "long", 2, **options)
    assert record.last_step == sum(taken)
    values = [row["accuracy"] for row in log_of(tmp_path / "long", "validation", 2)]
    assert any(now <= max(values[:epoch]) for epoch, now in enumerate(values[:-1]) if epoch)
    assert record.weights_of_step == 3 * (1 + int(np.argmax(values)))


@pytest.mark.parametrize("step", [1, 9, 17])
def test_killed_and_begun_again_it_is_the_same(run, tmp_path, step):
    train(run, tmp_path / "straight", 2, checkpoint_every=4)
    with pytest.raises(Killed):
        train(run, tmp_path / "killed", 2, KillAfter(2, step), checkpoint_every=4)
    train(run, tmp_path / "killed", 2, checkpoint_every=4)
    assert_same_results(tmp_path / "killed", tmp_path / "straight")
    assert 18 < executed_steps(tmp_path / "killed") <= 18 + 4
