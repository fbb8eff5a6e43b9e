"""Finished runs in place of trainings: only those that are just what is asked for, and whole."""

import io
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from experiments import imp
from experiments.cells import take_over as module
from experiments.cells.cell import Cell, is_done
from experiments.cells.take_over import NOTE, copy_run, take_over, taken_over, with_dense
from experiments.one_run.data import Data
from experiments.one_run.finished_run import masks_digest
from experiments.one_run.recipe import asked
from experiments.options.imp import PRESETS, Config
from experiments.terminal.options import parse
from jaxticket.data import open_prepared
from jaxticket.recipe import ControlOf, to_json
from jaxticket.runs import read_recipe
from jaxticket.runs.files import write_json
from tests.resumption import executed_steps


@pytest.fixture
def cell(options):
    """A cell that asks for what `finished_run` is."""
    config = parse(Config, PRESETS, options)
    return Cell("a", "imp", config, (), 3, "meso4", config.dataset, asked=asked(config))


@pytest.fixture
def elsewhere(finished_run, tmp_path):
    """A folder with a copy of the finished run, under a name of its own."""
    shutil.copytree(finished_run, tmp_path / "runs" / "x")
    return tmp_path / "runs"


@pytest.fixture
def taken(prepared, tmp_path, elsewhere):
    """Take over what cells ask for from `elsewhere`; return what was said."""

    def taken(*cells, **other):
        identity = Data((open_prepared(prepared),)).identity() | other
        console = Console(file=io.StringIO(), width=300)
        folder = tmp_path / "study"
        take_over(cells, folder, [elsewhere], lambda _: identity, console)
        return console.file.getvalue()

    return taken


def files(run):
    return {
        str(path.relative_to(run)): path.read_bytes()
        for path in run.rglob("*")
        if path.is_file() and path.name not in ("lock", NOTE)
    }


def test_every_file_is_the_same_and_the_original_stays(taken, cell, elsewhere, tmp_path, command,
                                                       options):  # fmt: skip
    before = files(elsewhere / "x")
    said = taken(cell)
    run = tmp_path / "study" / "a"
    assert said == f"taken over: a, from {elsewhere / 'x'}\n"
    assert files(run) == before
    assert is_done(cell, run.parent)
    assert taken_over(run.parent) == 1
    array = next((elsewhere / "x" / "level_01" / "checkpoint").rglob("*/d/*"))
    assert (run / array.relative_to(elsewhere / "x")).samefile(array)

    (run / "summary.json").unlink()
    shutil.rmtree(run / "level_02")  # the copy goes on: it writes into its own files alone
    assert command(*options, f"--run_dir={run}")[0] == 0
    assert executed_steps(run) == executed_steps(elsewhere / "x") + 8
    assert files(elsewhere / "x") == before
    shutil.rmtree(elsewhere / "x")
    assert command(*options, f"--run_dir={run}")[0] == 0
    assert taken(cell) == ""


def test_what_is_not_just_the_same_is_not_taken(taken, cell, elsewhere, tmp_path):
    other = asked(replace(cell.config, weight_decay=0.1))
    assert taken(replace(cell, asked=other)) == ""
    assert taken(cell, data_fingerprint="0" * 64) == ""
    assert taken(replace(cell, asked=None)) == ""
    (elsewhere / "x" / "summary.json").unlink()
    assert taken(cell) == ""
    assert not (tmp_path / "study").exists()


def test_a_cell_that_is_begun_is_left_alone(taken, cell, tmp_path):
    (tmp_path / "study" / "a").mkdir(parents=True)
    assert taken(cell) == ""


