import json
import shutil

import pytest

from experiments import verify
from jaxticket.report.page.reading import write_results
from jaxticket.runs import files, read_beginning
from jaxticket.runs.checkpoints import Partial
from tests.data_prep.prepared.test_intact import flip
from tests.experiments.test_older_runs import ARCHIVE, older  # noqa: F401  a fixture
from tests.report.page.written import write_run, write_study


@pytest.fixture
def copied(finished_run, tmp_path):
    return shutil.copytree(finished_run, tmp_path / "runs" / "run")


def test_a_whole_run_is_whole(call, finished_run):
    status, out, _ = call(verify, finished_run)
    assert status == 0
    assert " parts, 0 damaged or missing" in out
    assert out.count("whole ") > 20
    assert out.count("the predictions give its figures again") == 3


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("level_01/predictions_test.csv", "it was changed: "),
        ("level_01/layers.csv", "and the levels pruned from it (level_02)"),
        ("metrics.jsonl", "its lines of level 1 were changed"),
        ("ticket.safetensors", "the same command that made the run writes it again"),
    ],
)
def test_what_is_damaged_is_named_with_what_to_do(call, copied, name, said):
    flip(copied / name)
    status, out, _ = call(verify, copied.parent, "--json")
    found = json.loads(out)
    assert (status, found["whole"]) == (1, False)
    wrong = {part["path"]: part for part in found["parts"] if part["state"] == "damaged"}
    assert said in wrong[str(copied / name)]["said"]


def test_figures_that_the_predictions_do_not_give_are_named(call, copied):
    path = copied / "level_02" / "evaluation.json"
    record = files.read_typed(path, dict, "")
    files.write_json(path, record | {"test_auc": record["test_auc"] / 2})
    status, out, _ = call(verify, copied)
    assert status == 1
    assert "evaluation.json is damaged (its predictions give other values of test_auc)" in out


def test_a_level_under_way_is_gone_through_too(call, copied):
    shutil.rmtree(copied / "level_02")
    weights = read_beginning(copied)
    partial = Partial(copied / "level_02" / "partial")
    partial.save(3, {"params": (weights.params, weights.batch_stats)}, {"stale": 0})
    (copied / "summary.json").unlink()
    status, out, _ = call(verify, copied)
    assert (status, f"whole     {partial.path}  a checkpoint" in out) == (0, True)
    assert f"unchecked {copied / 'tensorboard'}" in out
    notes = partial.path / "3" / "notes" / "metadata"
    notes.write_text(notes.read_text().replace("0", "1"))
    status, out, _ = call(verify, copied)
    assert (status, f"damaged   {partial.path}  " in out) == (1, True)
    assert "trains this level again from its beginning" in out


def test_a_study_is_its_results_tables_and_cells(call, tmp_path):
    study = write_study(tmp_path / "study")
    write_run(study / "cells" / "one")
    assert f"unchecked {study / 'results.json'}  6 findings" in call(verify, study)[1]
    write_results(study, json.loads((study / "results.json").read_text()))
    _, out, _ = call(verify, tmp_path)
    assert f"whole     {study / 'results.json'}  6 findings" in out
    assert f"whole     {study / 'robustness.csv'}  3 rows" in out
    assert f"{study / 'cells' / 'one' / 'config.json'}  meso4" in out
    flip(study / "robustness.csv")
    assert f"damaged   {study / 'robustness.csv'}  " in call(verify, tmp_path)[1]


def test_a_link_out_of_a_run_is_named(call, copied):
    (copied / "level_01" / "more").symlink_to(copied.parent.parent)
    status, out, _ = call(verify, copied)
    assert status == 1
    assert f"damaged   {copied}  {copied / 'level_01' / 'more'} is a link that leads out" in out


def test_what_is_missing_is_named(call, copied):
    names = ("metrics.jsonl", "notes.json", "level_00/predictions_validation.csv")
    for name in names:
        (copied / name).unlink()
    status, out, _ = call(verify, copied)
    assert status == 1
    for name in names:
        assert f"missing   {copied / name}  " in out


def test_an_older_run_is_unchecked(call, older):  # noqa: F811
    assert ARCHIVE.is_file()
    status, out, _ = call(verify, older)
    assert status == 0
    assert out.count("unchecked ") > 5


def test_a_prepared_set_and_a_ticket(call, prepared, finished_run, tmp_path):
    assert call(verify, prepared)[0] == 0
    assert call(verify, finished_run / "ticket.safetensors")[0] == 0
    copied = shutil.copytree(prepared, tmp_path / "data" / "1.0.0")
    flip(next(copied.glob("*train.array_record*")))
    status, out, _ = call(verify, copied)
    assert status == 1
    assert "put back a copy of it" in out


def test_nothing_to_verify_is_said(call, tmp_path):
    assert call(verify, tmp_path / "nowhere")[0] == 2
    status, _, err = call(verify, tmp_path)
    assert status == 2
    assert "neither a run, a prepared set nor a ticket" in err
