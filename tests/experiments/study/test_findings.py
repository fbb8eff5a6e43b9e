"""Findings and tables of run folders that are written here by hand."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest

from experiments.study.findings import find
from experiments.study.pages.results import write_tables
from experiments.study.plan import cell_name, control_name
from jaxticket.report.page import read_study
from jaxticket.runs.notes import DataNotes, Notes, keep_notes
from tests.experiments import written_study
from tests.experiments.written_study import (
    amend,
    by_place,
    identity_of,
    logits,
    small_study,
    write_evaluation,
    write_run,
    write_study,
)


@pytest.fixture
def study(tmp_path):
    return small_study(tmp_path)


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


def test_only_seeds_that_both_have_are_paired(study):
    write_study(study)
    name = cell_name("meso4", "one", 2, "dense")
    (study.folder / name / "summary.json").unlink()
    found = by_place(find(study))
    deep = found["one", "one", "global", "ticket", 0.8]
    assert deep.metrics["auc"].seeds == 3
    assert deep.over_dense["auc"].seeds == 2
    assert found["one", "one", "dense", "ticket", 0.0].seeds == (0, 1)


def test_nothing_is_retained_by_a_network_that_always_says_fake(study, monkeypatch):
    monkeypatch.setattr(written_study, "LABELS", (np.arange(40) % 5 > 0).astype(int))
    study = replace(study, datasets=("one",), sparsities=(0.5,), control_sparsities=(), controls=())
    for seed in study.seeds:
        dense = logits(seed, 2)
        write_run(study, cell_name("meso4", "one", seed, "dense"), [(0.0, 9, dense)])
        levels = [(0.0, 9, dense), (0.5, 4, np.ones(40))]
        write_run(study, cell_name("meso4", "one", seed, "global"), levels)
    ticket = by_place(find(study))["one", "one", "global", "ticket", 0.5]
    assert ticket.metrics["accuracy"].value == pytest.approx(0.8)
    assert ticket.retention.value == pytest.approx(0)


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
    assert "| theirs | ResNet-18 | OpenForensics (theirs) | 11.7M, 4.68M, 2.34M | 94.3 |" in text
    assert "| ours | meso4 | one (synthetic) | 51; -; 51 (100.0%) | 92.5 [" in text
    assert "| meso4 | one | two | 80% | ticket | 3 | 0.875 [" in text
    assert "| meso4 | two | two | 80% | native | 3 | 0.925 [" in text
    rows = json.loads((study.out / "results.json").read_text())["findings"]
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
    ticket = found["one", "one", "global", "ticket", 0.8]
    assert ticket.over_controls["small_dense"].seeds == 1
    assert ticket.over_dense["auc"].seeds == 3


def test_controls_that_were_tested_on_other_examples_are_refused(study):
    write_study(study)
    for seed in study.seeds:
        name = control_name(study, "meso4", "one", seed, "random_global", 0.8)
        for file in sorted((study.folder / name).glob("level_*/*.csv")):
            file.write_text(file.read_text().replace("k1,", "other,"))
    with pytest.raises(ValueError, match="the networks compared were tested"):
        find(study)


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


def write_moved(study):
    """Tickets of `one` as they are on `two`, of two seeds: 8 mistakes dense, 4 at 80%."""
    write_study(study)
    study = replace(study, transfer=("zero_shot", "ticket"))
    for seed in (0, 1):
        name = cell_name("meso4", "one", seed, "global")
        for level, wrong in ((0, 8), (2, 4)):
            write_evaluation(study, name, "two", "clean", level, logits(seed + 50 + level, wrong))
    return study


def test_tickets_moved_as_they_are(study):
    study = write_moved(study)
    found = by_place(find(study))
    dense = found["one", "two", "dense", "zero_shot", 0.0]
    deep = found["one", "two", "global", "zero_shot", 0.8]
    assert dense.seeds == deep.seeds == (0, 1)
    assert dense.metrics["accuracy"].value == pytest.approx(32 / 40)
    assert deep.metrics["accuracy"].value == pytest.approx(36 / 40)
    # The target's own dense network makes 3 mistakes.
    assert deep.over_dense["accuracy"].value == pytest.approx(-1 / 40)
    gain = deep.metrics["auc"].value - dense.metrics["auc"].value
    assert deep.over_moved_dense is not None
    assert deep.over_moved_dense.value == pytest.approx(gain)
    assert dense.over_moved_dense is None
    assert ("two", "one", "global", "zero_shot", 0.8) not in found
    assert ("one", "two", "global", "ticket", 0.8) in found


def test_nothing_is_moved_as_it_is_unasked(study):
    write_moved(study)
    assert not [one for one in find(study) if one.kind == "zero_shot"]


def test_the_transfer_is_in_the_results_and_in_a_picture(study):
    study = write_moved(study)
    findings = find(study)
    text = write_tables(study, findings, 1, 1, {}).read_text()
    assert "| meso4 | one | two | 0% | zero_shot | 2 | 0.800 [" in text
    assert "| meso4 | one | two | 80% | zero_shot | 2 | 0.900 [" in text
    assert "| meso4 | two | two | 0% | native | 3 | 0.925 [" in text
    assert "](transfer.png)" in text
    assert (study.out / "transfer.png").stat().st_size > 10_000


def test_videos_are_means_of_their_frames(study):
    study = replace(study, datasets=("one",), sparsities=(0.5,), control_sparsities=(), controls=())
    # Two frames of each video are a little wrong, two very right.
    scores = [1.0, -1.0, 1.0, -1.0, -3.0, 3.0, -3.0, 3.0] * 5
    videos = [f"{i // 8}/{i % 2}" for i in range(40)]
    for seed in study.seeds:
        name = cell_name("meso4", "one", seed, "dense")
        write_run(
            study, name, [(0.0, 9, scores)], videos=videos, groups=[i // 8 for i in range(40)]
        )
    [dense] = find(study)
    assert dense.metrics["accuracy"].value == pytest.approx(1 / 2)
    assert dense.by_video["accuracy"].value == 1
    assert dense.by_video["auc"].value == 1
    assert dense.videos == 10
    path = write_tables(study, [dense], 1, 1, {})
    page = (path.parent / "by_video.md").read_text()
    assert "## meso4 on one: 10 videos" in page
    assert "| dense | dense | 0% | 3 | 0.500 [" in page
    for name in ("by_video", "by_method", "rare", "robustness", "verdicts"):
        assert f"({name}.md)" in path.read_text()
        assert (path.parent / f"{name}.md").is_file()


def row_of(text, start):
    """The cells of the first row of a table that starts so."""
    row = next(line for line in text.splitlines() if line.startswith(start))
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_the_main_comparison_is_in_the_results(study):
    write_study(study)
    findings = find(study)
    text = write_tables(study, findings, 1, 1, {}).read_text()
    heads = row_of(text, "| method | sparsity | metric |")
    cells = row_of(text, "| global | 80% | accuracy |")
    deep = dict(zip(heads, cells, strict=True))
    assert deep["n"] == "3"
    # 3 mistakes of the ticket, 12 of the control, of 40 pictures.
    assert deep["minus random_global"].startswith("+0.225 [")
    assert deep["minus random_global"].endswith(": better")
    with (study.out / "results.csv").open() as file:
        rows = list(csv.DictReader(file))
    [control] = [r for r in rows if (r["kind"], r["source"]) == ("random_global", "one")]
    assert float(control["accuracy_ticket_minus_this"]) == pytest.approx(0.225)
    assert float(control["auc_ticket_minus_this_low"]) > 0
    assert control["auc_ticket_better"] == "better"
    assert [row["kind"] for row in rows if row["method"] == "dense"] == ["dense", "dense"]


def test_one_seed_speaks_for_itself_only(study):
    study = replace(study, seeds=(0,))
    write_study(study)
    text = write_tables(study, find(study), 1, 1, {}).read_text()
    assert "| inconclusive (this seed) |" in text
    assert "inconclusive |" not in text
    assert "inconclusive (this seed)**" in (study.out / "verdicts.md").read_text()


def test_dead_layers_are_counted_by_seed(study):
    study = replace(study, datasets=("one",), sparsities=(0.5,), control_sparsities=(), controls=())
    for seed, dead in zip(study.seeds, (["a", "b"], [], ["a"]), strict=True):
        dense = [(0.0, 100, logits(seed, 3))]
        write_run(study, cell_name("meso4", "one", seed, "dense"), dense)
        level = [(0.5, 50, logits(seed, 3))]
        write_run(study, cell_name("meso4", "one", seed, "global"), level,
                  more={"dead_layers": dead})  # fmt: skip
    found = by_place(find(study))["one", "one", "global", "ticket", 0.5]
    assert (found.dead_layers, found.dead_seeds) == (2, 2)
    text = write_tables(study, find(study), 1, 1, {}).read_text()
    assert "| global | ticket, up to 2 layers dead in 2 of 3 seeds | 50% |" in text
    assert "| dense | dense | 0% |" in text


def test_pages_call_a_folder_by_its_name_and_repeat_the_notes_of_their_runs(tmp_path):
    folders = ("/disk/some/one", "/disk/some/two")
    study = replace(small_study(tmp_path), datasets=folders)
    write_study(study)
    for run in study.folder.iterdir():
        amend(study, run.name, data_name=identity_of(run.name)["data_name"].rpartition("_")[2])
        keep_notes(run, Notes([DataNotes(name="one", lines=["1 copy in train and test"])]))
    path = write_tables(study, find(study), 1, 1, {})
    runs = len(list(study.folder.iterdir()))
    assert f"- one: 1 copy in train and test ({runs})" in path.read_text().splitlines()
    for page in study.out.glob("*.md"):
        assert "/disk" not in page.read_text(), page.name
    assert "## meso4 on one" in path.read_text()
    assert read_study(study.out, "s").notes == {"one: 1 copy in train and test": runs}
