"""Runs trained on other pictures side by side, from run folders that are written here by hand."""

import csv

import numpy as np
import pytest

from experiments import across
from jaxticket.runs.evaluations import Evaluations
from jaxticket.runs.files import write_json
from tests.experiments.written_study import LABELS, N, logits, predictions, small_study, write_run

METHODS = ["real" if label == 0 else ("A" if place % 4 == 1 else "B")
           for place, label in enumerate(LABELS)]  # fmt: skip
CONFIG = {
    "model": "meso4", "data_name": "one", "data_fingerprint": "1" * 64, "synthetic": True,
    "criterion": "magnitude", "image_size": 8,
}  # fmt: skip
PERFECT = np.where(LABELS == 1, 1.0, -1.0)
BLIND_TO_B = np.where(np.array(METHODS) == "B", -1.0, PERFECT)
"""Fakes of A above, those of B level with the real pictures: AUC 1 of A, 1/2 of B."""


@pytest.fixture
def write(tmp_path):
    """Write a finished run of two levels; the sparse one has the scores."""

    def write(name, scores, compressions="", **config):
        study = small_study(tmp_path)
        levels = [(0.0, 100, logits(7, 3)), (0.8, 20, scores)]
        write_run(study, name, levels, methods=METHODS, compressions=compressions)
        path = study.folder / name
        write_json(path / "config.json", CONFIG | config)
        write_json(path / "summary.json", {"seconds": 1.0})
        return path

    return write


@pytest.fixture
def runs(write):
    """Three seeds trained on A, two on everything."""
    some = [write(f"x-one-a{s}", BLIND_TO_B, seed=s, methods=["A"]) for s in range(3)]
    return some + [write(f"x-one-all{s}", PERFECT, seed=s, methods=None) for s in range(2)]


def shown(call, paths, tmp_path, *more):
    status, out, err = call(across, *paths, f"--out={tmp_path / 'out'}", *more)
    assert (status, err) == (0, ""), (out, err)
    with (tmp_path / "out" / "across.csv").open() as file:
        return list(csv.DictReader(file)), (tmp_path / "out" / "across.md").read_text()


def at(rows, **wanted):
    [row] = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return row


def test_trained_on_some_tested_on_each(runs, tmp_path, call):
    rows, text = shown(call, runs, tmp_path, "--sparsities=0.8")
    some = {"trained_on": "one (11111111): A", "tested_on": "one (11111111)"}
    found = {name: at(rows, **some, name=name) for name in ("all", "A", "B")}
    assert {name: float(row["value"]) for name, row in found.items()} == {
        "all": 0.75, "A": 1, "B": 0.5,
    }  # fmt: skip
    assert [found["A"][name] for name in ("seeds", "groups", "examples")] == ["3", "20", "30"]
    assert at(rows, trained_on="one (11111111)", name="B")["seeds"] == "2"
    assert {row["sparsity"] for row in rows} == {"0.8"}
    lines = text.splitlines()
    assert "| trained on | sparsity | n | all | method A | method B |" in lines
    assert [line.split(" | ")[:3] for line in lines if line.startswith("| one")] == [
        ["| one (11111111): A", "80%", "3"], ["| one (11111111)", "80%", "2"],
    ]  # fmt: skip
    assert "**Synthetic data**" in text


def test_predictions_one_sparsity_stand_together(runs, tmp_path, call):
    _, text = shown(call, runs, tmp_path)
    cells = [line.split(" | ")[1] for line in text.splitlines() if line.startswith("| one")]
    assert cells == ["0%", "0%", "80%", "80%"]


def test_what_was_evaluated_elsewhere_stands_in_its_own_table(runs, tmp_path, call):
    for path in runs[:2]:
        with Evaluations(path, "two", "2" * 64, "test") as kept:
            kept.keep("clean", 1, predictions(PERFECT), {"data_fingerprint": "2" * 64})
            kept.write_figures({
                "data_name": "two", "data_fingerprint": "2" * 64, "split": "test", "examples": N,
                "groups": 20, "levels": [], "cells": [],
            }, [])  # fmt: skip
    rows, text = shown(call, runs, tmp_path)
    moved = at(rows, tested_on="two (22222222)", name="all")
    assert (moved["trained_on"], moved["sparsity"], moved["seeds"], float(moved["value"])) == (
        "one (11111111): A", "0.8", "2", 1,
    )  # fmt: skip
    assert "### Tested on two (22222222)" in text


def test_compressions_are_those_of_the_predictions(write, tmp_path, call):
    levels = ["c23" if place < N // 2 else "c40" for place in range(N)]
    runs = [
        write(f"x-one-a{s}", BLIND_TO_B, levels, seed=s, methods=["A"]) for s in range(2)
    ]  # fmt: skip
    rows, _ = shown(call, runs, tmp_path, "--sparsities=0.8")
    found = at(rows, trained_on="one at c23, c40 (11111111): A", name="c40")
    assert found["tested_on"] == "one at c23, c40 (11111111)"
    # Five of A above and five of B level with ten real ones.
    assert (found["by"], found["examples"], float(found["value"])) == ("compression", "20", 0.75)


def test_other_options_are_another_table(write, tmp_path, call):
    paths = [write("x-one-s", PERFECT, seed=0), write("x-one-t", PERFECT, seed=0, image_size=16)]
    _, text = shown(call, paths, tmp_path)
    assert text.count("## meso4") == 2
    assert "image_size 16," in text


def test_what_cannot_be_joined_is_refused(write, runs, tmp_path, call):
    twice = write("x-one-again", PERFECT, seed=0, methods=["A"])
    status, _, err = call(across, *runs, twice, f"--out={tmp_path / 'out'}")
    assert status == 2
    assert "are one training of seed 0" in err
    status, _, err = call(across, *runs, "--sparsities=0.5", f"--out={tmp_path / 'out'}")
    assert status == 2
    assert "no run has a level of the sparsities" in err
    status, _, err = call(across, "--run=", f"--out={tmp_path / 'out'}")
    assert (status, "--run names no run" in err) == (2, True)
    file = runs[1] / "level_01" / "predictions_test.csv"
    file.write_text(file.read_text().replace("k3,", "other,"))
    status, _, err = call(across, *runs, f"--out={tmp_path / 'out'}")
    assert status == 2
    assert "was tested on other examples of one than other seeds" in err
