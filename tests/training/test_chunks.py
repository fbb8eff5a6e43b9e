"""Several steps a dispatch, against the same steps one by one."""

from contextlib import nullcontext
from dataclasses import replace
from itertools import chain

import chex
import pytest

from jaxticket.data import Feed
from jaxticket.lottery import Callbacks, Execution, Stopped, find_ticket
from jaxticket.recipe import Recipe
from jaxticket.runs import Run
from jaxticket.training import Chunks, OneByOne, create_state, hold, steps_in_chunk
from tests.resumption import StopAt, assert_same_results, executed_steps
from tests.tiny import log_of, restored, run_experiment, tiny_experiment

TOLERANCE = {"rtol": 1e-5, "atol": 1e-6}
"""A loop compiles to other sums than the step alone: the last bits of float32 may differ."""


def measure(_):
    return nullcontext()


def train(trainer, experiment, init, asks):
    """Ask for so many steps, from step 1 on; return the state, and what each step told."""
    state = create_state(init, experiment.optimizer, 5, step=1)
    trainer.begin(state, init.masks, Feed(experiment.train, 8, seed=3), measure)
    told = []
    for most in asks:
        trainer.ask(most)
        told.append([{n: float(v) for n, v in metrics.items()} for metrics in trainer.answer()])
    return trainer.state, told


@pytest.mark.parametrize("on", ["device", "host"])
def test_chunks_are_the_steps_one_by_one(on):
    experiment, init = tiny_experiment()
    held = hold(experiment.train) if on == "device" else None
    chunks = Chunks(experiment.step_function, 3, held)
    state, told = train(chunks, experiment, init, [7, 4, 2, 3])
    assert [len(metrics) for metrics in told] == [3, 3, 1, 3]
    want, single = train(OneByOne(experiment.step), experiment, init, [1] * 10)
    assert int(state.step) == int(want.step) == 11
    chex.assert_trees_all_close(state, want, **TOLERANCE)
    for have, same in zip(chain(*told), chain(*single), strict=True):
        assert have == pytest.approx(same, rel=1e-5)


def test_a_single_step_from_held_pictures_is_the_step_bit_for_bit():
    experiment, init = tiny_experiment()
    state, told = train(Chunks(experiment.step_function, 1, hold(experiment.train)),
                        experiment, init, [2] * 4)  # fmt: skip
    want, single = train(OneByOne(experiment.step), experiment, init, [1] * 4)
    assert told == single
    chex.assert_trees_all_equal(state, want)


def test_compiled_ahead_nothing_is_traced_again():
    experiment, init = tiny_experiment()
    chunks = Chunks(experiment.step_function, 2, hold(experiment.train))
    chunks.compile_ahead(
        create_state(init, experiment.optimizer, 0), init.masks, experiment.feed(0)
    )
    _, told = train(chunks, experiment, init, [5, 1, 2])  # a new trace would be an AssertionError
    assert [len(metrics) for metrics in told] == [2, 1, 2]


@pytest.fixture(scope="module")
def run_by_chunks():
    """Run, or go on with, the tiny experiment by chunks of two of an epoch's three steps."""
    experiment, init = tiny_experiment(rewind="step:2")
    held = {split: hold(getattr(experiment, split)) for split in ("train", "validation", "test")}
    experiment = replace(experiment, held=held)
    chunks = Chunks(experiment.step_function, 2, held["train"])

    def run(path, callbacks=None, checkpoint_every=None):
        budget = replace(experiment.budget, checkpoint_every=checkpoint_every)
        with (
            Run(path, Recipe(model="tiny", rewind="step:2"), {}) as run,
            Execution(run, budget.steps, callbacks or Callbacks(), trainer=chunks) as execution,
        ):
            find_ticket(replace(experiment, budget=budget), run.beginning(init), execution)

    return run


def test_a_whole_run_by_chunks_ends_where_single_steps_do(run_by_chunks, tmp_path):
    experiment, init = tiny_experiment(rewind="step:2")
    run_experiment(tmp_path / "single", experiment, init)
    run_by_chunks(tmp_path / "chunks", checkpoint_every=2)
    for level in range(3):
        have, want = (restored(tmp_path / name, level) for name in ("chunks", "single"))
        chex.assert_trees_all_equal(have.masks, want.masks)
        chex.assert_trees_all_close(have.params, want.params, **TOLERANCE)
        have, want = (
            [r["step"] for r in log_of(tmp_path / name, "train", level)]
            for name in ("chunks", "single")
        )
        assert have == want


@pytest.fixture(scope="module")
def whole(run_by_chunks, tmp_path_factory):
    """A run by chunks that was never stopped."""
    path = tmp_path_factory.mktemp("run") / "whole"
    run_by_chunks(path)
    return path


@pytest.mark.parametrize(
    ("heard", "checkpoint_every", "stopped"),
    # Level 1 does step 3, which ends an epoch, steps 4 and 5 together, and step 6. A chunk is heard
    # of when the one after is done, or at once where an epoch ends or a checkpoint is due.
    [(3, None, 3), (4, 3, 5), (4, None, 6)],
)
def test_a_run_by_chunks_that_was_stopped_goes_on_to_the_very_same_end(
    run_by_chunks, whole, tmp_path, heard, checkpoint_every, stopped
):
    with pytest.raises(Stopped, match=f"stopped at step {stopped} of level 1"):
        run_by_chunks(tmp_path, StopAt(1, heard), checkpoint_every)
    assert executed_steps(tmp_path) == 6 + stopped - 2  # the level begins at step 2
    run_by_chunks(tmp_path)
    assert_same_results(tmp_path, whole)
    assert executed_steps(tmp_path) == executed_steps(whole)


@pytest.mark.parametrize(
    ("most", "epoch", "steps"),
    # 48 is 2 of 24; 47 is 2 of 23 and 1 alone; 97 is 3 of 32 and 1 alone.
    [(1, 48, 1), (32, 1, 1), (32, 31, 31), (32, 48, 24), (32, 47, 23), (32, 97, 32)],
)
def test_a_chunk_is_as_long_as_makes_fewest_dispatches(most, epoch, steps):
    assert steps_in_chunk(most, epoch) == steps
