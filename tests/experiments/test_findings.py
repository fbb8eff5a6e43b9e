"""Findings and tables of run folders that are written here by hand."""

import json
from dataclasses import replace

import numpy as np
import pytest

from experiments.findings import find
from experiments.paper_tables import write_tables
from experiments.study import Study, cell_name, control_name
from jaxticket.runs.files import write_csv, write_json
from jaxticket.runs.folder import PREDICTION_COLUMNS
from jaxticket.runs.levels import SUMMARY_COLUMNS

N = 40
LABELS = np.arange(N) % 2
GROUPS = np.arange(N) // 2


@pytest.fixture
def study(tmp_path):
    return Study(
        models=("meso4",), datasets=("one", "two"), methods=("global",), sparsities=(0.5, 0.8),
        seeds=(0, 1, 2), controls=("random_global",), control_sparsities=(0.8,),
        transfer=("ticket",), out=tmp_path,
    )  # fmt: skip


def logits(seed, wrong):
    """Logits with `wrong` mistakes of twenty pairs, others by seed."""
    draw = np.random.default_rng(seed)
    scores = np.where(LABELS == 1, 1.0, -1.0) * draw.uniform(0.5, 2, N)
    scores[draw.permutation(N)[:wrong]] *= -1
    return scores


def write_run(study, name, levels, *, keys=None, synthetic=True):
    path = study.folder / name
    for number, (sparsity, left, scores) in enumerate(levels):
        record = dict.fromkeys(SUMMARY_COLUMNS) | {
            "level": number, "named": True, "sparsity": sparsity, "weights_left": left,
            "dead_layers": [], "signs": [], "test_intervals": {}, "seconds_by_activity": {},
        }  # fmt: skip
        folder = path / f"level_{number:02d}"
        folder.mkdir(parents=True)
        rows = [
            {"key": f"{keys or 'k'}{i}", "group": GROUPS[i], "video": i, "method": "x",
             "label": LABELS[i], "logit": scores[i]}
            for i in range(N)
        ]  # fmt: skip
        write_csv(folder / "predictions_test.csv", rows, PREDICTION_COLUMNS)
        write_json(folder / "evaluation.json", record)
    write_json(path / "config.json", {"synthetic": synthetic})
    write_json(path / "summary.json", {})


def write_study(study, ticket=3, control=12):
    for dataset in study.datasets:
        for seed in study.seeds:
            write_run(study, cell_name("meso4", dataset, seed, "dense"),
                      [(0.0, 100, logits(seed, 3))])  # fmt: skip
            write_run(
                study, cell_name("meso4", dataset, seed, "global"),
                [(0.0, 100, logits(seed, 3)), (0.5, 50, logits(seed + 10, ticket)),
                 (0.8, 20, logits(seed + 20, ticket))],
            )  # fmt: skip
            name = control_name(study, "meso4", dataset, seed, "random_global", 0.8)
            write_run(study, name, [(0.8, 20, logits(seed + 30, control))])
    for seed in study.seeds:
        name = control_name(study, "meso4", "one", seed, "ticket", 0.8, "two")
        write_run(study, name, [(0.8, 20, logits(seed + 40, 5))])


def by_place(findings):
    return {(f.source, f.target, f.method, f.kind, f.sparsity): f for f in findings}


def test_nothing_done_is_no_finding(study):
    assert find(study) == []


def test_means_and_differences_are_those_of_the_predictions(study):
    write_study(study)
    found = by_place(find(study))
    assert set(found) == {
        *(
            (data, data, *rest)
            for data in ("one", "two")
            for rest in (("dense", "ticket", 0.0), ("global", "ticket", 0.5),
                         ("global", "ticket", 0.8), ("global", "random_global", 0.8))
        ),
        ("one", "two", "global", "ticket", 0.8),
    }  # fmt: skip
    deep = found["one", "one", "global", "ticket", 0.8]
    assert deep.metrics["accuracy"].value == pytest.approx(37 / 40)
    assert deep.over_dense["accuracy"].value == pytest.approx(0)
    assert deep.weights_left == (20, 20)
    assert deep.seeds == (0, 1, 2)
    assert (deep.metrics["auc"].seeds, deep.metrics["auc"].groups) == (3, 20)
    random = found["one", "one", "global", "random_global", 0.8]
    assert random.metrics["accuracy"].value == pytest.approx(28 / 40)
    assert random.over_dense["accuracy"].value == pytest.approx(-9 / 40)
    assert deep.over_controls["random_global"].low > 0
    assert deep.retention.value == pytest.approx(1)
    moved = found["one", "two", "global", "ticket", 0.8]
    assert moved.metrics["accuracy"].value == pytest.approx(35 / 40)
    assert moved.over_dense["accuracy"].value == pytest.approx(-2 / 40)
    assert all(one.synthetic for one in found.values())


def test_verdicts_are_of_tickets_and_the_claim_of_those_with_controls(study):
    write_study(study)
    found = by_place(find(study))
    shallow = found["one", "one", "global", "ticket", 0.5].verdicts["accuracy"]
    assert set(shallow) == {"paper", "within_0.2", "one_sd", "non_inferior"}
    deep = found["one", "one", "global", "ticket", 0.8].verdicts
    assert deep["accuracy"]["paper"].holds is True
    assert deep["auc"]["better than random_global"].words == "shown"
    assert set(deep["auc"]) >= {"winning", "better than random_global"}
    assert found["one", "one", "global", "random_global", 0.8].verdicts == {}


