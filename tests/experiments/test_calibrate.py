"""The command that says what logits mean: of a run, and of a packed ticket."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from experiments import calibrate, ticket
from experiments.options.calibrate import Config
from experiments.terminal.plain_console import make_console
from jaxticket.runs.calibrations import read_calibration
from jaxticket.tickets import load_ticket
from tests.records import reseal

EASY = ("--rate=0.3", "--confidence=0.9")
"""The suite's set has 12 groups of a class, and this bound takes 7."""


@pytest.fixture(scope="module")
def source(finished_run, tmp_path_factory):
    """A copy of the run that the suite shares."""
    return shutil.copytree(finished_run, tmp_path_factory.mktemp("calibrated") / "run")


@pytest.fixture(scope="module")
def calibrated(source, tmp_path_factory):
    """A run whose last level is calibrated by the easy bound."""
    run = shutil.copytree(source, tmp_path_factory.mktemp("calibrated") / "run")
    calibrate.main(Config(run=run, rate=0.3, confidence=0.9), make_console())
    return run


def test_a_level_of_a_run_is_calibrated(call, source):
    status, out, err = call(calibrate, f"--run={source}", "--level=1", *EASY)
    assert status == 0, err
    found = read_calibration(source, 1)
    assert found.frames.upper.groups == found.frames.lower.groups == 12
    assert found.frames.upper.value >= found.frames.lower.value
    assert found.seen.examples == 24
    assert found.seen.formats == {"PNG": 24}
    for text in (
        'the answer is "signs of forgery": of the real pictures at most 30% with 90% confidence',
        "of 12 fake groups got", "Expected calibration error", f"page {source / 'report.html'}",
    ):  # fmt: skip
        assert text in out, text
    assert "calibration_1_outcomes.csv" in (source / "report.html").read_text()
    assert "## What the scores mean" in (source / "report.md").read_text()
    assert (source / "reliability.png").is_file()
    assert load_ticket(source / "ticket.safetensors").manifest.calibration is None


def test_a_bound_of_too_many_groups_says_how_many_would_do(call, source):
    status, out, _ = call(calibrate, f"--run={source}", "--level=0")
    assert status == 0
    assert "takes 59 groups of real validation pictures, and there are 12" in out
    assert "never: 12 of 59 fake groups" in " ".join(out.split())


def test_the_ticket_that_a_run_left_is_calibrated_with_its_level(call, calibrated, tmp_path):
    left = load_ticket(calibrated / "ticket.safetensors")
    assert left.manifest.calibration == read_calibration(calibrated, 2)
    out = tmp_path / "a.safetensors"
    status, said, _ = call(ticket, "pack", f"--run={calibrated}", f"--out={out}")
    assert (status, "calibration pictures: signs of forgery above" in said) == (0, True)
    assert out.read_bytes() == (calibrated / "ticket.safetensors").read_bytes()


def test_a_ticket_is_calibrated_as_its_run_is(call, finished_run, calibrated, tmp_path):
    file, out = finished_run / "ticket.safetensors", tmp_path / "a.safetensors"
    status, said, err = call(calibrate, f"--ticket={file}", f"--out={out}", *EASY)
    assert status == 0, err
    assert "No answer" not in said
    plain, new = load_ticket(file), load_ticket(out)
    assert plain.manifest.calibration is None
    for name in ("arrays", "masks", "weights"):
        assert getattr(new.manifest.hashes, name) == getattr(plain.manifest.hashes, name)
    mine, runs = new.manifest.calibration, read_calibration(calibrated, 2)
    assert mine.seen == runs.seen
    for bound in ("upper", "lower"):
        one, other = (getattr(each.frames, bound) for each in (mine, runs))
        assert one.value == pytest.approx(other.value, abs=1e-4)
        assert (one.groups, one.beyond) == (other.groups, other.beyond)


def test_other_pictures_than_the_tickets_are_named(call, finished_run, pictures, tmp_path):
    other = shutil.copytree(pictures, tmp_path / "mine")
    shutil.rmtree(other / "train")
    shutil.rmtree(other / "test")
    argv = f"--ticket={finished_run / 'ticket.safetensors'}", f"--out={tmp_path / 'a.safetensors'}"
    data = f"--dataset={other}", f"--data_dir={tmp_path / 'data'}"
    status, out, err = call(calibrate, *argv, *data, *EASY)
    assert status == 0, err
    assert "calibrated on mine; the ticket was found on noise" in out
    found = load_ticket(tmp_path / "a.safetensors").manifest.calibration
    assert (found.data_name, found.frames.test, found.frames.test_outcomes) == ("mine", None, [])
    (other / "validation").rename(other / "test")
    status, _, err = call(calibrate, *argv, *data)
    assert (status, "mine has no validation split: put pictures to calibrate on" in err) == (
        2,
        True,
    )


def test_lost_pictures_are_done_without(call, source, tmp_path):
    run = shutil.copytree(source, tmp_path / "run")
    (run / "data_sets.json").unlink()
    lost = f"--data_dir={tmp_path / 'none'}"
    status, out, err = call(calibrate, f"--run={run}", lost)
    assert status == 0, err
    assert "what the pictures were like is not kept" in out
    assert read_calibration(run, 2).seen is None


