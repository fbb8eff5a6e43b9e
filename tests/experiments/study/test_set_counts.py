"""Training counts of a study's data sets, from its runs."""

import pytest

from experiments.study.plan import cell_name
from experiments.study.set_counts import training_counts
from jaxticket.runs import Damaged
from jaxticket.runs.counts import FILE, count, keep_counts
from jaxticket.runs.files import write_json
from tests.experiments.written_study import small_study


@pytest.fixture
def study(tmp_path):
    """A study whose dense network of one data set, and one seed, is done."""
    study = small_study(tmp_path)
    run = study.folder / cell_name("meso4", "one", 1, "dense")
    run.mkdir(parents=True)
    write_json(run / "summary.json", {})
    train = count(["Swap", "real", "Swap", "Blend", "real"], ["c23", "c23", "c40", "", ""])
    keep_counts(run, {"train": train})
    return study


def kept(study):
    return study.folder / cell_name("meso4", "one", 1, "dense") / FILE


def test_real_comes_first_and_equal_pictures_are_counted_together():
    counts = count(["b", "real", "a", "b"], ["", "x", "x", ""])
    assert list(counts.items()) == [("real", {"x": 1}), ("a", {"x": 1}), ("b", {"": 2})]


def test_training_pictures_of_each_forgery_method(study):
    assert training_counts(study) == {"one": {"Blend": 1, "Swap": 2}}


def test_what_was_kept_first_stays(study):
    keep_counts(kept(study).parent, {})
    assert training_counts(study) == {"one": {"Blend": 1, "Swap": 2}}


def test_older_runs_say_nothing(study):
    kept(study).unlink()
    assert training_counts(study) == {}


@pytest.mark.parametrize(
    "text", ["", "[]", '{"train": {"real": 3}}', '{"train": {"real": {"": "x"}}}']
)
def test_damaged_counts_are_named(study, text):
    kept(study).write_text(text)
    with pytest.raises(Damaged, match=r"counts\.json is damaged .*writes it again"):
        training_counts(study)
