"""The command itself, ended in several ways one after the other, in processes of their own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.resumption import assert_same_results, executed_steps
from tests.runs.test_events import is_start, written

ROOT = Path(__file__).parents[2]
EVERY = 3  # steps between checkpoints in `options`
STEPS = 24


def process(module: str, *argv: str) -> subprocess.CompletedProcess[str]:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.run(
        [sys.executable, "-m", module, *argv],
        capture_output=True, text=True, cwd=ROOT, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def ends(options, tmp_path_factory):
    """One run ended three times and then let go: every process with the steps executed so far."""
    path = tmp_path_factory.mktemp("runs") / "interrupted"
    argv = [*options, f"--run_dir={path}"]
    done = {}
    for name, place in {
        # Behind the checkpoint of step 3.
        "killed inside a level": ("SIGKILL", "step", "0", "5"),
        # The checkpoint of step 6: the third thing that comes to be, after the places of the data
        # and the log cut at step 3.
        "killed inside a write": ("EXIT", "rename", "4", "0"),
        "stopped": ("SIGTERM", "step", "1", "2"),
    }.items():
        end = process("tests.experiments.interrupted", *place, *argv)
        litter = [str(item.relative_to(path)) for item in path.glob("**/*.partial")]
        done[name] = (end, executed_steps(path), litter)
    done["let go"] = (process("experiments.imp", *argv), executed_steps(path), [])
    return path, done


def test_killed_inside_a_level(ends):
    end, steps, _ = ends[1]["killed inside a level"]
    assert end.returncode == -signal.SIGKILL, end.stderr
    assert steps == 6


def test_killed_inside_a_write_the_checkpoint_before_counts(ends):
    end, steps, litter = ends[1]["killed inside a write"]
    assert end.returncode == 9, end.stderr
    assert "level 0: going on at step 3" in end.stdout
    # Steps 4, 5 and 6 a second time, and their checkpoint was being written.
    assert steps == 9
    assert litter


def test_asked_to_stop_it_saves_and_says_so(ends):
    end, steps, _ = ends[1]["stopped"]
    assert end.returncode == 143, end.stderr
    assert "level 0: going on at step 3" in end.stdout
    assert "stopped at step 3 of level 1; a checkpoint is saved" in end.stderr
    assert "The same command goes on from here" in end.stderr
    assert "Traceback" not in end.stderr
    assert steps == 17  # 5 to the end of level 0, 3 of level 1


def test_let_go_it_ends_with_every_result_of_an_uninterrupted_run(ends, finished_run):
    path, done = ends
    end, steps, _ = done["let go"]
    assert end.returncode == 0, end.stderr
    assert "level 1: going on at step 3" in end.stdout
    assert_same_results(path, finished_run)
    # Three steps done twice after each of two kills, and none elsewhere.
    assert steps == executed_steps(path) == STEPS + 2 * EVERY
    assert executed_steps(finished_run) == STEPS
    assert json.loads((path / "summary.json").read_text())["executed_steps"] == steps


def test_let_go_tensorboard_shows_every_step_once(ends):
    path, _ = ends
    shown: list[int] = []
    for event in written(path / "tensorboard"):
        if is_start(event):  # TensorBoard drops what an ended process had added from here on
            shown = [step for step in shown if step < event.step]
        shown += [event.step for value in event.summary.value if value.tag == "train/loss"]
    assert shown == list(range(1, STEPS + 1))
