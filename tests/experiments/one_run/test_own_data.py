import itertools
import json
import shutil

import pytest

from data_prep.folder import prepare_folder
from experiments.one_run.own_data import (
    PLACES_FILE,
    find_sets,
    joined_fingerprint,
    made_from,
    remember_sets,
)
from jaxticket.data import open_prepared
from jaxticket.recipe import Recipe
from jaxticket.runs.notes import read_notes
from tests.experiments.one_run.test_data import GROUPS, write_pictures


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two prepared sets of the name `noise` in one folder, and one of another name."""
    root = tmp_path_factory.mktemp("made")
    names = [("a", "noise"), ("b", "noise"), ("c", "other")]
    lists = [write_pictures(root / a / b, i, GROUPS) for i, (a, b) in enumerate(names)]
    return [open_prepared(prepare_folder(path, root / "data")) for path in lists]


@pytest.fixture
def sets(made, tmp_path):
    """The same in a folder that a test may move."""
    data = made[0].path.parents[2]
    shutil.copytree(data, tmp_path / "data")
    return [open_prepared(tmp_path / "data" / each.path.relative_to(data)) for each in made]


@pytest.fixture
def run(tmp_path):
    (tmp_path / "runs" / "one").mkdir(parents=True)
    return tmp_path / "runs" / "one"


def recipe(*sets):
    return Recipe(
        data_name="+".join(each.name for each in sets),
        data_fingerprint=joined_fingerprint([each.fingerprint for each in sets]),
    )


@pytest.mark.parametrize("chosen", itertools.permutations(range(3), 2))
def test_sets_are_found_by_content_and_order(sets, run, tmp_path, chosen):
    first, second = (sets[i] for i in chosen)
    data = tmp_path / "data"
    assert find_sets(run, recipe(first), data) == [first.path]
    assert find_sets(run, recipe(first, second), data) == [first.path, second.path]


def test_what_lay_elsewhere_is_remembered(sets, run, tmp_path):
    assert find_sets(run, recipe(sets[0]), tmp_path / "empty") is None
    remember_sets(run, sets[:1])
    assert find_sets(run, recipe(sets[0]), tmp_path / "empty") == [sets[0].path]


def test_a_run_that_moved_alone_or_with_its_data_finds_them(sets, run, tmp_path):
    remember_sets(run, sets[:1])
    alone = run.rename(tmp_path / "moved")
    assert find_sets(alone, recipe(sets[0]), tmp_path / "empty") == [sets[0].path]
    alone.rename(run)
    (tmp_path / "together").mkdir()
    for name in ("runs", "data"):
        (tmp_path / name).rename(tmp_path / "together" / name)
    (found,) = find_sets(tmp_path / "together/runs/one", recipe(sets[0]), tmp_path / "empty")
    assert found.samefile(tmp_path / "together" / sets[0].path.relative_to(tmp_path))


def test_a_set_that_lay_elsewhere_is_named(sets, run, tmp_path):
    assert remember_sets(run, sets[:1]) == []
    assert remember_sets(run, sets[:1]) == []
    (tmp_path / "data").rename(tmp_path / "moved")
    moved = open_prepared(tmp_path / "moved" / sets[0].path.relative_to(tmp_path / "data"))
    (sentence,) = remember_sets(run, [moved])
    content = sets[0].fingerprint[:8]
    assert sentence.startswith(f"the data moved: same content (fingerprint {content}), in ")
    assert str(sets[0].path) in sentence
    assert remember_sets(run, sets[1:2]) == []  # other content is no move


def test_what_the_card_says_stays_with_the_run(sets, run):
    card = sets[0].path / "data_card.json"
    written = json.loads(card.read_text())
    said = {"warnings": ["leaks"], "skipped": [["a.png", "broken"]], "notes": ["assumed"]}
    card.write_text(json.dumps(written | said))
    remember_sets(run, sets[:1], ["meso.h5: the head is new"])
    notes = read_notes(run)
    assert notes.weights == ["meso.h5: the head is new"]
    (data,) = notes.data
    assert data.lines == ["WARNING: leaks", "skipped 1: a.png: broken", "note: assumed"]
    assert data.rows()[0] == ("train", 4, 4, 4)
    assert data.source == written["source"]
    assert json.loads((run / PLACES_FILE).read_text())[0]["source"] == written["source"]


def test_what_a_lost_set_was_made_from_is_named(sets, run):
    assert made_from(run) == ""
    remember_sets(run, sets[:1])
    source = json.loads((sets[0].path / "data_card.json").read_text())["source"]
    assert made_from(run) == f"; it was made from {source}"


def test_other_content_in_the_old_place_is_not_taken(sets, run, tmp_path):
    remember_sets(run, sets[:1])
    assert find_sets(run, recipe(sets[1]), tmp_path / "empty") is None
    card = sets[0].path / "data_card.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | {"fingerprint": "other"}))
    assert find_sets(run, recipe(sets[0]), tmp_path / "data") is None


def test_a_damaged_memory_is_named(run, tmp_path):
    (run / PLACES_FILE).write_text("{")
    with pytest.raises(ValueError, match=PLACES_FILE):
        find_sets(run, Recipe(), tmp_path)
