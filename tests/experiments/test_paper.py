"""A whole study through its command: two sets of noise, one seed, and what it leaves."""

import csv
import json
import re
import shutil

import pytest

from experiments import paper
from experiments.study import work
from experiments.study.work import train
from jaxticket.data.prepared import open_prepared
from jaxticket.models.architecture import Architecture
from jaxticket.models.table import DETECTORS
from tests.experiments.tiny_network import TinyNetwork
from tests.tiny import SIDE


@pytest.fixture(scope="module")
def sets(prepared, tmp_path_factory):
    """The suite's pictures as two sets: a copy by another name is other data."""
    other = tmp_path_factory.mktemp("sets") / "other" / "1.0.0"
    shutil.copytree(open_prepared(prepared).path, other)
    card = json.loads((other / "data_card.json").read_text())
    card |= {"name": "other", "fingerprint": "0123456789abcdef"}
    (other / "data_card.json").write_text(json.dumps(card))
    return prepared, other


@pytest.fixture
def study(call, sets, data_dir, tmp_path, monkeypatch):
    """Call `experiments.paper`, which knows a detector more."""
    monkeypatch.setitem(DETECTORS, "tiny", Architecture(TinyNetwork))
    named = ",".join(map(str, sets))
    return lambda *more: call(
        paper, "--models=tiny", f"--datasets={named}", "--methods=one_shot", "--sparsities=0.5",
        "--seeds=0", "--controls=none", "--control_sparsities=0.5", "--transfer=zero_shot",
        "--corruptions=jpeg:3", "--epochs=1", f"--image_size={SIDE}", f"--data_dir={data_dir}",
        f"--out={tmp_path / 'study'}", *more,
    )  # fmt: skip


def test_workers_are_given_the_cells_of_a_study(study, call, tmp_path, monkeypatch):
    """What workers do with cells is tested beside `experiments.cells`."""
    given = []

    def train_all(cells, folder, console, make_train, own):
        given.append((len(cells), folder, make_train(console), own))
        return {}

    monkeypatch.setattr(work, "places", lambda workers: ["place"] * workers)
    monkeypatch.setattr(work, "train_all", train_all)
    status, _, err = study("--workers=2")
    assert (status, "no cell of" in err) == (2, True)
    assert given == [(8, tmp_path / "study" / "cells", train, ["place"] * 2)]


def test_a_whole_study(study, tmp_path):
    status, out, err = study()
    assert status == 0, err
    assert "8 of 8 cells are done" in out
    folder = tmp_path / "study"
    text = (folder / "results.md").read_text()
    assert "Trained with --preset=default: tiny (1 epoch a level, 8 pixels, batches of " in text
    for page in set(re.findall(r"\((\w+\.(?:md|png|csv))\)", text)):
        assert (folder / page).is_file(), page
    with (folder / "results.csv").open() as file:
        rows = list(csv.DictReader(file))
    moved = [row for row in rows if row["kind"] == "zero_shot"]
    assert [(row["sparsity"], row["seeds"]) for row in moved] == [("0.0", "1"), ("0.5", "1")] * 2
    # The other set holds the same pictures: moved there, a network says what it says at home.
    home = [row for row in rows if row["source"] == row["target"]]
    own = {(row["source"], row["sparsity"]): row["auc"] for row in home}
    assert all(own[row["source"], row["sparsity"]] == row["auc"] for row in moved)
    with (folder / "robustness.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {(row["name"], row["sparsity"]) for row in rows} == {
        (name, sparsity) for name in ("clean", "jpeg:3") for sparsity in ("0.0", "0.5")
    }  # fmt: skip
    assert "Training pictures: 24 fake." in (folder / "rare.md").read_text()

    figures = sorted((folder / "cells").glob("*/evaluations/*/test/figures.json"))
    times = [file.stat().st_mtime_ns for file in figures]
    assert len(figures) == 4
    status, out, _ = study("--dry_run")
    assert (status, "0 of 8 cells are left" in out) == (0, True)
    assert len(re.findall(r"^ +done ", out, re.M)) == 8
    status, out, _ = study("--corruptions=jpeg:3,blur:2", "--dry_run")
    assert re.search(r"2 of 8 cells are left: about \d+ (s|min) of training", out)
    assert len(re.findall(r"^ *to evaluate ", out, re.M)) == 2
    counts = {path: path.read_bytes() for path in folder.glob("cells/*dense/counts.json")}
    for path in counts:
        path.unlink()  # as older versions
    assert study("--report_only")[0] == 0
    assert "without --report_only counts them" in (folder / "rare.md").read_text()
    assert study()[0] == 0
    assert {path: path.read_bytes() for path in counts} == counts
    assert "Training pictures: 24 fake." in (folder / "rare.md").read_text()
    assert [file.stat().st_mtime_ns for file in figures] == times

    other = f"--out={tmp_path / 'other'}", f"--take_over={folder / 'cells'}"
    status, out, _ = study(*other, "--dry_run")
    assert (status, len(re.findall(r"^ +taken over +1 level ", out, re.M))) == (0, 4)
    assert not (tmp_path / "other").exists()
    status, out, err = study(*other, "--controls=reinit")
    assert status == 0, err
    assert out.count("taken over: ") == 4
    assert "10 of 10 cells are done" in out
    text = (tmp_path / "other" / "results.md").read_text()
    assert "4 trainings were taken over from finished runs" in text
    copies = [path.relative_to(folder / "cells") for path in figures]
    cells = tmp_path / "other" / "cells"
    assert all(
        (cells / copy).read_bytes() == (folder / "cells" / copy).read_bytes() for copy in copies
    )
    text = (folder / "results.md").read_text()
    assert "taken over" not in text

    status, _, err = study("--seeds=7", "--report_only")
    assert (status, "4 finished there are of a study with other options" in err) == (2, True)

    for more in ((), ("--dry_run",), ("--report_only",)):
        status, _, err = study("--epochs=2", *more)
        assert status == 2
        assert "epochs: 1 there, 2 asked for (3 more too)" in " ".join(err.split())
    assert (folder / "results.md").read_text() == text
