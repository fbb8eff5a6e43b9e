"""The cells that a study needs, and what is refused before anything is trained."""

from dataclasses import replace
from pathlib import Path

import pytest

from experiments import sweep
from experiments.options.study import Study
from experiments.study import work
from experiments.study.plan import METHODS, check, plan
from experiments.terminal.options import parse
from experiments.terminal.plain_console import make_console
from experiments.terminal.start import start
from jaxticket.recipe import ControlOf

SMALL = Study(
    models=("meso4",), datasets=("synthetic_ff", "synthetic_of"), methods=("global", "one_shot"),
    sparsities=(0.5, 0.8), seeds=(3,), controls=("reinit",), control_sparsities=(0.8,),
    transfer=("ticket",), corruptions=(), out=Path("out"),
)  # fmt: skip


def test_the_cells_of_a_small_study():
    cells = {cell.name: cell for cell in plan(SMALL)}
    ff, of = "meso4-synthetic_ff-seed3", "meso4-synthetic_of-seed3"
    assert set(cells) == {
        f"{data}-{rest}"
        for data, other in ((ff, "synthetic_of"), (of, "synthetic_ff"))
        for rest in ("dense", "global", "one_shot", "global-0.8-reinit",
                     f"global-0.8-ticket-on-{other}")
    }  # fmt: skip
    # 0.5 is 4 rounds of at most a fifth, 0.8 is 5 more; one shot is one level each.
    counts = {name.removeprefix(f"{ff}-"): cell.levels for name, cell in cells.items()}
    assert (counts["dense"], counts["global"], counts["one_shot"]) == (1, 9, 2)
    control = cells[f"{ff}-global-0.8-reinit"]
    assert control.needs == (f"{ff}-global",)
    assert control.options == [
        f"--run=out/cells/{ff}-global", "--level=9", "--control=reinit",
        "--dataset=synthetic_ff", f"--run_dir=out/cells/{ff}-global-0.8-reinit",
    ]  # fmt: skip
    assert "--dataset=synthetic_of" in cells[f"{ff}-global-0.8-ticket-on-synthetic_of"].options
    assert cells[f"{ff}-global"].needs == (f"{ff}-dense",)
    assert f"--dense=out/cells/{ff}-dense" in cells[f"{ff}-one_shot"].options


EVALUATED = replace(SMALL, transfer=("zero_shot", "ticket"), corruptions=("jpeg:3", "blur:1"))


def test_evaluations_are_cells_after_all_others():
    cells, before = plan(EVALUATED), plan(SMALL)
    assert cells[: len(before)] == before
    ff, of = "meso4-synthetic_ff-seed3", "meso4-synthetic_of-seed3"
    assert [cell.name for cell in cells[len(before) :]] == [
        f"{ff}-global-corruptions", f"{ff}-global-zero_shot-on-synthetic_of",
        f"{of}-global-corruptions", f"{of}-global-zero_shot-on-synthetic_ff",
    ]  # fmt: skip
    spoilt, moved = cells[len(before) : len(before) + 2]
    # 0.5 is level 4, 0.8 level 9; only that one has controls.
    assert spoilt.options == [
        f"--run=out/cells/{ff}-global", "--levels=0,4,9", "--dataset=synthetic_ff",
        "--corruptions=jpeg:3,blur:1",
    ]  # fmt: skip
    assert moved.options == [
        f"--run=out/cells/{ff}-global", "--levels=0,9", "--dataset=synthetic_of",
    ]  # fmt: skip
    assert (spoilt.command, spoilt.levels, moved.dataset) == ("evaluate", 0, "synthetic_of")
    assert spoilt.needs == (f"{ff}-global", f"{ff}-dense")
    assert moved.needs == (f"{ff}-global", f"{of}-dense")
    assert len(spoilt.figures.pairs) == 9
    assert moved.figures.pairs == {("clean", 0), ("clean", 9)}


def test_fine_tuned_tickets_can_be_moved_as_they_are():
    study = replace(SMALL, methods=("fine_tuning",), controls=(), transfer=("zero_shot",))
    check(study)
    assert any("zero_shot" in cell.name for cell in plan(study))


def test_every_cell_comes_after_those_that_it_needs():
    cells = plan(replace(EVALUATED, methods=tuple(METHODS), seeds=(0, 1)))
    seen = set()
    for cell in cells:
        assert set(cell.needs) <= seen
        seen.add(cell.name)
    assert len(seen) == len(cells)


def test_one_shot_tickets_have_their_controls_at_their_own_levels():
    cells = plan(replace(SMALL, methods=("one_shot",)))
    levels = [o for cell in cells for o in cell.options if o.startswith("--level=")]
    assert set(levels) == {"--level=2"}


def test_the_dense_network_with_all_the_steps_takes_as_many_levels_as_led_to_the_ticket():
    for method, level, trainings in (("global", 9, 10), ("one_shot", 2, 2)):
        study = replace(SMALL, methods=(method,), controls=("long_dense", "small_dense"))
        check(study)
        cells = {cell.asked.control.kind: cell for cell in plan(study) if cell.asked.control}
        assert f"--level={level}" in cells["long_dense"].options
        assert (cells["long_dense"].levels, cells["small_dense"].levels) == (trainings, 1)


def test_the_options_reach_the_cells():
    study = replace(SMALL, epochs=3, image_size=32, rewind="step:5", data_dir=Path("d"))
    for cell in plan(study):
        if cell.command == "imp":
            wanted = {"--epochs=3", "--image_size=32", "--rewind=step:5", "--seed=3"}
            assert wanted <= set(cell.options)
        assert "--data_dir=d" in cell.options


