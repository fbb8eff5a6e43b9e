"""The command of evaluations elsewhere: what it leaves, what it does not do again, what it says."""

import csv
import json
import shutil

import pytest

from experiments import control, evaluate, imp
from experiments.one_run.own_data import PLACES_FILE
from experiments.one_run.page import write_report_page
from jaxticket.data import Corruption, parse_corruptions
from jaxticket.runs import files


@pytest.fixture
def folder(finished_run, tmp_path):
    """A copy of the finished run: other tests look at what lies in it."""
    return shutil.copytree(finished_run, tmp_path / "run")


@pytest.fixture
def run(call, folder, prepared):
    """Call `experiments.evaluate` on the copy and on the pictures that it was trained on."""
    return lambda *argv: call(evaluate, f"--run={folder}", f"--dataset={prepared}", *argv)


def found(folder):
    (path,) = folder.glob("evaluations/noise-*/test")
    with (path / "figures.csv").open() as file:
        return path, list(csv.DictReader(file))


def test_on_the_runs_own_test_split_it_says_what_the_run_said(run, folder):
    status, out, err = run()
    assert status == 0, err
    path, rows = found(folder)
    fingerprint = json.loads((folder / "config.json").read_text())["data_fingerprint"]
    assert path.parent.name == f"noise-{fingerprint[:8]}"
    for level in range(3):
        again = path / "clean" / f"level_{level:02d}.csv"
        said = folder / f"level_{level:02d}" / "predictions_test.csv"
        assert again.read_bytes() == said.read_bytes()
        kept = json.loads((folder / f"level_{level:02d}" / "evaluation.json").read_text())
        for metric, value in kept["test"].items():
            (row,) = (
                row for row in rows
                if (row["level"], row["unit"], row["by"], row["measure"], row["metric"])
                == (str(level), "frames", "all", "value", metric)
            )  # fmt: skip
            assert float(row["value"]) == pytest.approx(value, abs=1e-12)
    assert "clean: 24 pictures, levels 0, 1, 2" in out
    assert "run on noise, test split, frames" in out


def test_the_figures_say_what_they_are_of(run, folder):
    run("--corruptions=blur:5")
    path, rows = found(folder)
    said = json.loads((path / "figures.json").read_text())
    assert (said["kind"], said["threshold"], said["synthetic"]) == ("zero_shot", 0.0, False)
    assert (said["data_name"], said["trained_on"], said["split"]) == ("noise", "noise", "test")
    assert (said["examples"], said["methods"]) == (24, {"fake": 12, "real": 12})
    assert [level["level"] for level in said["levels"]] == [0, 1, 2]
    assert {(row["corruption"], row["level"]) for row in rows} == {
        (name, level) for name in ("clean", "blur:5") for level in "012"
    }  # fmt: skip
    against = {(row["corruption"], row["level"], row["against"]) for row in rows}
    assert ("blur:5", "0", "clean") in against
    assert ("blur:5", "2", "dense") in against
    assert not {("clean", "0", "dense"), ("clean", "2", "clean")} & against
    assert len(rows) == sum(len(cell["rows"]) for cell in said["cells"])


def test_what_is_there_is_not_done_again(run, folder, monkeypatch):
    run("--corruptions=jpeg:2", "--levels=2")
    path, before = found(folder)
    times = {file: file.stat().st_mtime_ns for file in path.glob("*/*")}
    status, out, _ = run("--corruptions=jpeg:2,noise:1")
    assert status == 0
    assert "clean: 24 pictures, levels 0, 1;" in out
    assert {file: file.stat().st_mtime_ns for file in times} == times

    def never(*_, **__):
        raise AssertionError("predicted again")

    monkeypatch.setattr("jaxticket.evaluation.predict.predict_with_each", never)
    _, rows = found(folder)
    status, out, _ = run()  # fewer than there are: what is there stays in the figures
    assert (status, "clean: kept from before" in out) == (0, True)
    assert found(folder)[1] == rows
    assert {row["corruption"] for row in rows} == {"clean", "jpeg:2", "noise:1"}
    assert len(rows) > len(before)