def test_a_control_is_taken_where_its_ticket_has_the_same_masks(taken, cell, elsewhere, tmp_path):
    recipe = read_recipe(elsewhere / "x")
    of = ControlOf(
        kind="reinit", level=1, ticket_masks="0" * 64,
        source_data_name="noise", source_data_fingerprint=recipe.data_fingerprint,
    )  # fmt: skip
    run = shutil.copytree(elsewhere / "x", elsewhere / "y")
    wanted = replace(cell.asked, control=ControlOf(kind="reinit", level=1))
    control = replace(cell, name="b", command="control", needs=("a",), asked=wanted)
    write_json(run / "config.json", to_json(replace(recipe, control=of)))
    assert "taken over: b" not in taken(cell, control)
    masks = masks_digest(elsewhere / "x", 1)
    write_json(run / "config.json", to_json(replace(recipe, control=replace(of, level=2))))
    assert taken(cell, control) == ""
    right = replace(of, ticket_masks=masks)
    write_json(run / "config.json", to_json(replace(recipe, control=right)))
    shutil.rmtree(tmp_path / "study")
    said = taken(cell, control)
    assert said.splitlines() == [
        f"taken over: a, from {elsewhere / 'x'}", f"taken over: b, from {run}"
    ]  # fmt: skip


def test_a_dense_network_is_the_level_0_of_a_run_of_its_options(
    cell, elsewhere, tmp_path, command, options, prepared
):
    config = replace(cell.config, rounds=0)
    dense = replace(cell, config=config, asked=asked(config))
    other = replace(dense, asked=asked(replace(config, epochs=3)))
    identity = Data((open_prepared(prepared),)).identity()
    cells = [dense, other, cell]
    found = with_dense(cells, tmp_path / "study", [elsewhere], lambda _: identity)
    assert found == [replace(dense, config=replace(config, dense=elsewhere / "x")), *cells[1:]]
    found = with_dense(cells, tmp_path, [elsewhere], lambda _: identity | {"data_name": "b"})
    assert found[0].config.dense == elsewhere / "x"
    other_data = identity | {"data_fingerprint": "0" * 64}
    assert with_dense(cells, tmp_path, [elsewhere], lambda _: other_data) == cells
    status, _, err = command(
        *options, "--rounds=0", f"--dense={elsewhere / 'x'}", f"--run_dir={tmp_path / 'd'}"
    )
    assert status == 0, err
    assert executed_steps(tmp_path / "d") == 0
    name = "level_00/predictions_test.csv"
    assert (tmp_path / "d" / name).read_bytes() == (elsewhere / "x" / name).read_bytes()


def test_an_interrupted_copy_leaves_no_half_cell(taken, cell, tmp_path, monkeypatch):
    real, calls = shutil.copy2, []

    def copy2(source, target, **more):
        calls.append(source)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return real(source, target, **more)

    with monkeypatch.context() as stopping:
        stopping.setattr(module.shutil, "copy2", copy2)
        with pytest.raises(KeyboardInterrupt):
            taken(cell)
    assert not (tmp_path / "study" / "a").exists()
    half = tmp_path / "study" / ".taking_over" / "a"
    half.mkdir()
    (half / "left_by_a_killed_process").touch()
    assert "taken over: a" in taken(cell)
    assert not (tmp_path / "study" / "a" / "left_by_a_killed_process").exists()


def test_without_links_between_disks_it_is_copied(elsewhere, tmp_path, monkeypatch):
    def link(source, target):
        raise OSError("Invalid cross-device link")

    monkeypatch.setattr(os, "link", link)
    (tmp_path / "study").mkdir()
    assert copy_run(elsewhere / "x", tmp_path / "study" / "a")
    assert files(tmp_path / "study" / "a") == files(elsewhere / "x")
    assert not copy_run(elsewhere / "x", tmp_path / "study" / "a")


def test_a_place_that_is_no_folder_is_named(cell, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"--take_over=.*nowhere: there is no such folder"):
        take_over([cell], tmp_path, [Path("nowhere")], lambda _: {}, Console(file=io.StringIO()))


def test_seeds_in_a_new_folder_take_over_the_run_beside_it(call, options, elsewhere, tmp_path):
    argv = *options, "--seeds=0,1", f"--run_dir={tmp_path / 'runs' / 'seeds'}", "--dry_run"
    status, out, err = call(imp, *argv)
    assert status == 0, err
    assert "taken over    3 levels  seed0" in out
    assert not (tmp_path / "runs" / "seeds").exists()
