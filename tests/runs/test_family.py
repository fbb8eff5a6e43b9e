"""The runs beside a run: which belong to it, and as what."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from jaxticket.recipe import Recipe
from jaxticket.runs import files, read_run
from jaxticket.runs.controls import find_controls
from jaxticket.runs.family import find_family, is_one_shot
from tests.report.page.written import write_run

CONTROL: dict = {
    "control": "reinit", "level": 2, "ticket_masks": "m", "source_data_name": "noise",
    "source_data_fingerprint": "",
}  # fmt: skip


def names(runs):
    return [run.path.name for run in runs]


@pytest.fixture
def family(tmp_path):
    """Return what is found beside the run `one` of seed 3."""
    run = read_run(write_run(tmp_path / "one"))
    return lambda: find_family(run)


def test_a_run_alone_is_its_family(family):
    (member,) = family().members
    assert (member.seed, member.run.path.name) == (3, "one")
    assert member.controls == member.one_shots == []


def test_other_seeds_with_their_own_controls_belong_to_it(family, tmp_path):
    write_run(tmp_path / "two", seed=0)
    write_run(tmp_path / "two_again", seed=0)  # the first by name counts
    write_run(tmp_path / "one_again")  # of the run's own seed the run itself
    write_run(tmp_path / "other", seed=4, learning_rate=0.5)
    write_run(tmp_path / "control", **CONTROL)
    write_run(tmp_path / "control_of_two", seed=0, **CONTROL)
    write_run(tmp_path / "moved", **CONTROL | {"source_data_fingerprint": "other"})
    members = family().members
    assert [(member.seed, member.run.path.name) for member in members] == [(0, "two"), (3, "one")]
    assert [names(member.controls) for member in members] == [["control_of_two"], ["control"]]


def test_one_jump_from_the_same_dense_network_is_its_one_shot(family, tmp_path):
    write_run(tmp_path / "shot", pruning="one_shot", rounds=None, sparsities=[0.75])
    write_run(tmp_path / "shot_by_layers", pruning="one_shot", scope="local")
    (member,) = family().members
    assert names(member.one_shots) == ["shot"]
    (shot,) = find_family(read_run(tmp_path / "shot")).members
    assert shot.one_shots == []  # and not the other way about


def test_what_has_not_ended_or_cannot_be_read_is_left_out_and_said(family, tmp_path):
    write_run(tmp_path / "under_way", seed=0, finished=False)
    write_run(tmp_path / "another_under_way", learning_rate=0.5, finished=False)
    (write_run(tmp_path / "bare", **CONTROL) / "config.json").unlink()
    (write_run(tmp_path / "linked", **CONTROL) / "link").symlink_to("/")
    damaged = write_run(tmp_path / "damaged", seed=1)
    (damaged / "level_01" / "evaluation.json").write_text("{")
    newer = write_run(tmp_path / "newer", seed=2)
    config = json.loads((newer / "config.json").read_text())
    files.write_json(newer / "config.json", config | {"of_tomorrow": 1})
    (tmp_path / "summary.json").write_text("{}")
    Path(tmp_path / "empty").mkdir()
    found = family()
    assert [member.seed for member in found.members] == [3]
    assert not found.members[0].controls
    said = [
        ("bare is left out, and may belong to this run: ", "config.json is missing"),
        ("damaged is left out: ", "evaluation.json is damaged"),
        ("linked is left out: ", "/linked/link is a link that leads out"),
        ("newer is left out, and may belong to this run: ", "of_tomorrow"),
        ("under_way is left out, since it has not ended (", "summary.json is not there"),
    ]
    for sentence, (start, why) in zip(found.left_out, said, strict=True):
        assert sentence.startswith(start)
        assert why in sentence


def test_a_bare_summary_makes_a_member_but_no_control_to_look_at(family, tmp_path):
    run = read_run(tmp_path / "one")
    place = write_run(tmp_path / "control", **CONTROL)
    assert names(find_controls(run)) == names(find_controls(run, [place])) == ["control"]
    files.write_json(place / "summary.json", {})
    assert find_controls(run) == find_controls(run, [place]) == []
    (member,) = family().members
    assert names(member.controls) == ["control"]


def test_a_jump_from_the_end_of_level_0_belongs_to_a_search_that_was_shortened():
    short = Recipe(search="short:0.2")
    assert is_one_shot(Recipe(pruning="one_shot"), short)
    assert is_one_shot(replace(short, pruning="one_shot"), short)
    assert not is_one_shot(Recipe(pruning="one_shot", search="early_bird:0.1:2"), Recipe())