def test_all_levels_and_corruptions_share_one_compiled_evaluation(run, monkeypatch):
    traced = []
    real = evaluate.make_evaluate

    def counting(detector):
        class Counting:
            normalise = staticmethod(detector.normalise)

            @staticmethod
            def apply(*given, **options):
                traced.append(1)
                return detector.apply(*given, **options)

        return real(Counting())

    monkeypatch.setattr(evaluate, "make_evaluate", counting)
    assert run("--corruptions=jpeg:2,noise:1")[0] == 0
    assert len(traced) == 1


def test_other_splits_lie_beside_it(run, folder):
    assert run("--split=validation", "--levels=0")[0] == 0
    (path,) = folder.glob("evaluations/*/validation/clean/level_*.csv")
    said = folder / "level_00" / "predictions_validation.csv"
    assert path.read_bytes() == said.read_bytes()


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--levels=0,7"], "has kept 0, 1, 2"),
        (["--levels=-1"], "--levels=-1: "),
        (["--corruptions=fog:2"], "no corruption named 'fog'; known: jpeg, blur"),
        (["--corruptions=jpeg:9"], "must be 1 to 5, not 9"),
        (["--corruptions=jpeg"], "given as kind:level"),
        (["--dataset=nowhere"], "there is no such folder"),
        (["--run=nowhere"], "holds no run"),
    ],
)
def test_wrong_options_end_in_a_sentence_and_leave_nothing(run, folder, argv, said):
    status, _, err = run(*argv)
    assert status == 2
    assert said in err
    assert not (folder / "evaluations").exists()


def test_a_run_that_has_not_ended(run, folder):
    (folder / "summary.json").unlink()
    status, _, err = run()
    assert (status, "has not ended" in err) == (2, True)


def test_a_run_of_another_task(run, folder):
    config = files.read_typed(folder / "config.json", dict, "") | {"task": "method"}
    files.write_json(folder / "config.json", config)
    status, _, err = run()
    assert (status, "is a run of the task method: only" in err) == (2, True)


def test_a_set_for_testing_of_one_class(run, call, folder, pictures, tmp_path):
    """One picture has an accuracy and no AUC; nothing is trained on it."""
    (tmp_path / "one" / "fake").mkdir(parents=True)
    shutil.copy(pictures / "test/fake/000.png", tmp_path / "one" / "fake")
    data = (f"--dataset={tmp_path}/one", f"--data_dir={tmp_path}/data")
    status, out, err = run(*data, "--corruptions=blur:3")
    assert status == 0, err
    assert "one, test split: 1 picture of 1 video in 1 group" in out
    _, _, table = out.partition("accuracy by corruption")
    assert [line.split()[1] for line in table.splitlines() if line.startswith("│")] == [
        "clean", "blur:3",
    ]  # fmt: skip
    with next(folder.glob("evaluations/one-*/test/figures.csv")).open() as file:
        rows = [row for row in csv.DictReader(file) if row["measure"] == "value"]
    assert {row["value"] for row in rows if row["metric"] == "accuracy"} <= {"0.0", "1.0"}
    assert "auc" not in {row["metric"] for row in rows if row["value"]}
    said = "the split test holds no real pictures"
    figures = json.loads(next(folder.glob("evaluations/one-*/test/figures.json")).read_text())
    assert said in figures["data"][0]["lines"][0]
    assert said in write_report_page([folder]).read_text()
    data = (data[0], f"--data_dir={tmp_path}/other")
    status, _, err = call(imp, *data, f"--run_dir={tmp_path}/new")
    assert status == 2
    assert "one is a set for testing only: no picture is in train" in err
    assert "to train on it, add real pictures: there are none" in " ".join(err.split())
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "other").exists()  # refused before the pictures are prepared


