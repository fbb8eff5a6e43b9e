"""What prepared sets say of a study's data, found by their fingerprints."""

import json
import shutil
from dataclasses import replace

import pytest

from experiments.study.plan import cell_name
from experiments.study.set_counts import set_facts
from jaxticket.data.prepared import open_prepared, records
from jaxticket.runs.files import write_json
from tests.experiments.written_study import small_study


@pytest.fixture
def study(tmp_path, prepared):
    """A study whose dense network was trained on the suite's pictures."""
    study = replace(small_study(tmp_path / "out"), datasets=("pictures",), data_dir=tmp_path / "d")
    run = study.folder / cell_name("meso4", "pictures", 1, "dense")
    run.mkdir(parents=True)
    write_json(run / "config.json", {"data_fingerprint": open_prepared(prepared).fingerprint})
    write_json(run / "summary.json", {})
    shutil.copytree(open_prepared(prepared).path, study.data_dir / "sets" / "noise" / "1.0.0")
    return study


def card_of(study):
    return study.data_dir / "sets" / "noise" / "1.0.0" / "data_card.json"


def test_training_pictures_of_each_forgery_method(study):
    facts = set_facts(study)["pictures"]
    assert facts.trained == {"fake": 24}
    assert facts.compressions == {}


def test_compressions_are_read_where_there_are_several(study, prepared):
    card = json.loads(card_of(study).read_text())
    card["by_method"]["test"] = {"real": {"c23": 6, "c40": 6}, "fake": {"c23": 12}}
    card_of(study).write_text(json.dumps(card))
    keys = {row["key"].decode() for row in records(open_prepared(prepared), "test")}
    facts = set_facts(study)["pictures"]
    assert facts.compressions == dict.fromkeys(keys, "")
    assert facts.levels == ("c23", "c40")


def test_compressions_that_are_not_known_have_no_name(study):
    card = json.loads(card_of(study).read_text())
    card["by_method"]["test"] = {"real": {"c40": 12}, "fake": {"c40": 6, "": 6}}
    card_of(study).write_text(json.dumps(card))
    assert set_facts(study)["pictures"].levels == ("c40",)


def test_other_pictures_are_not_taken(study):
    card = json.loads(card_of(study).read_text()) | {"fingerprint": "another"}
    card_of(study).write_text(json.dumps(card))
    assert set_facts(study) == {}


def test_cards_without_counts_say_nothing(study):
    card = json.loads(card_of(study).read_text())
    del card["by_method"]
    card_of(study).write_text(json.dumps(card))
    assert set_facts(study) == {}


def test_nothing_done_and_nothing_prepared(study):
    shutil.rmtree(study.data_dir)
    assert set_facts(study) == {}
    shutil.rmtree(study.out)
    assert set_facts(study) == {}


def test_a_prepared_set_named_by_its_path(study, prepared):
    shutil.rmtree(study.data_dir)
    old = study.folder / cell_name("meso4", "pictures", 1, "dense")
    study = replace(study, datasets=(str(prepared),))
    old.rename(study.folder / cell_name("meso4", str(prepared), 1, "dense"))
    assert set_facts(study)[str(prepared)].trained == {"fake": 24}
