"""The command of efficiency: a tiny run in two engines, what is kept, what is refused."""

import shutil

import numpy as np
import pytest

from experiments import efficiency
from jaxticket.runs.efficiency import read_efficiency
from jaxticket.runs.predictions import read_predictions, write_predictions
from tests.records import reseal


@pytest.fixture(scope="module")
def folder(finished_run, tmp_path_factory):
    """A copy of the finished run: other tests look at what lies in it."""
    return shutil.copytree(finished_run, tmp_path_factory.mktemp("runs") / "run")


QUICK = ("--engines=onnxruntime", "--threads=1", "--batches=1,3", "--rounds=3",
         "--seconds=0.001", "--pictures=2", "--levels=2")  # fmt: skip


@pytest.fixture
def run(call, folder, data_dir):
    return lambda *argv: call(
        efficiency, f"--run={folder}", f"--data_dir={data_dir}", *QUICK, *argv
    )


def test_a_run_is_measured_once(run, folder):
    status, out, err = run()
    assert status == 0, err
    record = read_efficiency(folder)
    assert [(arm.kind, arm.level, arm.engine, arm.precision) for arm in record.arms] == [
        (kind, level, "onnxruntime", "float32")
        for kind, level in (("dense", 0), ("masked", 2), ("compacted", 2))
    ]
    for arm in record.arms:
        assert arm.failed == ""
        assert {fidelity.changed for fidelity in arm.fidelity} == {0}
        assert [timing.batch for timing in arm.timings] == [1, 3]
        assert arm.memory_peak >= arm.memory_imported > 0
    ticket, dense = record.network("masked", 2), record.network("dense", 0)
    assert ticket.bytes < dense.bytes
    assert ticket.seconds > dense.seconds
    assert ticket.macs == dense.macs > ticket.macs_left
    assert "3 of 3 arms\n" in out
    assert "On 1 core of this machine the 36% ticket answers one picture in" in out
    assert "What the ticket costs and saves" in (folder / "report.html").read_text()

    status, out, err = run()
    assert status == 0, err
    assert "3 of 3 arms" not in out
    assert read_efficiency(folder).arms == record.arms


def test_who_answers_otherwise_gets_no_speed(run, folder, tmp_path):
    """As if every engine computed another ticket: the run's own predictions are changed."""
    changed = shutil.copytree(folder, tmp_path / "run")
    shutil.rmtree(changed / "efficiency")
    path = changed / "level_02" / "predictions_test.csv"
    kept = read_predictions(path, "")
    kept.logits[:] = -kept.logits - np.sign(kept.logits)
    write_predictions(path, kept)
    reseal(path.parent)
    status, out, err = run(f"--run={changed}")
    assert status == 0, err
    record = read_efficiency(changed)
    for arm in record.arms:
        assert bool(arm.timings) == (arm.kind == "dense") == (not arm.failed)
    assert "decisions are others" in out
    assert "No engine was timed on both the dense network and the ticket." in out


@pytest.mark.parametrize(
    ("option", "error"),
    [
        ("--engines=tensorrt", "--engines: 'tensorrt' is none of xla, onnxruntime, openvino"),
        ("--ticket=0", "--ticket=0 is no sparse level that is measured: those are 2"),
        ("--rounds=2", "--rounds must be 3 or more"),
        ("--batches=0", "--batches must be numbers from 1 on"),
        ("--threads=999", "--threads=999: this process may use"),
        ("--deepsparse_python=nowhere", "--deepsparse_python=nowhere is not there"),
    ],
)
def test_wrong_options_are_refused(run, option, error):
    status, _, err = run(option)
    assert status == 2
    assert error in err


def test_a_dry_run_lists_the_arms(run):
    status, out, _ = run("--dry_run", "--image_sizes=32,48")
    assert status == 0
    assert "6 arms: onnxruntime" in out
    assert "ticket, compacted 36%, onnxruntime float32, 1 thread, 48 px" in out