def test_the_runs_own_pictures_without_a_name(call, folder, tmp_path):
    status, out, _ = call(evaluate, f"--run={folder}", "--levels=0")
    assert (status, "run on noise, test split" in out) == (0, True)
    (folder / PLACES_FILE).unlink()
    status, _, err = call(evaluate, f"--run={folder}", f"--data_dir={tmp_path / 'empty'}")
    assert status == 2
    assert "name the pictures with --dataset" in err
    assert f"among the prepared sets in {tmp_path / 'empty'}" in err


def test_a_second_process_is_refused(run, folder):
    lock = folder / "evaluations" / "lock"
    lock.parent.mkdir()
    handle = evaluate.Evaluations(folder, "any", "0" * 64, "test")
    with handle:
        status, _, err = run()
    assert status == 2
    assert "is at work in" in err
    assert "the same command again" in err


def test_a_finished_run_goes_on_beside_its_evaluations(run, folder, call, options):
    run()
    status, _, err = call(imp, *options, f"--run_dir={folder}")
    assert status == 0, err
    assert run()[0] == 0


def test_trained_on_some_methods_and_tested_on_each(call, data_dir, tmp_path):
    options = (
        "--model=meso4", "--dataset=synthetic_ff_tiny", "--image_size=32", "--rounds=0",
        "--epochs=1", "--batch_size=20", f"--data_dir={data_dir}", f"--run_dir={tmp_path / 'run'}",
    )  # fmt: skip
    status, out, err = call(imp, *options, "--methods=Swap,SelfBlend")
    assert status == 0, err
    # Of 30 real and 30 forged pictures 30 and 12 stay: two steps of 20 an epoch.
    assert "pictures: 42 train, 14 validation, 40 test" in out
    assert "1 epoch of 2 steps" in out
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert config["methods"] == ["SelfBlend", "Swap"]
    assert call(imp, *options, "--methods=SelfBlend,Swap")[0] == 0
    status, _, err = call(imp, *options)
    assert status == 2
    assert "methods: the folder has ['SelfBlend', 'Swap'], you ask for None" in err
    status, _, err = call(
        control, f"--run={tmp_path / 'run'}", "--level=0", "--control=ticket", *options[1:2],
        f"--data_dir={data_dir}", f"--run_dir={tmp_path / 'again'}",
    )  # fmt: skip
    assert status == 0, err
    name = "level_00/predictions_test.csv"
    assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "run" / name).read_bytes()
    status, out, err = call(evaluate, f"--run={tmp_path / 'run'}", f"--data_dir={data_dir}")
    assert status == 0, err
    (path,) = (tmp_path / "run").glob("evaluations/synthetic_ff_tiny-*/test/figures.json")
    said = json.loads(path.read_text())
    assert said["run"]["methods"] == ["SelfBlend", "Swap"]
    assert len(said["methods"]) == 6
    assert "MouthReenactment" in out
    assert "synthetic pictures: they stand for no real data set" in out


def test_unknown_methods_are_refused_with_the_list(call, data_dir, tmp_path):
    status, _, err = call(
        imp, "--dataset=synthetic_ff_tiny", f"--data_dir={data_dir}", "--methods=Swap,Swop",
        f"--run_dir={tmp_path / 'run'}",
    )  # fmt: skip
    assert status == 2
    assert "--methods names 'Swop'; the forgery methods of synthetic_ff_tiny are GanUp" in err
    assert not (tmp_path / "run").exists()


def test_what_corruptions_are_called():
    assert parse_corruptions("none") == [None]
    assert parse_corruptions("jpeg:3") == [None, Corruption("jpeg", 3)]
    assert parse_corruptions("none,jpeg:3,jpeg:3,blur:1") == [
        None, Corruption("jpeg", 3), Corruption("blur", 1),
    ]  # fmt: skip
    assert parse_corruptions("h264:5,h264:all") == [
        None, Corruption("h264", 5), *(Corruption("h264", n) for n in (1, 2, 3, 4)),
    ]  # fmt: skip
    assert len(parse_corruptions("all")) == 26
