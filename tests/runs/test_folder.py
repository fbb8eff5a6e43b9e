import errno
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import chex
import jax.numpy as jnp
import numpy as np
import pytest
from msgspec import structs

from jaxticket.recipe import Recipe, to_json
from jaxticket.runs import ConfigMismatch, Damaged, Run, files, folder
from jaxticket.runs.opening import is_locked, lock
from jaxticket.runs.predictions import Predictions
from jaxticket.weights import Weights
from tests.records import level_record
from tests.resumption import executed_steps

RECIPE = Recipe(model="meso4", sparsities=(0.2, 0.5))


PREDICTIONS = Predictions(
    *(np.array([name]) for name in ("a", "g", "v", "real")), np.array([0]), np.array([0.5]),
    np.array(["c23"]),
)  # fmt: skip
EVALUATION = level_record().plain()
LAYER = {"layer": "fc1/kernel", "weights": 4, "weights_left": 3, "sparsity": 0.25}
WEIGHTS = Weights({"w": jnp.array([1.0, 0.0, 2.0])}, {}, {"w": jnp.array([True, False, True])})


def keep(run, level=0):
    run.keep_level(
        level,
        WEIGHTS,
        level_record(level, val_auc=None),
        {"test": PREDICTIONS},
        [{**LAYER, "threshold": None}],
    )


def test_a_lock_can_be_seen_without_being_taken(tmp_path):
    path = tmp_path / "lock"
    assert not is_locked(path)
    assert not path.exists()
    handle = lock(path)
    assert is_locked(path)
    with pytest.raises(BlockingIOError):
        lock(path)
    os.close(handle)
    assert not is_locked(path)
    os.close(lock(path))


@pytest.mark.parametrize("name", ["lock", "level_00", "report.html.partial", "executed_steps"])
def test_a_link_out_of_the_folder_is_refused_and_nothing_written(tmp_path, name):
    with Run(tmp_path / "run", RECIPE, {}):
        pass
    outside = tmp_path / "outside"
    (tmp_path / "run" / name).unlink(missing_ok=True)
    (tmp_path / "run" / name).symlink_to(outside)
    with pytest.raises(ValueError, match=f"run/{name} is a link that leads out of"):
        Run(tmp_path / "run", RECIPE, {})
    assert not outside.exists()


def test_a_lock_that_is_a_link_is_not_seen(tmp_path):
    (tmp_path / "lock").symlink_to(tmp_path / "outside")
    assert not is_locked(tmp_path / "lock")
    with pytest.raises(OSError, match="it is a link"):
        lock(tmp_path / "lock")
    assert not (tmp_path / "outside").exists()


def test_a_new_run_says_what_and_on_what_it_runs(tmp_path):
    with Run(tmp_path / "a" / "run", RECIPE, {"jax": "1"}) as run:
        assert not run.resumed
        assert run.environment_changes == []
    config, environment = (
        files.read_typed(tmp_path / "a" / "run" / name, dict, "")
        for name in ("config.json", "environment.json")
    )
    assert (config, environment) == (files.plain(to_json(RECIPE)), {"jax": "1"})


def test_the_same_configuration_goes_on(tmp_path):
    Run(tmp_path, RECIPE, {}).close()
    with Run(tmp_path, RECIPE, {}) as run:
        assert run.resumed


def test_another_configuration_is_refused_with_every_field_that_differs(tmp_path):
    Run(tmp_path, RECIPE, {}).close()
    other = replace(RECIPE, model="cnn5", learning_rate=0.1, seed=1)
    with pytest.raises(ConfigMismatch) as error:
        Run(tmp_path, other, {})
    lines = str(error.value).splitlines()
    assert lines[1:-1] == [
        "  learning_rate: the folder has 0.001, you ask for 0.1",
        "  model: the folder has 'meso4', you ask for 'cnn5'",
        "  seed: the folder has 0, you ask for 1",
    ]
    assert str(tmp_path) in lines[0]
    assert "run_dir" in lines[-1]
    # The refusal lets go of the folder.
    Run(tmp_path, RECIPE, {}).close()


def test_another_machine_is_told_not_refused(tmp_path):
    Run(tmp_path, RECIPE, {"jax": "1", "device": "cpu"}).close()
    with Run(tmp_path, RECIPE, {"jax": "2", "device": "cpu"}) as run:
        assert run.environment_changes == ["jax: '1' then, '2' now"]
    assert json.loads((tmp_path / "environment.json").read_text())["jax"] == "1"


