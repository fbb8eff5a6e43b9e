"""Several steps a dispatch, against the same steps one by one."""

from contextlib import nullcontext
from dataclasses import replace
from itertools import chain

import chex
import pytest

from jaxticket.data import Feed
from jaxticket.lottery import Execution, find_ticket
from jaxticket.recipe import Recipe
from jaxticket.runs import Run
from jaxticket.training import Chunks, OneByOne, create_state, hold, steps_in_chunk
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


def test_a_whole_run_by_chunks_ends_where_single_steps_do(tmp_path):
    # Three steps an epoch; a chunk of two never goes beyond an epoch, the rewind point at step 2 or
    # a checkpoint after every 2.
    experiment, init = tiny_experiment(rewind="step:2", checkpoint_every=2)
    run_experiment(tmp_path / "single", experiment, init)
    held = {split: hold(getattr(experiment, split)) for split in ("train", "validation", "test")}
    chunks = Chunks(experiment.step_function, 2, held["train"])
    config = Recipe(model="tiny", rewind="step:2")
    with (
        Run(tmp_path / "chunks", config, {}) as run,
        Execution(run, experiment.budget.steps, trainer=chunks) as execution,
    ):
        find_ticket(replace(experiment, held=held), run.beginning(init), execution)
    for level in range(3):
        have, want = (restored(tmp_path / name, level) for name in ("chunks", "single"))
        chex.assert_trees_all_equal(have.masks, want.masks)
        chex.assert_trees_all_close(have.params, want.params, **TOLERANCE)
        steps = [[r["step"] for r in log_of(tmp_path / name, "train", level)]
                 for name in ("chunks", "single")]  # fmt: skip
        assert steps[0] == steps[1]


@pytest.mark.parametrize(
    ("most", "epoch", "steps"),
    # 48 is 2 of 24; 47 is 2 of 23 and 1 alone; 97 is 3 of 32 and 1 alone.
    [(1, 48, 1), (32, 1, 1), (32, 31, 31), (32, 48, 24), (32, 47, 23), (32, 97, 32)],
)
def test_a_chunk_is_as_long_as_makes_fewest_dispatches(most, epoch, steps):
    assert steps_in_chunk(most, epoch) == steps
