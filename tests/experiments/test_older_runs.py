"""A run folder of the first version, whose recipe had no schema and lacked later options.

`tests/older/run_0.tar.xz` holds a run of imp (--rounds=1 --rewind=step:2) on the suite's pictures
and a control of it, as version 0.1.0 wrote them, without what is drawn.
"""

import json
import shutil
import tarfile
from pathlib import Path

import pytest

from experiments import control, evaluate, imp, report, saliency
from jaxticket.recipe import UnknownOption
from jaxticket.runs import read_run
from jaxticket.runs.controls import find_controls
from jaxticket.text import interval_text
from tests.resumption import executed_steps

ARCHIVE = Path(__file__).parents[1] / "older" / "run_0.tar.xz"


@pytest.fixture
def older(tmp_path):
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / "run"


@pytest.fixture
def again(call, options, older):
    """The command that made the run."""
    return lambda *more: call(
        imp, *options, "--rounds=1", "--rewind=step:2", f"--run_dir={older}", *more
    )


def test_the_same_command_goes_on_where_it_ended(again, older):
    before = executed_steps(older)
    status, out, err = again()
    assert status == 0, err
    assert "going on with" in out
    assert executed_steps(older) == before


def test_the_same_command_goes_on_where_it_was_stopped(again, older):
    kept = read_run(older).levels[1]
    shutil.rmtree(older / "level_01")
    (older / "summary.json").unlink()
    status, _, err = again()
    assert status == 0, err
    assert (
        executed_steps(older) == 20
    )  # 8 of level 0, 6 of level 1 from step 2 on, and these once more
    made = read_run(older).levels[1]
    assert made.weights_left == kept.weights_left


def test_summary_and_report_have_one_interval(again, older):
    assert again()[0] == 0
    report = (older / "report.md").read_text()
    for level in json.loads((older / "summary.json").read_text())["levels"]:
        kept = json.loads((older / f"level_{level['level']:02d}" / "evaluation.json").read_text())
        assert level["test_intervals"]["auc"] != kept["test_intervals"]["auc"]
        assert interval_text(level["test_auc"], *level["test_intervals"]["auc"]) in report


def test_missing_predictions_are_named_where_they_are_needed(again, call, older, tmp_path):
    table = older / "level_01" / "predictions_test.csv"
    table.unlink()
    dense, level = read_run(older).levels
    assert (bool(dense.test_intervals), bool(level.test_intervals)) == (True, False)
    status, _, err = call(report, f"--run={older}")
    assert status == 2
    assert f"{table} is missing: remove {table.parent} and" in " ".join(err.split())


def test_other_options_are_refused(again):
    status, _, err = again("--seed=5")
    assert status == 2
    assert "seed: the folder has 0, you ask for 5" in err


def test_its_control_stands_on_its_page(call, older):
    assert [run.path.name for run in find_controls(read_run(older))] == ["control"]
    status, _, err = call(report, f"--run={older}")
    assert status == 0, err
    page = (older / "report.html").read_text()
    assert "random mask in layers" in page


def test_it_is_evaluated_looked_at_and_controlled(call, older, prepared, tmp_path):
    for module, more in (
        (evaluate, ()),
        (saliency, ("--gallery=0", "--pictures=8")),
        (control, ("--level=1", "--control=ticket", f"--run_dir={tmp_path / 'again'}")),
    ):
        status, _, err = call(module, f"--run={older}", f"--dataset={prepared}", *more)
        assert status == 0, err


@pytest.mark.parametrize("lacking", ["methods", "balance", "data_order", "prune_output"])
def test_an_option_that_came_later_changes_nothing(again, older, lacking):
    path = older / "config.json"
    config = json.loads(path.read_text())
    del config[lacking]
    path.write_text(json.dumps(config))
    status, _, err = again()
    assert status == 0, err


def test_a_newer_version_is_named(again, older):
    path = older / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"dreams": True}))
    status, _, err = again()
    assert status == 2
    assert "holds the options dreams, which this version does not know" in err


def test_a_neighbour_of_a_newer_version_is_passed_over(older):
    newer = older.parent / "newer"
    shutil.copytree(older.parent / "control", newer)
    config = json.loads((newer / "config.json").read_text())
    (newer / "config.json").write_text(json.dumps(config | {"dreams": True}))
    run = read_run(older)
    assert [control.path.name for control in find_controls(run)] == ["control"]
    with pytest.raises(UnknownOption):
        find_controls(run, [newer])
