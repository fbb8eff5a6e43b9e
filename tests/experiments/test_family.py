"""`imp --controls --seeds` as a command: what it leaves, stopped in the middle, and once more."""

import json
import os

import pytest

from experiments import imp
from experiments.cells.places import Place
from experiments.cells.side_by_side import side_by_side
from experiments.one_run.data import Data
from experiments.terminal.console import Terminal
from jaxticket.models.architecture import Architecture
from jaxticket.models.table import DETECTORS
from jaxticket.runs import read_run
from tests.experiments.tiny_network import TinyNetwork
from tests.resumption import assert_same_results, executed_steps
from tests.tiny import SIDE

SEED0 = ["seed0", "seed0-one_shot-level1", "seed0-random_global-level1"]
SEED1 = [name.replace("seed0", "seed1") for name in SEED0]


@pytest.fixture
def tiny(command, prepared, data_dir, monkeypatch):
    """Call `experiments.imp` on a detector more, of 4 steps a level."""
    monkeypatch.setitem(DETECTORS, "tiny", Architecture(TinyNetwork))
    return lambda *more: command(
        "--model=tiny", f"--image_size={SIDE}", "--rounds=1", "--epochs=1", "--batch_size=12",
        f"--dataset={prepared}", f"--data_dir={data_dir}", *more,
    )  # fmt: skip


def test_stopped_it_goes_on_and_ends_with_what_each_run_has_alone(tiny, tmp_path, monkeypatch):
    folder = tmp_path / "seeds"
    argv = "--controls=random_global,one_shot", "--seeds=0,1", f"--run_dir={folder}"
    status, out, err = tiny(*argv, "--dry_run")
    assert (status, folder.exists()) == (0, False), err
    assert "6 of 6 cells are left" in out
    assert "nothing was trained" in out

    reads, real, stepped = [], Data._parts, Terminal.stepped

    def parts(self, split, size):
        reads.append(split)
        return real(self, split, size)

    def watched(self, level, step, metrics):
        stepped(self, level, step, metrics)
        if (folder / "seed1").exists() and (level, step) == (1, 2):
            raise KeyboardInterrupt

    monkeypatch.setattr(Data, "_parts", parts)
    with monkeypatch.context() as stopping:
        stopping.setattr(Terminal, "stepped", watched)
        status, out, err = tiny(*argv)
    assert (status, "The same command goes on" in err) == (130, True)
    assert reads == ["train", "validation", "test"]
    assert "1 of 6: ticket of seed 0" in out
    assert "3 of 6: random_global of level 1, seed 0; about" in out
    assert sorted(place.name for place in folder.iterdir()) == [*SEED0, "seed1"]

    status, out, err = tiny(*argv)
    assert status == 0, err
    assert "4 of 6: ticket of seed 1; about" in out
    assert "ticket of seed 0" not in out
    assert "6 trainings done" in out
    headline = read_run(folder / "seed0").headline
    assert headline is not None
    assert headline.sentence.endswith("2 seeds.")
    assert out.count(headline.sentence[:40]) == 1
    assert headline.sentence in (folder / "seed1" / "report.md").read_text()
    assert sorted(place.name for place in folder.iterdir()) == [*SEED0, *SEED1]
    for name in ("seed0", "seed1"):
        assert "random mask" in (folder / name / "report.html").read_text()
    dense = "level_00/predictions_test.csv"
    assert (folder / SEED1[1] / dense).read_bytes() == (folder / "seed1" / dense).read_bytes()

    assert tiny("--seed=1", f"--run_dir={tmp_path / 'alone'}")[0] == 0
    assert_same_results(folder / "seed1", tmp_path / "alone")
    steps = {place: executed_steps(place) for place in folder.iterdir()}
    status, out, _ = tiny(*argv)
    assert (status, " of 6: " in out) == (0, False)
    assert {place: executed_steps(place) for place in folder.iterdir()} == steps


def test_side_by_side_each_leaves_what_it_leaves_alone_on_as_many_cores(
    command, prepared, data_dir, tmp_path, monkeypatch
):
    """Two workers of one core, and one after the other in a third."""
    argv = (
        "--model=tests.experiments.tiny_network:TinyNetwork", f"--image_size={SIDE}", "--rounds=1",
        "--epochs=1", "--batch_size=12", f"--dataset={prepared}", f"--data_dir={data_dir}",
        "--seeds=0,1", "--workers=2",
    )  # fmt: skip
    one = Place((min(os.sched_getaffinity(0)),))
    monkeypatch.setattr(imp, "places", lambda workers: [one] * workers)
    status, out, err = command(*argv, f"--run_dir={tmp_path / 'together'}")
    assert status == 0, err
    assert "2 trainings done" in out
    lines = out.splitlines()
    assert lines.index("2 of 2: ticket of seed 1") == 1 + lines.index("1 of 2: ticket of seed 0")
    assert any(line.startswith("2: level 1 ") for line in lines)

    def in_one(cells, folder, console, make_train, given):
        return side_by_side(cells, folder, console, make_train, given[:1])

    monkeypatch.setattr(imp, "train_all", in_one)
    assert command(*argv, f"--run_dir={tmp_path / 'alone'}")[0] == 0
    names = sorted(place.name for place in (tmp_path / "together").iterdir())
    assert names == ["seed0", "seed1"]
    for name in names:
        assert_same_results(tmp_path / "together" / name, tmp_path / "alone" / name)
        environment = json.loads((tmp_path / "alone" / name / "environment.json").read_text())
        assert environment["cores"] == 1


def test_workers_with_nothing_to_do_are_refused(tiny, tmp_path):
    status, _, err = tiny("--workers=2", f"--run_dir={tmp_path / 'a'}")
    assert (status, (tmp_path / "a").exists()) == (2, False)
    assert "--workers=2: there is one training, and nothing beside it; name --seeds or" in err
    status, _, err = tiny("--workers=999", "--seeds=0,1", f"--run_dir={tmp_path / 'a'}")
    assert (status, (tmp_path / "a").exists()) == (2, False)
    assert "cores, and each worker needs one of its own" in err


def test_a_training_that_fails_costs_the_others_nothing(tiny, tmp_path):
    status, _, err = tiny(
        f"--controls={__name__}:failing,reinit", f"--run_dir={tmp_path / 'a'}", "--rounds=2"
    )
    assert status == 2
    assert "1 of 3 trainings failed: a-tests.experiments.test_family_failing-level2" in err
    assert (tmp_path / "a-reinit-level2" / "summary.json").is_file()


def failing(experiment, masks, point, draw):
    raise ValueError("no such luck")