def test_only_seeds_that_both_have_are_paired(study):
    write_study(study)
    name = cell_name("meso4", "one", 2, "dense")
    (study.folder / name / "summary.json").unlink()
    found = by_place(find(study))
    deep = found["one", "one", "global", "ticket", 0.8]
    assert deep.metrics["auc"].seeds == 3
    assert deep.over_dense["auc"].seeds == 2
    assert found["one", "one", "dense", "ticket", 0.0].seeds == (0, 1)


def test_seeds_of_other_examples_are_refused(study):
    write_run(study, cell_name("meso4", "one", 0, "dense"), [(0.0, 9, logits(0, 1))])
    write_run(study, cell_name("meso4", "one", 1, "dense"), [(0.0, 9, logits(0, 1))], keys="z")
    with pytest.raises(ValueError, match="was tested on other examples"):
        find(study)


def test_the_tables_hold_the_figures(study):
    write_study(study)
    findings = find(study)
    path = write_tables(study, findings, 13, 14, {"bad": "too hot"})
    text = path.read_text()
    assert "**Synthetic data**" in text
    assert "13 of 14 cells are done" in text
    assert "- failed: bad: too hot" in text
    line = next(line for line in text.splitlines() if line.startswith("| global | random_global"))
    assert line.startswith("| global | random_global | 80% | 20 | 3 | 0.700 [")
    assert "| theirs | ResNet-18 | OpenForensics (theirs) | 94.3 | - | 94.29 | - |" in text
    assert "| ours | meso4 | one (synthetic) | 92.5 [" in text
    assert "| meso4 | one | two | 80% | ticket | 3 | 0.875 [" in text
    assert "| meso4 | two | two | 80% | native | 3 | 0.925 [" in text
    rows = json.loads((study.out / "results.json").read_text())
    assert len(rows) == len(findings)
    csv_lines = (study.out / "results.csv").read_text().splitlines()
    assert len(csv_lines) == len(findings) + 1
    assert (study.out / "accuracy.png").stat().st_size > 10_000
    reasons = (study.out / "verdicts.md").read_text()
    assert "- meso4 on one, global 80%, auc, winning: **" in reasons


def test_real_data_are_not_called_synthetic(study):
    for seed in study.seeds:
        name = cell_name("meso4", "one", seed, "dense")
        write_run(study, name, [(0.0, 9, logits(seed, 1))], synthetic=False)
    text = write_tables(study, find(study), 3, 3, {}).read_text()
    assert "ynthetic" not in text.replace("synthetic_", "")


def test_a_small_dense_control_is_found_whatever_its_sparsity(study):
    study = replace(study, controls=("small_dense",))
    write_study(study)
    name = control_name(study, "meso4", "one", 0, "small_dense", 0.8)
    write_run(study, name, [(0.0, 21, logits(5, 4))])
    found = by_place(find(study))
    assert found["one", "one", "global", "small_dense", 0.8].weights_left == (21, 21)
    assert found["one", "one", "global", "ticket", 0.8].over_dense["auc"].seeds == 1


def test_controls_that_were_tested_on_other_examples_are_refused(study):
    write_study(study)
    for seed in study.seeds:
        name = control_name(study, "meso4", "one", seed, "random_global", 0.8)
        for file in sorted((study.folder / name).glob("level_*/*.csv")):
            file.write_text(file.read_text().replace("k1,", "other,"))
    with pytest.raises(ValueError, match="the networks compared were tested"):
        find(study)


def test_no_claim_is_made_before_all_its_controls_are_there(study):
    study = replace(study, controls=("random_global", "reinit"))
    write_study(study)
    found = by_place(find(study))
    deep = found["one", "one", "global", "ticket", 0.8]
    assert set(deep.verdicts["auc"]) == {"paper", "within_0.2", "one_sd", "non_inferior"}
    assert ("one", "one", "global", "random_global", 0.8) in found


def test_no_claim_is_made_before_all_its_levels_are_there(study):
    study = replace(study, control_sparsities=(0.5, 0.8))
    write_study(study)
    deep = by_place(find(study))["one", "one", "global", "ticket", 0.8]
    assert "winning" not in deep.verdicts["auc"]


def test_the_nearest_level_is_read(study):
    study = replace(study, sparsities=(0.998, 0.9985), control_sparsities=())
    for seed in study.seeds:
        write_run(study, cell_name("meso4", "one", seed, "dense"), [(0.0, 100, logits(seed, 3))])
        write_run(
            study, cell_name("meso4", "one", seed, "global"),
            [(0.0, 100, logits(seed, 3)), (0.998, 3, logits(seed, 4)),
             (0.9985, 2, logits(seed, 8))],
        )  # fmt: skip
    found = by_place(find(study))
    left = [found["one", "one", "global", "ticket", s].weights_left for s in (0.998, 0.9985)]
    assert left == [(3, 3), (2, 2)]
    text = write_tables(study, find(study), 6, 6, {}).read_text()
    assert "| global | ticket | 99.85% | 2 | 3 |" in text
