"""The command of connectivity: twins trained once, the line followed, barriers judged."""

import csv
import json
import shutil
from dataclasses import replace

import pytest

from experiments import connectivity
from experiments.one_run.own_data import PLACES_FILE
from experiments.terminal.console import Terminal
from tests.resumption import executed_steps

STEPS = 8  # of a level


@pytest.fixture
def follow(call, finished_run, prepared, tmp_path):
    """Call `experiments.connectivity` on the finished run; return status, stdout, stderr."""

    def follow(*argv, run="pairs"):
        given = [f"--run={finished_run}", f"--dataset={prepared}", f"--run_dir={tmp_path / run}"]
        return call(connectivity, *given, "--points=3", "--batches=2", *argv)

    return follow


def curve(path):
    return list(csv.DictReader((path / "curve.csv").read_text().splitlines()))


def test_curves_and_barriers_of_two_levels(follow, finished_run, tmp_path):
    status, out, err = follow("--levels=0,2")
    assert status == 0, err
    path = tmp_path / "pairs"
    rows = curve(path)
    assert [(r["level"], r["split"], r["alpha"]) for r in rows] == [
        (level, split, alpha)
        for level in ("0", "2")
        for split in ("train", "validation", "test")
        for alpha in ("0.0", "0.5", "1.0")
    ]
    summary = json.loads((path / "summary.json").read_text())
    assert [level["level"] for level in summary["levels"]] == [0, 2]
    for level in summary["levels"]:
        for split, height in level["barrier"].items():
            mine = [float(r["error"]) for r in rows
                    if (int(r["level"]), r["split"]) == (level["level"], split)]  # fmt: skip
            assert height == pytest.approx(max(mine) - (mine[0] + mine[2]) / 2)
        assert level["verdict"] in ("stable", "unstable", "unclear")
    assert "error barriers of meso4 on noise, rewind init" in out
    assert (path / "connectivity.png").read_bytes()[1:4] == b"PNG"
    assert executed_steps(path / "twin_1") == 2 * STEPS
    ticket, twin = (
        json.loads((run / "level_02" / "evaluation.json").read_text())
        for run in (finished_run, path / "twin_1")
    )
    assert ticket["weights_left"] == twin["weights_left"]
    assert ticket["epoch_losses"] != twin["epoch_losses"]


def test_again_nothing_is_trained_or_evaluated_and_more_pairs_go_on(follow, monkeypatch, tmp_path):
    follow("--levels=1")
    path, computed = tmp_path / "pairs", []
    before, logits_on_line = curve(path), connectivity.logits_on_line
    monkeypatch.setattr(
        connectivity,
        "logits_on_line",
        lambda *given: computed.append(given) or logits_on_line(*given),
    )
    status, out, _ = follow("--levels=1")
    assert (status, "going on with" in out) == (0, True)
    assert (executed_steps(path / "twin_1"), len(computed)) == (STEPS, 0)
    assert curve(path) == before
    status, _, err = follow("--levels=1", "--pairs=2")
    assert status == 0, err
    assert (executed_steps(path / "twin_1"), executed_steps(path / "twin_2")) == (STEPS, STEPS)
    assert len(computed) == 1
    assert [r for r in curve(path) if r["pair"] == "1"] == before
    status, _, err = follow("--levels=2")
    assert status == 2
    assert "levels: the folder has [1], you ask for [2]" in err


def test_stopped_inside_a_twin_it_goes_on_to_the_same_curve(follow, monkeypatch, tmp_path):
    whole = follow("--levels=1", run="whole")
    assert whole[0] == 0
    asked = []
    with monkeypatch.context() as patch:
        patch.setattr(Terminal, "stop_requested", lambda _: bool(asked.append(1)) or len(asked) > 4)
        status, _, err = follow("--levels=1", run="stopped")
    assert status == 130
    assert "stopped at step 5 of level 1" in err
    status, out, _ = follow("--levels=1", run="stopped")
    assert status == 0
    assert "level 1: going on at step 5" in out
    assert executed_steps(tmp_path / "stopped" / "twin_1") == STEPS
    assert curve(tmp_path / "stopped") == curve(tmp_path / "whole")


def test_all_kept_levels_by_default(finished_run):
    config = connectivity.Config(finished_run)
    assert connectivity.check(config, connectivity.read_run(finished_run)) == (0, 1, 2)


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--levels=9"], "holds the arrays of the levels 0, 1, 2"),
        (["--levels=2,1"], "must be increasing numbers"),
        (["--points=2"], "--points must be 3 or more"),
        (["--pairs=0"], "--pairs must be 1 or more"),
        (["--run=nowhere"], "holds no run"),
    ],
)
def test_what_cannot_be_followed(follow, argv, said):
    status, _, err = follow(*argv)
    assert status == 2
    assert said in err


def test_other_data_are_refused(finished_run, monkeypatch):
    source = connectivity.read_run(finished_run)
    source = replace(source, recipe=replace(source.recipe, data_fingerprint="other"))

    class Other:
        name, fingerprint = "elsewhere", "here"

    with pytest.raises(ValueError, match="--dataset is elsewhere of other content"):
        connectivity.refuse_other_data(source, Other())


def test_a_twin_has_no_twins(follow, tmp_path):
    follow("--levels=1")
    status, _, err = follow("--levels=1", f"--run={tmp_path / 'pairs' / 'twin_1'}", run="two")
    assert status == 2
    assert "is no run of experiments.imp" in err


def test_data_that_are_not_named_are_the_runs_own(call, finished_run, tmp_path):
    run = shutil.copytree(finished_run, tmp_path / "copy")
    (run / PLACES_FILE).unlink()
    status, _, err = call(connectivity, f"--run={run}", f"--data_dir={tmp_path / 'empty'}")
    assert (status, "was trained on noise, which is neither" in " ".join(err.split())) == (2, True)


@pytest.mark.parametrize(
    ("ends", "text"), [((0.005, 0.032), "1.6 [0.5, 3.2]"), ((float("nan"),) * 2, "1.6")]
)
def test_a_barrier_without_an_interval_stands_alone(ends, text):
    barrier = {"test": 0.016, "validation": 0.0, "train": 0.0}
    level = {"level": 1, "sparsity": 0.2, "barrier": barrier, "barrier_by_pair": {"test": [0.016]},
             "test_interval": ends, "verdict": "unclear"}  # fmt: skip
    made = connectivity.table([level], "")
    assert list(made.columns[2].cells) == [text]
