"""`imp --together` as a command: seeds and controls in one program."""

import json
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest
from rich.console import Console

from experiments import imp
from experiments.one_run import shared
from experiments.one_run.shared import available_cores
from experiments.options.imp import Config
from jaxticket.runs import read_level
from tests.parallel.trained import CLOSE
from tests.tiny import SIDE

ROOT = Path(__file__).parents[2]
OPTIONS = (
    "--model=tests.experiments.tiny_network:TinyNetwork", f"--image_size={SIDE}", "--rounds=1",
    "--epochs=2", "--batch_size=12", "--optimizer=sgd", "--learning_rate=0.05",
)  # fmt: skip


def assert_close_levels(path, other):
    """Levels 0 and 1 of both have the same masks and near weights; return the last of one."""
    for level in (0, 1):
        one, two = (read_level(run, level) for run in (path, other))
        jax.tree.map(np.testing.assert_array_equal, one.masks, two.masks)
        for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(two), strict=True):
            np.testing.assert_allclose(np.asarray(a), np.asarray(b), **CLOSE)
    return one


def test_seeds_and_then_their_controls_train_in_one_program(command, prepared, data_dir, tmp_path):
    options = (*OPTIONS, f"--dataset={prepared}", f"--data_dir={data_dir}")
    status, out, err = command(
        *options, "--seeds=0,1", "--controls=random_global", "--together=2",
        f"--run_dir={tmp_path / 'together'}",
    )  # fmt: skip
    assert status == 0, err
    begun = [line for line in out.splitlines() if " of 4: " in line]
    assert [line.partition(";")[0] for line in begun] == [
        "1 of 4: ticket of seed 0", "3 of 4: ticket of seed 1",
        "2 of 4: random_global of level 1, seed 0", "4 of 4: random_global of level 1, seed 1",
    ]  # fmt: skip
    assert "3: level 0 " in out
    assert command(*options, "--seed=1", f"--run_dir={tmp_path / 'alone'}")[0] == 0
    one = assert_close_levels(tmp_path / "together" / "seed1", tmp_path / "alone")
    control = read_level(tmp_path / "together" / "seed1-random_global-level1", 1)
    pruned = [np.asarray(mask).sum() for mask in jax.tree.leaves(control.masks)]
    assert sum(pruned) == sum(np.asarray(mask).sum() for mask in jax.tree.leaves(one.masks))


def test_together_needs_several_and_excludes_workers(command):
    assert "there is one training" in command("--together=2")[2]
    assert "give one of them" in command("--together=2", "--workers=2", "--seeds=0,1")[2]


@pytest.mark.skipif(available_cores() < 2, reason="this machine has one core")
def test_a_batch_split_over_two_cores_gives_what_one_device_gives(
    command, prepared, data_dir, tmp_path, monkeypatch
):
    options = (*OPTIONS, f"--dataset={prepared}", f"--data_dir={data_dir}")
    alone, run = tmp_path / "alone", tmp_path / "split"
    monkeypatch.setattr(imp, "choose_split", lambda *_: (1, "measured to cost"))
    assert command(*options, f"--run_dir={alone}", "--split_batch=auto")[0] == 0
    assert json.loads((alone / "environment.json").read_text())["split_batch"] == "measured to cost"
    line = [sys.executable, "-m", "experiments.imp", *options, f"--run_dir={run}"]
    subprocess.run([*line, "--split_batch=2"], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    assert json.loads((run / "environment.json").read_text())["devices"] == 2
    assert_close_levels(alone, run)


def test_what_cannot_be_split_is_said(command):
    for number in ("2", "auto"):
        said = command(f"--split_batch={number}", "--seeds=0,1")[2]
        assert f"--split_batch={number} is for one training by itself" in said
    assert "--split_batch=0: it must be 1 or more" in command("--split_batch=0")[2]


def test_devices_that_cannot_share_a_batch_are_refused_before_anything_is_made(
    monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    assert jax.devices()  # so that their number stays what it is
    monkeypatch.setattr(jax, "devices", lambda: ["a", "b"])
    monkeypatch.setattr(shared, "available_cores", lambda: 2)
    with pytest.raises(ValueError, match="a batch of 13 cannot be shared evenly by 2 devices"):
        imp.main(Config(split_batch=2, batch_size=13), Console(quiet=True))
    assert list(tmp_path.iterdir()) == []
