"""The main job on an embedded set: rendered, prepared, trained, pruned, reported, found again."""

import csv
import json

import pytest

from data_prep.synthetic import EMBEDDED
from experiments.options.imp import Config

TINY = ("--model=cnn5", "--dataset=synthetic_ff_tiny", "--image_size=32", "--rounds=1",
        "--epochs=1", "--batch_size=20")  # fmt: skip


@pytest.fixture
def run(command, data_dir, tmp_path):
    status, out, err = command(*TINY, f"--data_dir={data_dir}", f"--run_dir={tmp_path / 'run'}")
    assert status == 0, err
    return tmp_path / "run", out


def test_from_nothing_to_a_ticket(run, command, data_dir, tmp_path):
    folder, out = run
    with (folder / "summary.csv").open() as file:
        left = [int(row["weights_left"]) for row in csv.DictReader(file)]
    assert left[1] == left[0] - round(0.2 * left[0])
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["synthetic"] is True
    assert "synthetic" in (folder / "report.md").read_text()
    assert (folder / "ticket.safetensors").is_file()
    assert "prepared set" in out
    assert "synthetic: rendered by" in out
    rendered = {path: path.stat().st_mtime_ns for path in data_dir.rglob("*") if path.is_file()}
    status, out, err = command(
        *TINY, "--rounds=0", f"--data_dir={data_dir}", f"--run_dir={tmp_path / 'second'}"
    )
    assert status == 0, err
    after = {path: path.stat().st_mtime_ns for path in data_dir.rglob("*") if path.is_file()}
    assert {path: after[path] for path in rendered if path.suffix != ".lock"} == {
        path: time for path, time in rendered.items() if path.suffix != ".lock"
    }


def test_the_default_is_an_embedded_set():
    assert Config().dataset in EMBEDDED


def test_a_folder_of_that_name_is_meant_by_its_path(command, data_dir, tmp_path, monkeypatch):
    (tmp_path / "synthetic_ff_tiny").mkdir()
    monkeypatch.chdir(tmp_path)
    status, _, err = command("--dataset=./synthetic_ff_tiny", f"--data_dir={data_dir}")
    assert status == 2
    assert "there are no pictures below" in err
