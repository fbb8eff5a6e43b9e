"""A run that ended anywhere and was begun again is, bit for bit, one that never ended."""

import errno
import functools
import itertools
import json
import os
import shutil
import time
from dataclasses import replace

import chex
import numpy as np
import pytest

from jaxticket.lottery import Callbacks, NonFiniteLoss, Stopped, imp
from jaxticket.recipe import Recipe
from jaxticket.runs import ConfigMismatch, Damaged, Run, checkpoints, files, folder, log
from jaxticket.runs.checkpoints import Partial
from jaxticket.training import create_state
from tests.resumption import (
    KillAfter,
    Killed,
    StopAt,
    assert_same_results,
    at_call,
    die,
    executed_steps,
)
from tests.tiny import log_of, restored, run_experiment, run_tiny, tiny_experiment

# Two levels of 6 steps each, in epochs of 3; checkpoints at steps 2 and 4 of a level.
EVERY = 2
SHORT = {"sparsities": (0.0, 0.2), "checkpoint_every": EVERY}
STEPS = 12


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Uninterrupted runs by their options, each run once for this module."""

    @functools.cache
    def run(options):
        path = tmp_path_factory.mktemp("run") / "run"
        run_tiny(path, **SHORT, **dict(options))
        return path

    return lambda **options: run(tuple(options.items()))


@functools.cache
def experiment_of(options):
    return tiny_experiment(**SHORT, **dict(options))


def go_on(path, callbacks=None, **options):
    """Begin or go on with a run; its step is compiled once for all starts with these options."""
    return run_experiment(path, *experiment_of(tuple(options.items())), callbacks)


def end(path, callbacks, **options):
    with pytest.raises((Killed, Stopped)):
        go_on(path, callbacks, **options)


def test_an_uninterrupted_run_does_no_step_twice(finished):
    assert executed_steps(finished()) == STEPS


@pytest.mark.parametrize(("level", "step"), [(0, 1), (0, 4), (1, 2), (1, 3), (1, 5)])
def test_killed_inside_a_level(finished, tmp_path, level, step):
    end(tmp_path, KillAfter(level, step))
    before = executed_steps(tmp_path)
    go_on(tmp_path)
    assert_same_results(tmp_path, finished())
    # From the newest checkpoint on, not from the beginning: the steps that were lost and no more.
    done = before - 6 * level
    kept = max(at for at in (0, 2, 4) if at < done)
    assert executed_steps(tmp_path) == STEPS + done - kept
    assert STEPS < executed_steps(tmp_path) <= STEPS + EVERY


@pytest.mark.parametrize("name", ["3/arrays/_METADATA", "2/notes/metadata", "2"])
def test_a_damaged_checkpoint_inside_a_level_is_set_aside_and_the_level_begins_anew(
    finished, tmp_path, name
):
    end(tmp_path, KillAfter(1, 3))
    partial = tmp_path / "level_01" / "partial"
    (partial / "2").rename(partial / name.split("/")[0])
    path = partial / name
    path.rename(path.with_name("strange"))
    said = []
    callbacks = Callbacks()
    callbacks.remarked = said.append
    go_on(tmp_path, callbacks)
    (sentence,) = said
    assert f"{partial} is damaged (" in sentence
    assert "the level begins anew" in sentence
    assert_same_results(tmp_path, finished())
    assert executed_steps(tmp_path) == STEPS + 3


def test_notes_that_a_newer_version_saved_are_refused(tmp_path):
    end(tmp_path, KillAfter(0, 3))
    partial = Partial(tmp_path / "level_00" / "partial")
    experiment, init = experiment_of(())
    start = create_state(init, experiment.optimizer, seed=0)
    arrays, notes = partial.restore({"state": start})
    for step, more, said in (
        (3, {"dreams": 1}, "dreams is unknown: a newer version"),
        (4, {"stale": "x"}, "Expected `int`"),
    ):
        partial.save(step, arrays, {**notes, **more})
        with pytest.raises(Damaged, match=f"partial is damaged .{said}.*remove .*partial and"):
            go_on(tmp_path)


def test_a_damaged_beginning_is_made_again_where_it_is_the_same(finished, tmp_path):
    end(tmp_path, KillAfter(0, 3))
    next((tmp_path / "init").rglob("d/*")).unlink()
    with pytest.raises(Damaged, match="init is damaged"):
        go_on(tmp_path, seed=1)
    go_on(tmp_path)
    assert_same_results(tmp_path, finished())


@pytest.mark.parametrize("level", [0, 1])
def test_killed_between_levels(finished, tmp_path, level):
    end(tmp_path, KillAfter(level, None))
    go_on(tmp_path)
    assert_same_results(tmp_path, finished())
    assert executed_steps(tmp_path) == STEPS


@pytest.mark.parametrize(("rewind", "step"), [("step:2", 5), ("lr", 5), ("none", 11)])
def test_killed_under_every_rewinding(finished, tmp_path, rewind, step):
    end(tmp_path, KillAfter(1, step), rewind=rewind)
    go_on(tmp_path, rewind=rewind)
    assert_same_results(tmp_path, finished(rewind=rewind))


@pytest.mark.parametrize("step", [2, 3])
def test_killed_around_the_step_that_is_rewound_to(finished, tmp_path, step):
    end(tmp_path, KillAfter(0, step), rewind="step:2")
    go_on(tmp_path, rewind="step:2")
    assert_same_results(tmp_path, finished(rewind="step:2"))


# The AUC is perfect after the first epoch, and so no better after the second.
PATIENT = {"patience": 1, "epochs": 4, "learning_rate": 0.3}


@pytest.mark.parametrize("step", [3, 5])
def test_killed_with_patience(finished, tmp_path, step):
    # At the checkpoint of step 2 no epoch is over, so there are no best weights yet.
    end(tmp_path, KillAfter(0, step), **PATIENT)
    go_on(tmp_path, **PATIENT)
    assert_same_results(tmp_path, finished(**PATIENT))
    # Otherwise this shows nothing of patience, nor of best weights from before the kill.
    record = json.loads((tmp_path / "level_00" / "evaluation.json").read_text())
    assert (record["weights_of_step"], record["last_step"]) == (3, 6)


def test_killed_again_and_again(finished, tmp_path):
    kills = 0
    for level, step in [(0, 3), (0, 5), (1, 1), (1, 3), (1, 5)]:
        end(tmp_path, KillAfter(level, step))
        kills += 1
    go_on(tmp_path)
    assert_same_results(tmp_path, finished())
    assert STEPS < executed_steps(tmp_path) <= STEPS + kills * EVERY


def test_killed_in_every_write_there_is(finished, tmp_path, monkeypatch):
    # At its k-th start the run ends in its k-th renaming: text files and Orbax's checkpoints come
    # to be by one. So each start comes a little further than the one before.
    experiment, init = tiny_experiment(**SHORT)
    for kills in itertools.count():
        with monkeypatch.context() as patch:
            one_of_all = at_call(kills + 1, lambda real, *rest, **named: real(*rest, **named), die)
            for name in ("rename", "replace"):
                patch.setattr(os, name, functools.partial(one_of_all, getattr(os, name)))
            try:
                run_experiment(tmp_path, experiment, init)
                break
            except Killed:
                assert kills < 50
    assert kills >= 6
    _drop_litter(tmp_path)
    assert_same_results(tmp_path, finished())
    # What a write in the background dies of, the next one hears.
    assert STEPS < executed_steps(tmp_path) <= STEPS + kills * 2 * EVERY
    assert experiment.step._cache_size() == 1


def test_killed_before_any_checkpoint_is_written(finished, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Partial, "_write", lambda *_: None)
        end(tmp_path, KillAfter(0, 5))
    done = executed_steps(tmp_path)
    go_on(tmp_path)
    assert_same_results(tmp_path, finished())
    assert executed_steps(tmp_path) == STEPS + done


def test_a_checkpoint_that_cannot_be_written_ends_the_run_before_the_level_is_done(
    finished, tmp_path, monkeypatch
):
    full = OSError(errno.ENOSPC, "No space left on device")

    def fail():
        raise full

    with monkeypatch.context() as patch:
        patch.setattr(Partial, "_write", at_call(2, Partial._write, fail))
        with pytest.raises(OSError, match="No space left"):
            go_on(tmp_path)
    assert executed_steps(tmp_path) == 6
    assert not (tmp_path / "level_00" / "evaluation.json").exists()
    go_on(tmp_path)
    assert_same_results(tmp_path, finished())


WRITES = [
    (files, "write_whole", 1),  # the environment
    (folder, "save_weights", 1),
    (log, "open_in_place", 3),
    (folder.os, "pwrite", 2),  # how many steps were done
    (log.Events, "_write", 5),
    (checkpoints, "write_whole", 2),  # the notes of a checkpoint
    (checkpoints, "put_in_place", 1),
    (files, "write_whole", 4),  # of a level's tables
]
"""What is written in a run: where it is called, and which call from the start on is to fail."""


def test_a_disk_that_fails_at_any_kind_of_write_ends_the_run_and_it_goes_on(
    finished, tmp_path, monkeypatch
):
    # One start after the other meets a full disk, or a folder that has become read-only.
    for (holder, name, number), code in zip(
        WRITES, itertools.cycle((errno.ENOSPC, errno.EROFS)), strict=False
    ):

        def fail(code=code):
            raise OSError(code, os.strerror(code), "/the/file")

        with monkeypatch.context() as patch:
            patch.setattr(holder, name, at_call(number, getattr(holder, name), fail))
            with pytest.raises(OSError, match=r"(No space left|Read-only).*: '/the/file'"):
                go_on(tmp_path)
    go_on(tmp_path)
    _drop_litter(tmp_path)
    assert_same_results(tmp_path, finished())


def test_asked_to_stop_it_says_that_a_checkpoint_is_saved_only_once_it_is(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Partial, "_write", fail)
    with pytest.raises(OSError, match="No space left"):
        go_on(tmp_path, StopAt(0, 1))


def _drop_litter(path):
    """Remove what was not yet renamed; a later start is not disturbed by it."""
    for item in [*path.glob("*.partial*"), *path.glob("*/*.partial*")]:
        item.rename(path.parent / f"litter-{item.name}")


@pytest.mark.parametrize(
    ("module", "name", "number"),
    # A level's checkpoint, its first predictions, and its evaluation, which is written last.
    [(folder, "save_weights", 1), (files, "write_text", 1), (files, "write_text", 4)],
)
def test_killed_while_a_level_is_kept(finished, tmp_path, monkeypatch, module, name, number):
    end(tmp_path, KillAfter(0, 5))
    with monkeypatch.context() as patch:
        patch.setattr(module, name, at_call(number, getattr(module, name), die))
        end(tmp_path, None)
    assert (tmp_path / "level_00").exists()
    assert not (tmp_path / "level_00" / "evaluation.json").exists()
    go_on(tmp_path)
    assert_same_results(tmp_path, finished())
    assert STEPS < executed_steps(tmp_path) <= STEPS + 2 * EVERY


def test_killed_while_a_level_is_kept_that_was_stopped_in_its_last_step(
    finished, tmp_path, monkeypatch
):
    end(tmp_path, StopAt(0, 6))
    with monkeypatch.context() as patch:
        patch.setattr(folder, "save_weights", at_call(1, folder.save_weights, die))
        end(tmp_path, None)
    go_on(tmp_path)
    assert_same_results(tmp_path, finished())
    assert executed_steps(tmp_path) == STEPS


@pytest.mark.parametrize(("level", "step"), [(0, 1), (1, 4)])
def test_asked_to_stop_a_checkpoint_is_saved_and_nothing_done_twice(
    finished, tmp_path, level, step
):
    with pytest.raises(Stopped, match=f"of level {level}; a checkpoint is saved"):
        go_on(tmp_path, StopAt(level, step))
    assert executed_steps(tmp_path) < STEPS
    go_on(tmp_path)
    assert_same_results(tmp_path, finished())
    assert executed_steps(tmp_path) == STEPS


@pytest.mark.parametrize("level", [0, 1])
def test_asked_to_stop_in_a_levels_last_step_it_is_saved_before_it_is_evaluated(
    finished, tmp_path, level
):
    with pytest.raises(Stopped, match=f"stopped at step 6 of level {level}; a checkpoint is saved"):
        go_on(tmp_path, StopAt(level, 6))
    assert not (tmp_path / f"level_{level:02d}" / "evaluation.json").exists()
    go_on(tmp_path)
    assert_same_results(tmp_path, finished())
    assert executed_steps(tmp_path) == STEPS


def test_asked_to_stop_while_a_level_is_evaluated_the_next_does_not_begin(finished, tmp_path):
    class Evaluated(Callbacks):
        """Asks to stop once level 0 is kept."""

        def stop_requested(self):
            return (tmp_path / "level_00" / "evaluation.json").exists()

    with pytest.raises(Stopped, match="stopped after level 0, which is kept"):
        go_on(tmp_path, Evaluated())
    assert not (tmp_path / "level_01").exists()
    go_on(tmp_path)
    assert_same_results(tmp_path, finished())
    assert executed_steps(tmp_path) == STEPS


def test_a_stop_where_patience_ends_a_level_ends_it_there(finished, tmp_path):
    record = json.loads((finished(**PATIENT) / "level_00" / "evaluation.json").read_text())
    last = record["last_step"]
    assert last < 12
    with pytest.raises(Stopped, match=f"stopped at step {last} of level 0"):
        go_on(tmp_path, StopAt(0, last), **PATIENT)
    go_on(tmp_path, **PATIENT)
    assert_same_results(tmp_path, finished(**PATIENT))


def test_a_clock_that_goes_backwards_changes_nothing(finished, tmp_path, monkeypatch):
    back = itertools.count(0, -3600)
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: float(next(back)))
        end(tmp_path, KillAfter(0, 5))
        go_on(tmp_path)
    assert_same_results(tmp_path, finished())


def test_an_earlier_level_is_trained_again_beside_later_ones(finished, tmp_path):
    shutil.copytree(finished(), tmp_path, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / "level_00")
    go_on(tmp_path)
    assert_same_results(tmp_path, finished())


def test_checkpoints_may_come_at_other_steps_than_before(finished, tmp_path):
    end(tmp_path, KillAfter(0, 5))
    run_tiny(tmp_path, **{**SHORT, "checkpoint_every": 3})
    assert_same_results(tmp_path, finished())


def test_a_finished_run_is_not_done_again(finished, tmp_path):
    first = go_on(tmp_path)
    experiment, init = tiny_experiment(**SHORT)
    again = run_experiment(tmp_path, experiment, init)
    assert again == first
    assert executed_steps(tmp_path) == STEPS
    assert experiment.step._cache_size() == 0
    assert_same_results(tmp_path, finished())


def test_the_masks_of_a_kept_level_are_those_that_may_only_shrink(tmp_path, monkeypatch):
    levels = {"sparsities": (0.0, 0.2, 0.36)}
    experiment, init = tiny_experiment(**levels)
    with pytest.raises(Killed):
        run_experiment(tmp_path, experiment, init, KillAfter(1, None))
    before, check_start = [], imp.check_start

    def check(experiment, level, start, masks, masks_before, point):
        before.append((level, masks_before))
        check_start(experiment, level, start, masks, masks_before, point)

    monkeypatch.setattr(imp, "check_start", check)
    run_experiment(tmp_path, experiment, init)
    ((level, masks),) = before
    assert level == 2
    chex.assert_trees_all_equal(masks, restored(tmp_path, 1).masks)


def test_more_levels_go_on_from_those_that_are_there(finished, tmp_path):
    run_tiny(tmp_path, sparsities=(0.0,), checkpoint_every=EVERY)
    assert executed_steps(tmp_path) == 6
    go_on(tmp_path)
    assert executed_steps(tmp_path) == STEPS
    assert_same_results(tmp_path, finished())


def test_another_configuration_is_refused_before_anything_happens(tmp_path):
    end(tmp_path, KillAfter(0, 3))
    with pytest.raises(ConfigMismatch, match="rewind: the folder has 'init', you ask for 'lr'"):
        go_on(tmp_path, rewind="lr")


def test_without_its_rewind_point_a_run_cannot_go_on(tmp_path):
    end(tmp_path, KillAfter(0, None), rewind="step:2")
    (tmp_path / "rewind").rename(tmp_path / "gone")
    with pytest.raises(FileNotFoundError, match="rewind is missing: the run cannot go on"):
        go_on(tmp_path, rewind="step:2")


def test_a_nan_in_the_loss_stops_the_run_and_keeps_the_checkpoint(tmp_path, finished):
    experiment, init = experiment_of(())
    real = experiment.step

    def poisoned(state, masks, batch):
        if int(state.step) == 4:
            batch = {**batch, "weight": np.full_like(batch["weight"], np.nan)}
        return real(state, masks, batch)

    experiment = replace(experiment, step=poisoned)
    with pytest.raises(NonFiniteLoss, match=r"loss is nan at step 5 of level 0, with learning "
                                            r"rate 0\.005"):  # fmt: skip
        run_experiment(tmp_path, experiment, init)
    with Run(tmp_path, Recipe(model="tiny"), {}) as run:
        assert [item.name for item in (run.path / "level_00" / "partial").iterdir()] == ["4"]
    assert [r["step"] for r in log_of(tmp_path, "train", 0)] == [1, 2, 3, 4]
    # The trouble gone, the same command goes on from there.
    go_on(tmp_path)
    assert_same_results(tmp_path, finished())


@pytest.mark.parametrize("step", [2, 6])
def test_weights_that_are_no_numbers_are_never_saved(tmp_path, step):
    # The loss of a step is of the weights before it: only the weights can tell of its own update.
    experiment, init = experiment_of(())
    real = experiment.step

    def poisoned(state, masks, batch):
        state, metrics = real(state, masks, batch)
        if int(state.step) == step:
            broken = {**state.params["fc"], "bias": state.params["fc"]["bias"] * np.nan}
            state = replace(state, params={**state.params, "fc": broken})
        return state, metrics

    experiment = replace(experiment, step=poisoned)
    with pytest.raises(NonFiniteLoss, match=f"fc/bias is not finite after step {step} of level 0"):
        run_experiment(tmp_path, experiment, init)
    kept = [item.name for item in (tmp_path / "level_00").glob("partial/*")]
    assert kept == ([] if step == 2 else ["4"])