def test_what_an_older_run_did_not_say_is_no_change(tmp_path):
    Run(tmp_path, RECIPE, {"jax": "1"}).close()
    with Run(tmp_path, RECIPE, {"jax": "1", "cores": 2}) as run:
        assert run.environment_changes == []


def test_a_second_run_at_the_same_time_is_refused(tmp_path):
    at_work = pytest.raises(BlockingIOError, match=f"process {os.getpid()} is at work")
    with Run(tmp_path, RECIPE, {}), at_work:
        Run(tmp_path, RECIPE, {})
    Run(tmp_path, RECIPE, {}).close()


def test_a_second_run_is_refused_also_where_the_lock_file_was_removed(tmp_path):
    with Run(tmp_path, RECIPE, {}):
        (tmp_path / "lock").unlink()
        assert is_locked(tmp_path / "lock")
        with pytest.raises(BlockingIOError, match="is at work in"):
            Run(tmp_path, RECIPE, {})


def test_another_process_is_refused_until_the_first_ends(tmp_path):
    hold = (
        "import fcntl, os, sys; fcntl.flock(os.open('.', os.O_RDONLY), fcntl.LOCK_EX);"
        "open('lock', 'w').write('4711'); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", hold]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=tmp_path, **pipes) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(BlockingIOError, match="process 4711 is at work"):
            Run(tmp_path, RECIPE, {})
        other.kill()
    Run(tmp_path, RECIPE, {}).close()


