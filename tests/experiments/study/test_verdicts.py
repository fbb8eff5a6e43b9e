"""Verdicts on the networks of run folders that are written here by hand."""

from dataclasses import replace

import pytest

from experiments.study.findings import find
from experiments.study.pages.results import write_tables
from experiments.study.plan import cell_name, control_name
from tests.experiments.written_study import by_place, logits, small_study, write_run, write_study


@pytest.fixture
def study(tmp_path):
    return small_study(tmp_path)


def write_one_shot(study, levels=(0.5, 0.8)):
    """One-shot tickets of `one` with 10 mistakes, where the first method's have 3."""
    study = replace(study, methods=("global", "one_shot"))
    write_study(study)
    for seed in study.seeds:
        name = cell_name("meso4", "one", seed, "one_shot")
        write_run(study, name, [(s, 20, logits(seed + 60 + n, 10)) for n, s in enumerate(levels)])
    return study


def test_verdicts_are_of_tickets_and_the_claim_of_those_with_controls(study):
    write_study(study)
    found = by_place(find(study))
    shallow = found["one", "one", "global", "ticket", 0.5].verdicts["accuracy"]
    assert set(shallow) == {"paper", "within_0.2", "one_sd", "non_inferior"}
    deep = found["one", "one", "global", "ticket", 0.8].verdicts
    assert deep["accuracy"]["paper"].holds is True
    assert deep["auc"]["better than random_global"].words == "better"
    assert set(deep["auc"]) >= {"winning", "better than random_global"}
    assert found["one", "one", "global", "random_global", 0.8].verdicts == {}


def test_a_lacking_control_takes_no_seed_from_the_comparison_with_dense(study):
    write_study(study)
    whole = by_place(find(study))["one", "one", "global", "ticket", 0.8]
    name = control_name(study, "meso4", "one", 2, "random_global", 0.8)
    (study.folder / name / "summary.json").unlink()
    found = by_place(find(study))["one", "one", "global", "ticket", 0.8]
    assert found.over_dense == whole.over_dense
    assert found.retention == whole.retention
    assert found.over_controls["random_global"].seeds == 2
    for metric in ("auc", "accuracy"):
        assert found.verdicts[metric]["non_inferior"] == whole.verdicts[metric]["non_inferior"]
        reason = found.verdicts[metric]["winning"].reason
        assert "(seeds 0, 1, 2); ticket - random_global is" in reason
        assert "(seeds 0, 1) (" in reason


def test_no_claim_is_made_of_a_control_without_a_seed_of_the_ticket(study):
    write_study(study)
    lacking = [cell_name("meso4", "one", 2, "global")]
    lacking += [control_name(study, "meso4", "one", s, "random_global", 0.8) for s in (0, 1)]
    for name in lacking:
        (study.folder / name / "summary.json").unlink()
    found = by_place(find(study))["one", "one", "global", "ticket", 0.8]
    assert set(found.verdicts["auc"]) == {"paper", "within_0.2", "one_sd", "non_inferior"}
    assert found.over_controls == {}


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


def test_another_method_is_compared_by_pairs_over_its_levels(study):
    study = write_one_shot(study)
    findings = find(study)
    found = by_place(findings)
    for sparsity in (0.5, 0.8):
        one = found["one", "one", "one_shot", "ticket", sparsity]
        assert one.ticket_over["accuracy"].value == pytest.approx(7 / 40)
        assert "Holm over a family of 2 comparisons" in one.ticket_better["accuracy"].reason
        assert found["one", "one", "global", "ticket", sparsity].ticket_over == {}
    text = write_tables(study, findings, 1, 1, {}).read_text()
    assert "minus random_global | minus one_shot |" in text
    reasons = (study.out / "verdicts.md").read_text()
    assert "- meso4 on one, auc, ticket better than one_shot 80%: **" in reasons


def test_another_method_has_no_verdict_before_all_its_levels(study):
    study = write_one_shot(study, levels=(0.5,))
    findings = find(study)
    one = by_place(findings)["one", "one", "one_shot", "ticket", 0.5]
    assert one.ticket_over["accuracy"].value == pytest.approx(7 / 40)
    assert one.ticket_better == {}
    assert "]: not judged yet |" in write_tables(study, findings, 1, 1, {}).read_text()


def test_the_same_compute_spent_on_dense_is_compared_but_not_one_to_beat(study):
    write_study(study)
    usual = by_place(find(study))["one", "one", "global", "ticket", 0.8]
    study = replace(study, controls=("random_global", "long_dense"))
    for seed in study.seeds:
        name = control_name(study, "meso4", "one", seed, "long_dense", 0.8)
        write_run(study, name, [(0.0, 100, logits(seed + 80, 14))])
    findings = find(study)
    found = by_place(findings)
    assert found["one", "one", "global", "ticket", 0.8].verdicts == usual.verdicts
    assert set(usual.over_controls) == {"random_global"}
    long = found["one", "one", "global", "long_dense", 0.8]
    assert (long.weights_left, long.ticket_over["accuracy"].value) == ((100, 100), 11 / 40)
    assert "Holm over a family of 1 comparison:" in long.ticket_better["auc"].reason
    text = write_tables(study, findings, 1, 1, {}).read_text()
    [line] = [line for line in text.splitlines() if line.startswith("`long_dense`: meso4 on one")]
    assert "the ticket at 80% is better than the same compute spent on the dense network" in line
    assert "; these steps make dense worse -" in line
    reasons = (study.out / "verdicts.md").read_text()
    assert "- meso4 on one, auc, ticket better than long_dense 80%: **better**" in reasons


def test_a_small_dense_network_is_one_to_beat(study):
    study = replace(study, controls=("small_dense",))
    write_study(study)
    for seed in study.seeds:
        name = control_name(study, "meso4", "one", seed, "small_dense", 0.8)
        write_run(study, name, [(0.0, 21, logits(seed + 30, 12))])
    deep = by_place(find(study))["one", "one", "global", "ticket", 0.8]
    assert {"winning", "better than small_dense"} <= set(deep.verdicts["auc"])


def test_a_moved_ticket_is_compared_with_its_control_there(study):
    study = replace(study, transfer=("ticket", "random_global"))
    write_study(study)
    for seed in study.seeds:
        name = control_name(study, "meso4", "one", seed, "random_global", 0.8, "two")
        write_run(study, name, [(0.8, 20, logits(seed + 70, 15))])
    findings = find(study)
    found = by_place(findings)
    control = found["one", "two", "global", "random_global", 0.8]
    assert control.ticket_over["accuracy"].value == pytest.approx(10 / 40)
    assert control.ticket_better["accuracy"].words == "better"
    assert found["one", "two", "global", "ticket", 0.8].ticket_over == {}
    text = write_tables(study, findings, 1, 1, {}).read_text()
    [line] = [x for x in text.splitlines() if "| one | two | 80% | random_global |" in x]
    assert line.endswith(": better |")
