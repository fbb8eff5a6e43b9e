import json
import shutil

import pytest

from experiments import verify
from jaxticket.runs import files
from tests.data_prep.prepared.test_intact import flip
from tests.experiments.test_older_runs import ARCHIVE, older  # noqa: F401  a fixture


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
