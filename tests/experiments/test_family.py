"""`imp --controls --seeds` as a command: what it leaves, stopped in the middle, and once more."""

import pytest

from experiments.one_run.data import Data
from experiments.terminal.console import Terminal
from jaxticket.models.architecture import Architecture
from jaxticket.models.table import DETECTORS
from jaxticket.runs import read_run
from tests.experiments.test_paper import TinyNetwork
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


def test_a_training_that_fails_costs_the_others_nothing(tiny, tmp_path):
    status, _, err = tiny(
        f"--controls={__name__}:failing,reinit", f"--run_dir={tmp_path / 'a'}", "--rounds=2"
    )
    assert status == 2
    assert "1 of 3 trainings failed: a-tests.experiments.test_family_failing-level2" in err
    assert (tmp_path / "a-reinit-level2" / "summary.json").is_file()


def failing(experiment, masks, point, draw):
    raise ValueError("no such luck")