def test_sizes_that_are_not_given_are_the_presets():
    given = {"batch_size": 8, "patience": 2, "prune_fraction": 0.5}
    words = {f"--{name}={value}" for name, value in given.items()}
    for cell, usual in zip(plan(replace(SMALL, **given)), plan(SMALL), strict=True):
        assert (cell.name, cell.needs) == (usual.name, usual.needs)
        if cell.command == "imp":
            assert set(cell.options) - set(usual.options) == words
            assert {name: getattr(cell.asked, name) for name in given} == given
            preset = {"batch_size": 32, "patience": None, "prune_fraction": 0.2}
            assert {name: getattr(usual.asked, name) for name in given} == preset


def test_rounds_of_half_are_fewer():
    cells = {cell.name: cell for cell in plan(replace(SMALL, prune_fraction=0.5))}
    # 0.5 is one round of half, 0.8 two more.
    assert cells["meso4-synthetic_ff-seed3-global"].levels == 3
    control = cells["meso4-synthetic_ff-seed3-global-0.8-reinit"]
    assert "--level=3" in control.options
    assert control.asked.control == ControlOf(kind="reinit", level=3)


def test_data_sets_whose_cells_would_share_folders_are_refused():
    with pytest.raises(ValueError, match="--datasets: /sets/a and /sets_a would have the same run"):
        check(replace(SMALL, datasets=("/sets/a", "/sets_a")))
    check(replace(SMALL, datasets=("/sets/a", "/sets/b")))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"seeds": (0, -1)}, r"--seed must lie in \[0, 2\*\*32\), got -1"),
        ({"sparsities": (0.0, 0.5, 0.8)}, "--sparsities: 0 is the dense network"),
        ({"sparsities": (20.0, 50.0)}, "sparsities must lie in .0, 1., as fractions, not percent"),
        ({"sparsities": (0.8, 0.5)}, "sparsities must increase; 0.5 comes after 0.8"),
        ({"batch_size": 0}, "--batch_size must be 1 or more, got 0"),
        ({"patience": 0}, "--patience must be 1 or more, got 0"),
        ({"prune_fraction": 1.5}, r"prune_fraction must lie in \(0, 1\), got 1.5"),
        ({"models": ("mesa",)}, "no detector named 'mesa'"),
        ({"methods": ("local", "magic")}, "--methods: magic unknown; use some of global, local"),
        ({"controls": ("ticket",)}, "--controls: ticket unknown"),
        ({"seeds": (1, 1)}, "--seeds must name one or more, each once"),
        ({"datasets": ()}, "--datasets must name one or more"),
        ({"control_sparsities": (0.7,)}, r"--control_sparsities: \[0.7\] are not among"),
        ({"rewind": "lr"}, "--rewind=lr: levels of a study start from init or step:K"),
        ({"methods": ("lr", "global")}, "name another method first"),
        ({"rewind": "step:x"}, "step:K with K of 1 or more"),
        ({"corruptions": ("jpeg:9",)}, "must be 1 to 5, not 9"),
        ({"tau": 1.5}, r"--tau must lie in \[0, 1\], got 1.5"),
        ({"transfer": ("native",)}, "--transfer: native unknown; use some of zero_shot, ticket"),
    ],
)
def test_what_is_refused(options, said):
    with pytest.raises(ValueError, match=said):
        check(replace(SMALL, **options))


def test_a_study_from_the_command_line():
    study = parse(
        Study, None,
        ["--models=cnn5,meso4", "--seeds=0,5", "--sparsities=0.5,0.8", "--controls=none"],
    )  # fmt: skip
    assert study.models == ("cnn5", "meso4")
    assert (study.seeds, study.sparsities, study.controls) == ((0, 5), (0.5, 0.8), ())


def test_a_sweep_lists_what_is_done(tmp_path, capsys):
    study = replace(SMALL, out=tmp_path)
    first = plan(study)[0]
    (study.folder / first.name).mkdir(parents=True)
    for name in ("summary.json", "report.html"):
        (study.folder / first.name / name).write_text("{}")
    argv = ["--models=meso4", "--datasets=synthetic_ff,synthetic_of", "--seeds=3",
            "--methods=global,one_shot", "--sparsities=0.5,0.8", "--controls=reinit",
            "--control_sparsities=0.8", "--transfer=ticket", "--corruptions=none",
            f"--out={tmp_path}"]  # fmt: skip
    start("sweep", [*argv, "--list"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10
    assert lines[0].startswith("   0 done python -m experiments.imp --run_dir=")
    assert sum(" done " in line for line in lines) == 1
    with pytest.raises(SystemExit):
        start("sweep", [*argv, "--index=10"])
    assert "--index must lie in 0..9, got 10" in capsys.readouterr().err


def test_one_index_trains_its_cell_and_what_it_needs(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(work, "train_all", lambda cells, *_: asked.extend(cells) or {})
    monkeypatch.setattr(work, "choose", lambda *_: [])
    monkeypatch.setattr(work, "refuse_data", lambda cells, *_: None)  # renders the pictures
    config = sweep.Config(**{**vars(SMALL), "out": tmp_path}, index=9)
    sweep.main(config, make_console())
    last = plan(SMALL)[9].name
    assert [one.name for one in asked][-1] == last
    assert [one.name.rpartition("-")[2] for one in asked[:2]] == ["dense", "global"]
