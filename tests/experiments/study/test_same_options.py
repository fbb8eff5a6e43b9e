"""Runs that were trained with other options than a study asks for are no part of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from experiments.options.study import Study
from experiments.study.plan import plan
from experiments.study.same_options import (
    differences_of_seeds,
    levels_of,
    refuse_others,
    trained_with,
    unlike,
)
from jaxticket.recipe import Recipe, to_json
from jaxticket.runs.files import write_json

SMALL = Study(
    models=("meso4",), datasets=("one",), methods=("global",), sparsities=(0.2, 0.5), seeds=(3,),
    controls=("reinit",), control_sparsities=(0.5,), transfer=(), corruptions=("jpeg:3",),
)  # fmt: skip
DENSE, TICKET, CONTROL = (f"meso4-one-seed3-{rest}" for rest in
                          ("dense", "global", "global-0.5-reinit"))  # fmt: skip


def write_cells(study, **data):
    """The folders that a study leaves, as far as their configuration goes."""
    for cell in plan(study):
        if cell.asked:
            folder = study.folder / cell.name
            folder.mkdir(parents=True)
            write_json(
                folder / "config.json", to_json(cell.asked) | {"data_fingerprint": "f"} | data
            )
            (folder / "summary.json").write_text("{}")


def asked_of(study, name):
    return next(cell.asked for cell in plan(study) if cell.name == name)


@pytest.fixture
def trained(tmp_path):
    study = replace(SMALL, out=tmp_path)
    write_cells(study)
    return study


def refuse(study):
    refuse_others(plan(study), study.folder)


def test_runs_of_the_same_options_are_taken(trained):
    refuse(trained)
    refuse(replace(trained, seeds=(3, 4), models=("meso4", "cnn5")))
    refuse(replace(trained, epochs=18))  # what meso4 has anyway
    refuse(replace(trained, batch_size=32, prune_fraction=0.2))


@pytest.mark.parametrize(
    ("options", "cell", "said"),
    [
        ({"epochs": 3}, DENSE, "epochs: 18 there, 3 asked for (2 more too)"),
        ({"image_size": 32}, DENSE, "image_size: 64 there, 32 asked for"),
        ({"rewind": "step:5"}, DENSE, "rewind: 'init' there, 'step:5' asked for"),
        ({"preset": "paper"}, DENSE, "patience: None there, 10 asked for"),
        ({"prune_fraction": 0.5}, DENSE, "prune_fraction: 0.2 there, 0.5 asked for"),
        ({"sparsities": (0.2, 0.5, 0.8)}, TICKET,
         "sparsities: 0.2,0.5 there, 0.2,0.5,0.8 asked for, and 0.8 was not trained to be "
         "evaluated (1 more too)"),
        ({"sparsities": (0.5,)}, TICKET,
         "sparsities: 0.2,0.5 there, 0.5 asked for, which is reached by other rounds"),
    ],
)  # fmt: skip
def test_other_options_are_refused_with_cell_and_field(trained, options, cell, said):
    with pytest.raises(ValueError, match="was trained with other options") as error:
        refuse(replace(trained, **options))
    assert str(error.value).startswith(f"{trained.folder / cell} was")
    assert said in str(error.value)


def test_a_cell_that_is_a_link_out_of_the_study_is_refused(trained, tmp_path_factory):
    cell = trained.folder / DENSE
    cell.symlink_to(cell.rename(tmp_path_factory.mktemp("elsewhere") / DENSE))
    with pytest.raises(ValueError, match=f"{DENSE} is a link that leads out of {trained.out}"):
        refuse(trained)


def test_fewer_levels_of_a_longer_run_are_there(trained):
    refuse(replace(trained, sparsities=(0.2,), control_sparsities=(0.2,)))


def test_a_run_that_is_not_done_is_refused_too(trained):
    (trained.folder / DENSE / "summary.json").unlink()
    with pytest.raises(ValueError, match="epochs: 18 there, 3 asked for"):
        refuse(replace(trained, epochs=3))


def test_cells_that_were_trained_on_other_pictures_of_one_name(tmp_path):
    study = replace(SMALL, out=tmp_path)
    write_cells(study)
    write_cells(replace(study, seeds=(4,)), data_fingerprint="g")
    refuse(study)
    with pytest.raises(ValueError, match="seed3-dense and meso4-one-seed4-dense were trained on"):
        refuse(replace(study, seeds=(3, 4)))


def test_a_control_is_no_ticket_and_stands_at_its_level():
    ticket, control = asked_of(SMALL, TICKET), asked_of(SMALL, CONTROL)
    assert unlike(ticket, control) == [
        "control: 'reinit' there, None asked for", "level: 4 there, None asked for"
    ]  # fmt: skip
    other = replace(control, control=replace(control.control, level=2))
    assert unlike(control, other) == ["level: 2 there, 4 asked for"]
    known = replace(control, control=replace(control.control, ticket_masks="sha"))
    assert unlike(control, known) == []


def test_seeds_of_one_training():
    one = asked_of(SMALL, TICKET)
    other = replace(one, seed=9)
    assert differences_of_seeds(one, other, 4) == []
    assert differences_of_seeds(one, replace(other, epochs=1), 4) == ["epochs: 18 and 1"]
    longer = replace(other, sparsities=(0.2, 0.5, 0.8))
    assert differences_of_seeds(one, longer, 4) == []
    others = replace(other, sparsities=(0.5,))
    assert differences_of_seeds(one, others, 0) == []
    assert differences_of_seeds(one, others, 4) == ["sparsities: 0.2,0.5 and 0.5"]


def test_the_levels_of_a_run():
    given = Recipe(prune_fraction=0.5, sparsities=(0.75,))
    assert levels_of(replace(given, sparsities=(0.5, 0.75))) == pytest.approx((0, 0.5, 0.75))
    assert len(levels_of(given)) == 3
    assert len(levels_of(replace(given, pruning="one_shot"))) == 2
    assert levels_of(replace(given, sparsities=None)) == ()


def test_how_the_networks_were_trained(trained):
    line = "Trained with --preset=default: meso4 (18 epochs a level, 64 pixels, batches of 32)."
    assert trained_with(trained) == line
    assert trained_with(replace(trained, models=("cnn5", "meso4"), seeds=(1, 3))) == line


def test_how_networks_with_patience_were_trained(tmp_path):
    study = replace(SMALL, out=Path(tmp_path), preset="paper", epochs=1)
    write_cells(study)
    assert trained_with(study) == (
        "Trained with --preset=paper: meso4 (at most 1 epoch a level, patience 10, 128 pixels, "
        "batches of 64)."
    )