def test_a_lock_that_cannot_be_signed_is_let_go(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with pytest.raises(OSError, match="No space left"):
            Run(tmp_path, RECIPE, {})
    Run(tmp_path, RECIPE, {}).close()


def test_a_folder_of_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(FileExistsError, match=r"thesis\.tex.*name an empty or new folder"):
        Run(tmp_path, RECIPE, {})
    assert [item.name for item in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "run").write_text("")
    with pytest.raises(FileExistsError, match="is a file; name a folder"):
        Run(tmp_path / "run", RECIPE, {})


def test_an_empty_folder_will_do(tmp_path):
    Run(tmp_path, RECIPE, {}).close()
    assert (tmp_path / "config.json").exists()


@pytest.mark.parametrize("write", range(2))
@pytest.mark.parametrize("moment", ["before", "during"])
def test_a_run_that_died_while_it_began_begins_again(tmp_path, monkeypatch, write, moment):
    count = iter(range(10))
    real = os.replace if moment == "during" else files.write_text

    def die(*arguments):
        if next(count) == write:
            raise KeyboardInterrupt
        real(*arguments)

    with monkeypatch.context() as patch:
        if moment == "during":
            patch.setattr(os, "replace", die)
        else:
            patch.setattr(files, "write_text", die)
        with pytest.raises(KeyboardInterrupt):
            Run(tmp_path, RECIPE, {"jax": "1"})
    with Run(tmp_path, RECIPE, {"jax": "1"}) as run:
        assert not run.resumed
        assert run.environment_changes == []
    assert json.loads((tmp_path / "config.json").read_text())["model"] == "meso4"


def test_what_is_kept_once_is_made_once(tmp_path):
    made = []

    def make():
        made.append(1)
        return {"w": jnp.full(3, len(made))}

    for _ in range(2):
        with Run(tmp_path, RECIPE, {}) as run:
            found = run.saved("init", {"w": jnp.zeros(3, int)}, make)
            np.testing.assert_array_equal(found["w"], 1)
            run.keep("init", {"w": jnp.full(3, 9)})
    assert made == [1]


def test_what_is_missing_and_cannot_be_made_is_an_error(tmp_path):
    with Run(tmp_path, RECIPE, {}) as run, pytest.raises(FileNotFoundError, match="rewind"):
        run.saved("rewind", {"w": jnp.zeros(3)})


def test_a_kept_level_is_there_with_all_it_was_given(tmp_path):
    with Run(tmp_path, RECIPE, {}) as run:
        assert not run.has(2)
        keep(run, 2)
        assert run.has(2)
        assert not run.has(1)
        kept = run.evaluation(2)
        assert structs.replace(kept, files=None) == level_record(2, val_auc=None)
        chex.assert_trees_all_equal(run.restore_level(2, WEIGHTS), WEIGHTS)
    level = tmp_path / "level_02"
    assert (level / "predictions_test.csv").read_text() == (
        "key,group,video,method,label,logit,compression\na,g,v,real,0,0.5,c23\n"
    )
    assert (level / "layers.csv").read_text() == (
        "layer,weights,weights_left,sparsity,threshold\nfc1/kernel,4,3,0.25,\n"
    )


@pytest.mark.parametrize("write", range(4))
def test_a_level_is_there_only_when_all_of_it_is(tmp_path, monkeypatch, write):
    # The checkpoint, predictions, layers and, last, the evaluation.
    with Run(tmp_path, RECIPE, {}) as run:
        count = iter(range(10))

        def dying(real):
            def write_or_die(*arguments):
                if next(count) == write:
                    raise KeyboardInterrupt
                return real(*arguments)

            return write_or_die

        with monkeypatch.context() as patch:
            patch.setattr(folder, "save_weights", dying(folder.save_weights))
            patch.setattr(files, "write_text", dying(files.write_text))
            with pytest.raises(KeyboardInterrupt):
                keep(run)
        assert not run.has(0)
        keep(run)
        assert run.has(0)
        chex.assert_trees_all_equal(run.restore_level(0, WEIGHTS), WEIGHTS)


def test_keeping_a_level_drops_its_checkpoints(tmp_path):
    with Run(tmp_path, RECIPE, {}) as run:
        run.partial(0).save(3, {"w": jnp.zeros(3)}, {})
        run.partial(1).save(4, {"w": jnp.zeros(3)}, {})
        keep(run)
        assert run.partial(0).restore({"w": jnp.zeros(3)}) is None
        assert run.partial(1).restore({"w": jnp.zeros(3)}) is not None


def test_checkpoints_left_over_in_a_kept_level_go(tmp_path):
    # As when the process ends between the evaluation, written last, and the dropping.
    with Run(tmp_path, RECIPE, {}) as run:
        keep(run)
        run.partial(0).save(3, {"w": jnp.zeros(3)}, {})
    with Run(tmp_path, RECIPE, {}) as run:
        chex.assert_trees_all_equal(run.restore_level(0, WEIGHTS), WEIGHTS)
    assert not (tmp_path / "level_00" / "partial").exists()


def test_executed_steps_are_counted_over_all_starts(tmp_path):
    for start in range(3):
        with Run(tmp_path, RECIPE, {}) as run:
            assert run.executed_steps == 4 * start
            for _ in range(4):
                run.count_step()
    assert executed_steps(tmp_path) == 12


def test_the_summary_has_exactly_its_columns(tmp_path):
    header = (
        "level,sparsity,weights_left,val_accuracy,val_auc,test_accuracy,test_balanced_accuracy,"
        "test_auc,test_eer,seconds"
    )
    record = level_record(**{name: number for number, name in enumerate(header.split(","))})
    with Run(tmp_path, RECIPE, {}) as run:
        run.write_summary([record], {"signs": [], "seconds": 9.0})
    assert (tmp_path / "summary.csv").read_text() == f"{header}\n0,1,2,3,4,5,6,7,8,9\n"
    summary = files.read_typed(tmp_path / "summary.json", dict, "")
    assert summary == {"signs": [], "seconds": 9.0, "levels": [record.plain()]}


@pytest.mark.parametrize("text", ["[1]", '{"model": ', "", "\udcff"])
def test_a_damaged_configuration_wants_another_folder(tmp_path, text):
    Run(tmp_path, RECIPE, {}).close()
    (tmp_path / "config.json").write_text(text, errors="surrogateescape")
    with pytest.raises(Damaged, match=r"config\.json is damaged \(.*\): .*name another run_dir"):
        Run(tmp_path, RECIPE, {})
    files.write_json(tmp_path / "config.json", to_json(RECIPE))  # the folder was let go
    Run(tmp_path, RECIPE, {}).close()


@pytest.mark.parametrize("text", ["[]", "{", None])
def test_a_damaged_environment_is_a_changed_one(tmp_path, text):
    Run(tmp_path, RECIPE, {"jax": "1"}).close()
    (tmp_path / "environment.json").unlink()
    if text is not None:
        (tmp_path / "environment.json").write_text(text)
    with Run(tmp_path, RECIPE, {"jax": "1"}) as run:
        (change,) = run.environment_changes
    assert "environment.json is missing or damaged" in change


@pytest.mark.parametrize("name", ["a[1]", "a]", "a\\b", "gs:/bucket/a", "s3:"])
def test_a_name_that_checkpoints_cannot_have_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    for path in (tmp_path / name / "run", folder.Path(name)):
        with pytest.raises(ValueError, match=r"^run_dir .* cannot be used: .*name another run_dir"):
            Run(path, RECIPE, {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a b", "a{1}", "a:b", "ü*?"])
def test_other_names_will_do(tmp_path, name):
    with Run(tmp_path / name, RECIPE, {}) as run:
        run.partial(0).save(1, WEIGHTS, {})
        assert run.partial(0).restore(WEIGHTS) is not None
        keep(run)
        chex.assert_trees_all_equal(run.restore_level(0, WEIGHTS), WEIGHTS)


@pytest.mark.parametrize("text", ["many\n", "-3", "\0\0\0", "13 4f5344cd", "", "13"])
def test_a_damaged_count_is_refused_at_once(tmp_path, text):
    Run(tmp_path, RECIPE, {}).close()
    (tmp_path / "executed_steps").write_text(text)
    with pytest.raises(Damaged, match=r"executed_steps is damaged \(.*\): remove it"):
        Run(tmp_path, RECIPE, {})
    (tmp_path / "executed_steps").unlink()
    with Run(tmp_path, RECIPE, {}) as run:
        assert run.executed_steps == 0


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({}, "missing required field `level`"),
        ([], "Expected `object`, got `array`"),
        (EVALUATION | {"signs": None}, r"`null` - at `\$\.signs`"),
        (EVALUATION | {"test_auc": "high"}, r"`str` - at `\$\.test_auc`"),
        (EVALUATION | {"test_intervals": {"auc": [0.5]}}, r"at `\$\.test_intervals"),
        ({k: v for k, v in EVALUATION.items() if k != "test_intervals"}, "`test_intervals`"),
    ],
)
def test_a_damaged_evaluation_says_which_level_to_remove(tmp_path, record, reason):
    with Run(tmp_path, RECIPE, {}) as run:
        keep(run)
        files.write_json(tmp_path / "level_00" / "evaluation.json", record)
        with pytest.raises(Damaged, match=reason) as error:
            run.evaluation(0)
    assert f"remove {tmp_path / 'level_00'} and the same command trains it again" in str(
        error.value
    )


def test_levels_pruned_from_a_damaged_one_go_with_it(tmp_path):
    with Run(tmp_path, RECIPE, {}) as run:
        for level in range(4):
            keep(run, level)
        shutil.rmtree(tmp_path / "level_01" / "checkpoint")
        with pytest.raises(Damaged, match=r"checkpoint is damaged \(.*\): remove ") as error:
            run.restore_level(1, WEIGHTS)
        chex.assert_trees_all_equal(run.restore_level(2, WEIGHTS), WEIGHTS)
    assert f"remove {tmp_path / 'level_01'} and the levels" in str(error.value)
    assert "(level_02, level_03) and the same command trains them again" in str(error.value)


@pytest.mark.parametrize("name", ["init", "rewind"])
def test_a_damaged_beginning_ends_the_run(tmp_path, name):
    like = {"w": jnp.zeros(3)}
    with Run(tmp_path, RECIPE, {}) as run:
        (tmp_path / name).mkdir()
        with pytest.raises(Damaged, match=f"{name} is damaged .* or remove {tmp_path} to start"):
            run.saved(name, like, lambda: like)
    assert list((tmp_path / name).iterdir()) == []


@pytest.mark.parametrize("begun", ["level_00", "rewind"])
def test_a_beginning_is_not_made_anew_under_what_began_from_it(tmp_path, begun):
    like = {"w": jnp.zeros(3)}
    with Run(tmp_path, RECIPE, {}) as run:
        run.saved("init", like, lambda: like)
        keep(run) if begun == "level_00" else run.keep("rewind", like)
        shutil.rmtree(tmp_path / "init")
        with pytest.raises(ValueError, match=r"init, .* is missing: .*name another run_dir"):
            run.saved("init", like, lambda: like)
    assert not (tmp_path / "init").exists()