def test_a_damaged_ticket_of_the_run_stays_and_is_said(call, source, tmp_path):
    run = shutil.copytree(source, tmp_path / "run")
    (run / "ticket.safetensors").write_bytes(b"none")
    status, out, err = call(calibrate, f"--run={run}", *EASY)
    assert status == 0, err
    assert f"{run / 'ticket.safetensors'} stays as it was" in out
    assert read_calibration(run, 2) is not None


def test_what_the_commands_on_tickets_say_of_a_calibration(call, calibrated, tmp_path):
    file = calibrated / "ticket.safetensors"
    assert "calibration  pictures: signs of forgery above" in call(ticket, "show", file)[1]
    assert "ok  calibration         pictures: signs of" in call(ticket, "verify", file)[1]
    out = tmp_path / "a.safetensors"
    status, said, err = call(ticket, "compact", file, f"--out={out}")
    assert (status, "its calibration stays" in said) == (0, True), err
    assert load_ticket(out).manifest.calibration == load_ticket(file).manifest.calibration
    assert "without the calibration" in call(ticket, "unpack", file, f"--out={out}")[1]


def test_a_replay_says_whether_the_calibration_holds(call, calibrated, tmp_path):
    file, run = calibrated / "ticket.safetensors", tmp_path / "again"
    status, said, err = call(ticket, "replay", file, f"--run_dir={run}")
    assert status == 0, err
    assert "its calibration holds: validation is answered as it was fitted to" in said
    table = run / "level_02" / "predictions_validation.csv"
    table.write_text(table.read_text().replace("validation", "other"))
    reseal(table.parent)
    said = call(ticket, "replay", file, f"--run_dir={run}")[1]
    assert "its calibration was fitted to other answers" in said


def test_a_calibration_of_an_earlier_training_is_left_out_and_said(call, calibrated, tmp_path):
    run = shutil.copytree(calibrated, tmp_path / "run")
    table = run / "level_02" / "predictions_validation.csv"
    table.write_text("".join(table.read_text().splitlines(keepends=True)[:-1]))
    reseal(table.parent)
    out = tmp_path / "a.safetensors"
    status, said, _ = call(ticket, "pack", f"--run={run}", f"--out={out}")
    assert status == 0
    assert "calibration left out: the level was trained again since; python -m" in said
    assert load_ticket(out).manifest.calibration is None


def test_validation_of_one_class_is_refused(call, source, tmp_path):
    run = shutil.copytree(source, tmp_path / "run")
    table = run / "level_02" / "predictions_validation.csv"
    lines = table.read_text().splitlines(keepends=True)
    table.write_text("".join(line for line in lines if ",real,0," not in line))
    reseal(table.parent)
    status, _, err = call(calibrate, f"--run={run}")
    assert (status, "the validation split of noise holds fake pictures only" in err) == (2, True)
    table.unlink()
    status, _, err = call(calibrate, f"--run={run}")
    assert (status, "predictions_validation.csv is missing" in err) == (2, True)


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ([], "no network is named: give --run, --ticket or --init_from"),
        (["--run=RUN", "--level=9"], "has kept the levels 0, 1, 2"),
        (["--run=RUN", "--out=a.safetensors"], "--out does not go with --run: leave it out"),
        (["--run=RUN", "--rate=5"], "--rate=5.0 must lie between 0 and 1"),
        (["--run=RUN/nowhere"], "holds no run: config.json is missing"),
        (["--init_from=a.h5", "--model=meso4", "--image_size=64", "--out=a"], "needs --dataset"),
        (["--ticket=FILE"], "--ticket needs --out=NAME.safetensors"),
        (["--ticket=FILE", "--out=FILE"], "is the file that is read: name another"),
        (["--ticket=FILE", "--out=x.safetensors", "--level=1"], "--level does not go with"),
        (["--ticket=FILE", "--out=x.safetensors", "--dataset=nowhere"], "there is no such folder"),
    ],
)
def test_what_cannot_be_done(call, finished_run, argv, said):
    file = finished_run / "ticket.safetensors"
    words = [word.replace("FILE", str(file)).replace("RUN", str(finished_run)) for word in argv]
    status, _, err = call(calibrate, *words)
    assert (status, said in err) == (2, True), err


def test_calibrating_a_ticket_imports_no_jax(finished_run, tmp_path):
    argv = [
        "calibrate", f"--ticket={finished_run / 'ticket.safetensors'}", *EASY,
        f"--out={tmp_path / 'a.safetensors'}", "--engine=numpy",
    ]  # fmt: skip
    code = f"""
import sys

class Blocked:
    def find_spec(self, name, *_):
        if name in ("jax", "flax"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Blocked())
from experiments.__main__ import main
main({argv!r}, "jaxticket")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "computed by the NumPy reference" in done.stdout


def test_the_json_is_plain(calibrated):
    found = json.loads((calibrated / "level_02" / "calibration.json").read_text())
    assert found["frames"]["test_outcomes"][0]["groups"] == 12
    assert np.isfinite(found["frames"]["temperature"])
