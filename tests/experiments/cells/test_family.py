"""What is planned for a ticket with seeds and controls, what is found again, what is refused."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from experiments.cells.cell import is_done
from experiments.cells.family import check_family, plan_family
from experiments.one_run.data import Data
from experiments.one_run.finished_run import masks_digest
from experiments.options.imp import PRESETS, Config
from experiments.terminal.options import parse
from jaxticket.data import open_prepared
from jaxticket.recipe import ControlOf, to_json
from jaxticket.runs import read_recipe
from jaxticket.runs.files import write_json
from jaxticket.runs.opening import ConfigMismatch


@pytest.fixture
def planned(options, prepared, tmp_path, monkeypatch):
    """Plan what `options` and more ask for, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def planned(*more):
        config = parse(Config, PRESETS, [*options, *more])
        check_family(config)
        return plan_family(config, Data((open_prepared(prepared),)))

    return planned


BOTH = ("--controls=reinit,one_shot", "--control_levels=1,2")


def test_each_seed_has_its_run_then_the_controls_of_each_level(planned):
    family = planned(*BOTH, "--seeds=0,1", "--run_dir=seeds")
    assert family.folder == Path("seeds")
    assert family.tickets == [Path("seeds/seed0"), Path("seeds/seed1")]
    names = [cell.name for cell in family.cells]
    assert names[:5] == [
        "seed0", "seed0-one_shot-level1", "seed0-reinit-level1", "seed0-one_shot-level2",
        "seed0-reinit-level2",
    ]  # fmt: skip
    assert names[5:] == [name.replace("seed0", "seed1") for name in names[:5]]
    assert [cell.levels for cell in family.cells[:5]] == [3, 1, 1, 1, 1]
    assert all(cell.needs == ("seed1",) for cell in family.cells[6:])
    assert family.cells[7].called == "reinit of level 1, seed 1"
    shot = family.cells[3].config
    assert (shot.pruning, shot.rounds, shot.dense) == ("one_shot", None, Path("seeds/seed0"))
    assert shot.sparsities == pytest.approx((0.36,))
    assert not shot.controls
    assert shot.seeds is None


def test_without_controls_levels_or_a_name(planned):
    [first, second] = planned("--seeds=0,3").cells
    assert re.fullmatch(r"imp_meso4_noise_[0-9a-f]{8}", first.name)
    assert second.name == f"{first.name}-seed3"
    assert second.config.seed == 3
    last = planned("--controls=shuffle").cells[-1]
    assert last.name == f"{first.name}-shuffle-level2"


def test_the_dense_network_with_all_the_steps_takes_as_many_levels(planned):
    cells = planned("--controls=long_dense,small_dense", "--control_levels=1,2").cells
    assert [cell.levels for cell in cells] == [3, 2, 1, 3, 1]
    one_shot = planned("--controls=long_dense", "--pruning=one_shot").cells
    assert [cell.levels for cell in one_shot] == [3, 2]


def test_a_level_on_the_way_counts_as_its_part(planned):
    cells = planned("--controls=long_dense,small_dense", "--search=short:0.25").cells
    assert [cell.levels for cell in cells] == [2.25, 1.5, 1]
    assert not any(cell.stops_early for cell in cells)
    assert all(cell.stops_early for cell in planned("--seeds=0,1", "--search=early_bird").cells)


def test_controls_of_one_named_run_lie_beside_it(planned):
    family = planned("--controls=reinit", "--run_dir=mine/a", "--seed=4")
    assert [cell.name for cell in family.cells] == ["a", "a-reinit-level2"]
    assert family.folder == Path("mine")


def test_other_seeds_of_a_run_that_is_there_lie_beside_it(planned, finished_run, tmp_path):
    shutil.copytree(finished_run, tmp_path / "mine" / "a")
    family = planned("--controls=reinit", "--run_dir=mine/a", "--seeds=0,1")
    names = ["a", "a-reinit-level2", "a-seed1", "a-seed1-reinit-level2"]
    assert [cell.name for cell in family.cells] == names
    assert [is_done(cell, family.folder) for cell in family.cells] == [True, False, False, False]
    with pytest.raises(ConfigMismatch, match=r"scope: the folder has 'global', you ask for 'loc"):
        planned("--scope=local", "--run_dir=mine/a", "--seeds=1,2")


def test_runs_of_the_very_recipe_are_found_under_any_name(planned, finished_run, tmp_path):
    run = shutil.copytree(finished_run, tmp_path / "seeds" / "called_so")
    recipe = read_recipe(run)
    of = ControlOf(
        kind="reinit", level=2, ticket_masks=masks_digest(run, 2),
        source_data_name="renamed", source_data_fingerprint=recipe.data_fingerprint,
    )  # fmt: skip
    for name, kept in {
        "others": replace(of, ticket_masks="0" * 64),
        "control": of,
        "z": replace(of, level=1),
    }.items():
        (run.parent / name).mkdir()
        write_json(run.parent / name / "config.json", to_json(replace(recipe, control=kept)))
    argv = "--controls=reinit", "--run_dir=seeds", "--seeds=1,0"
    names = [cell.name for cell in planned(*argv).cells]
    assert names == ["seed1", "seed1-reinit-level2", "called_so", "control"]
    names = [cell.name for cell in planned(*argv, "--epochs=3").cells]
    assert names[2:] == ["seed0", "seed0-reinit-level2"]


def test_a_folder_with_another_run_is_refused_before_anything_is_trained(
    planned, finished_run, tmp_path
):
    shutil.copytree(finished_run, tmp_path / "seeds" / "seed2")
    with pytest.raises(ConfigMismatch, match="seed: the folder has 0, you ask for 2"):
        planned("--run_dir=seeds", "--seeds=1,2")
    (tmp_path / "seeds" / "seed3-reinit-level2").mkdir()
    (tmp_path / "seeds" / "seed3-reinit-level2" / "letter").touch()
    with pytest.raises(FileExistsError, match="holds other things"):
        planned("--run_dir=seeds", "--seeds=1,3", "--controls=reinit")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--seeds=1,2,1"], "each once: 1,2,1"),
        (["--seeds=1,2", "--seed=3"], "--seed and --seeds exclude each other"),
        (["--seeds=1,2", "--dense=x"], "--dense is the dense network of one seed"),
        (["--controls=rnd"], "'rnd'"),
        (["--controls=reinit,reinit"], "names one twice"),
        (["--control_levels=1"], "name --controls too"),
        (["--controls=one_shot", "--pruning=one_shot"], "the run itself prunes in one jump"),
        (["--controls=one_shot,reinit", "--rewind=lr"], "have controls such as reinit"),
        (["--controls=reinit", "--control_levels=0"], "the levels 1,2; name some of them"),
        (["--controls=reinit", "--control_levels=3"], "the levels 1,2; name some of them"),
        (["--controls=reinit", "--control_levels=1,1"], "each once"),
        (["--controls=reinit", "--rounds=0"], "no ticket"),
        (["--controls=reinit", "--rounds=none", "--sparsities=0.36", "--control_levels=1"],
         "the levels 2; name some of them"),
    ],
)  # fmt: skip
def test_what_cannot_be_had_is_refused(planned, argv, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        planned(*argv)


def test_the_one_shot_alone_needs_no_fixed_beginning(planned):
    assert len(planned("--controls=one_shot", "--rewind=lr").cells) == 2
