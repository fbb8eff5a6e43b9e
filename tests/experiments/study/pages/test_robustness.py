import csv
import json
from dataclasses import replace

import pytest

from experiments.study.pages.robustness import robustness, write_robustness
from experiments.study.plan import cell_name
from jaxticket.runs import Damaged
from jaxticket.runs.files import write_json
from jaxticket.statistics import paired_interval, retention_interval
from tests.experiments.written_study import (
    GROUPS,
    LABELS,
    logits,
    small_study,
    write_evaluation,
    write_study,
)

WRONG = {("clean", 0): 2, ("clean", 2): 3, ("jpeg:3", 0): 4, ("jpeg:3", 2): 8}


@pytest.fixture
def study(tmp_path):
    """Levels 0 and 2 (80%) of all seeds of `one` evaluated, clean and on jpeg:3."""
    study = small_study(tmp_path)
    write_study(study)
    for seed in study.seeds:
        name = cell_name("meso4", "one", seed, "global")
        for (kind, level), wrong in WRONG.items():
            write_evaluation(study, name, "one", kind, level, logits(seed + level, wrong))
    return replace(study, corruptions=("jpeg:3", "blur:1"))


def stacked(level, wrong):
    return [logits(seed + level, wrong) for seed in (0, 1, 2)]


def test_the_figures_are_those_of_the_kept_predictions_of_all_seeds(study):
    found = {(f.sparsity, f.name, f.measure, f.against): f for f in robustness(study)}
    assert {key[:2] for key in found} == {(s, k) for s in (0.0, 0.8) for k in ("clean", "jpeg:3")}
    assert {key[2:] for key in found if key[:2] == (0.8, "jpeg:3")} == {
        ("value", ""), ("difference", "dense"), ("retention", "dense"),
        ("difference", "clean"), ("retention", "clean"),
    }  # fmt: skip
    assert {key[2:] for key in found if key[:2] == (0.0, "clean")} == {("value", "")}
    assert {(f.method, f.sparsity) for f in found.values()} == {("dense", 0.0), ("global", 0.8)}
    own, dense, clean = stacked(2, 8), stacked(0, 4), stacked(2, 3)
    against_dense = found[0.8, "jpeg:3", "difference", "dense"].estimate
    wanted = paired_interval("auc", LABELS, own, dense, GROUPS)
    assert (against_dense.value, against_dense.low) == pytest.approx((wanted.value, wanted.low))
    assert (against_dense.seeds, against_dense.groups) == (3, 20)
    kept = found[0.8, "jpeg:3", "retention", "clean"].estimate
    wanted = retention_interval("auc", LABELS, own, clean, GROUPS)
    assert (kept.value, kept.high) == pytest.approx((wanted.value, wanted.high))


def test_the_page_has_a_row_a_level_and_a_column_a_corruption(study):
    write_robustness(study)
    text = (study.out / "robustness.md").read_text()
    assert "**Synthetic data**" in text
    assert "## meso4 on one: 40 pictures, 20 groups" in text
    assert "| method | sparsity | n | clean | jpeg:3 |" in text
    assert "| method | sparsity | n | jpeg:3 |" in text  # against clean
    assert "| global | 80% | 3 | " in text
    with (study.out / "robustness.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["seeds"] for row in rows} == {"3"}
    assert len(rows) == 1 + 3 + 3 + 5


def test_predictions_of_other_pictures_are_not_taken(study):
    for file in study.folder.glob("*/evaluations/*/*/jpeg_3/*.json"):
        write_json(file, json.loads(file.read_text().replace("oneone", "twoone")))
    assert {f.name for f in robustness(study)} == {"clean"}


def test_predictions_that_were_changed_are_named(study):
    file = sorted(study.folder.glob("*/evaluations/*/*/jpeg_3/*.csv"))[0]
    file.write_text(file.read_text() + "\n")
    with pytest.raises(Damaged, match=f"{file} is damaged .*evaluate the run on these pictures"):
        list(robustness(study))


def test_without_corruptions_the_page_says_so(study):
    assert write_robustness(replace(study, corruptions=())) == []
    text = (study.out / "robustness.md").read_text()
    assert "Nothing was evaluated on corrupted pictures." in text
