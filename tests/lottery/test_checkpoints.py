import math
from dataclasses import replace

import jax.numpy as jnp
import pytest

from jaxticket.lottery import Budget, checkpoints
from jaxticket.lottery.checkpoints import Checkpoints, Progress
from jaxticket.training import create_state, make_optimizer
from jaxticket.weights import dense


def budget(**options):
    return Budget(epochs=2, steps_per_epoch=3, batch_size=8, **options)


def test_an_epoch_closes_with_its_mean_loss_and_counts_since_the_best():
    progress, better = Progress(), []
    for step, (losses, value) in enumerate([([1.0, 2.0], 0.5), ([3.0], 0.7), ([], 0.7)], 1):
        for loss in losses:
            progress.add_step(loss)
        better.append(progress.close_epoch(step, value))
    assert better == [True, True, False]
    assert progress == Progress([1.5, 3.0, 0.0], best_value=0.7, best_step=2, stale=1)


def test_a_value_that_is_no_number_is_never_the_best():
    assert not Progress().close_epoch(1, math.nan)


@pytest.mark.parametrize(
    ("every", "seconds", "due"),
    [(2, 0.0, [False, True, False, True]), (None, 0.0, [True] * 4), (None, 1e9, [False] * 4)],
)
def test_a_checkpoint_is_due_by_steps_or_by_the_clock(tmp_path, monkeypatch, every, seconds, due):
    monkeypatch.setattr(checkpoints, "CHECKPOINT_SECONDS", seconds)
    inside = Checkpoints(tmp_path, budget(checkpoint_every=every))
    assert [inside.due() for _ in range(4)] == due


class Kept:
    """The part of a run's checkpoints that a level asks: the newest one."""

    saved = None

    def save(self, step, arrays, notes):
        assert step == int(arrays["state"].step)
        self.saved = arrays, notes

    def restore(self, like):
        assert self.saved is None or self.saved[0].keys() == like.keys()
        return self.saved


WEIGHTS = dense({"w": jnp.ones(3)}, {"mean": jnp.zeros(1)})
STATE = create_state(WEIGHTS, make_optimizer("sgd"), 0, step=4)


def test_a_level_begins_where_nothing_was_saved():
    start, best, progress = Checkpoints(Kept(), budget()).restore(STATE, WEIGHTS.masks, pytest.fail)
    assert (start, best, progress) == (STATE, None, Progress())


@pytest.mark.parametrize("best_step", [-1, 0, 3])
def test_best_weights_are_kept_with_patience_and_before_the_first_hold_a_place(best_step):
    inside = Checkpoints(Kept(), budget(patience=2))
    best = replace(WEIGHTS, params={"w": jnp.zeros(3)}) if best_step >= 0 else None
    inside.save(STATE, best, Progress(best_step=best_step), {"train": 2.0})
    state, found, progress = inside.restore(STATE, WEIGHTS.masks, pytest.fail)
    assert state is STATE
    assert progress == Progress(best_step=best_step, seconds={"train": 2.0})
    assert (found is None) == (best is None)
    if best is not None:
        assert found is not None
        assert (found.params, found.masks) == (best.params, WEIGHTS.masks)


def test_without_patience_no_weights_are_kept_beside_the_state():
    kept = Kept()
    Checkpoints(kept, budget()).save(STATE, WEIGHTS, Progress(), {})
    assert kept.saved is not None
    assert kept.saved[0] == {"state": STATE}


class Drawn:
    """The part of a search's drawing that a checkpoint keeps."""

    def __init__(self, last_masks):
        self.last_masks = last_masks


@pytest.mark.parametrize("masks", [{}, WEIGHTS.masks])
def test_a_searchs_newest_masks_are_kept_where_there_are_some(masks):
    drawing = Drawn(masks)
    inside = Checkpoints(Kept(), budget(), drawing)
    inside.save(STATE, None, Progress(), {})
    inside.restore(STATE, WEIGHTS.masks, pytest.fail)
    assert drawing.last_masks == masks


def test_steps_left_count_down_to_the_next_checkpoint():
    inside = Checkpoints(Kept(), budget(checkpoint_every=5))
    left = [inside.steps_left()]
    for steps in (3, 2, 1):
        inside.due(steps)
        left.append(inside.steps_left())
    assert left == [5, 2, 5, 4]
    assert Checkpoints(Kept(), budget()).steps_left() == 6


def test_the_clock_begins_anew_with_each_checkpoint():
    times = iter([0.0, 59.0, 60.0, 60.0, 119.0, 120.0, 121.0])
    inside = Checkpoints(Kept(), budget(), now=lambda: next(times))
    assert [inside.due() for _ in range(4)] == [False, True, False, True]
