"""The command of controls: everything as in the ticket's run, but for what its name says."""

import csv
import json
import shutil
from dataclasses import fields

import jax
import jax.numpy as jnp
import pytest

from experiments import control
from experiments.one_run.finished_run import config_of
from experiments.one_run.own_data import PLACES_FILE
from experiments.options.imp import PRESETS, Config
from experiments.terminal.options import parse
from jaxticket.recipe import Options
from jaxticket.runs import read_run
from jaxticket.runs.controls import find_controls
from tests.tiny import restored


@pytest.fixture
def train(call, finished_run, prepared, tmp_path):
    """Call `experiments.control` on the finished run; return status, stdout, stderr."""

    def train(*argv, run="run"):
        given = [f"--run={finished_run}", f"--dataset={prepared}", f"--run_dir={tmp_path / run}"]
        return call(control, *given, *argv)

    return train


def masks(path, level):
    return restored(path, level).masks


def test_a_random_mask_has_the_tickets_count_and_budget(train, finished_run, tmp_path):
    status, out, _ = train("--level=2", "--control=random_global")
    assert status == 0
    assert "random_global of finished, on noise, test split" in out
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    ticket = json.loads((finished_run / "config.json").read_text())
    del ticket["sha256"]
    assert {name: config[name] for name in ticket} == ticket
    assert (config["control"], config["level"], len(config["ticket_masks"])) == (
        "random_global", 2, 64,
    )  # fmt: skip
    rows = list(csv.DictReader((tmp_path / "run" / "summary.csv").read_text().splitlines()))
    want = list(csv.DictReader((finished_run / "summary.csv").read_text().splitlines()))[2]
    assert [(row["level"], row["sparsity"], row["weights_left"]) for row in rows] == [
        (want["level"], want["sparsity"], want["weights_left"])
    ]
    one, other = masks(tmp_path / "run", 2), masks(finished_run, 2)
    assert (one["conv1"]["kernel"] != other["conv1"]["kernel"]).any()


def test_the_pages_of_the_tickets_run_show_the_control(call, finished_run, tmp_path):
    ticket = shutil.copytree(finished_run, tmp_path / "ticket")
    for name in ("report.html", "report.md"):
        (ticket / name).unlink()
    argv = f"--run={ticket}", "--level=2", "--control=reinit"
    status, out, err = call(control, *argv)
    assert status == 0, err
    assert len(list(tmp_path.glob("reinit_*/summary.json"))) == 1  # beside it, wherever it lies
    assert "page of the ticket" in out
    assert "re-initialised" in (ticket / "report.html").read_text()
    assert "# meso4 on noise" in (ticket / "report.md").read_text()
    (ticket / "report.md").unlink()
    (ticket / "report.md").mkdir()  # cannot be written
    status, out, err = call(control, *argv)
    assert (status, f"the page of {ticket} stays as it was" in " ".join(out.split())) == (0, True)


def test_the_ticket_itself_gives_the_ticket_again(train, finished_run, tmp_path):
    status, _, _ = train("--level=1", "--control=ticket")
    assert status == 0
    name = "level_01/predictions_test.csv"
    assert (tmp_path / "run" / name).read_bytes() == (finished_run / name).read_bytes()


def test_a_small_dense_network_has_as_many_parameters(train, finished_run, tmp_path):
    status, _, _ = train("--level=2", "--control=small_dense")
    assert status == 0
    level = json.loads((tmp_path / "run" / "level_02" / "evaluation.json").read_text())
    ticket = json.loads((finished_run / "level_02" / "evaluation.json").read_text())
    assert level["parameters_left"] == level["parameters"]
    assert abs(level["parameters"] / ticket["parameters_left"] - 1) < 0.1


def test_the_dense_network_trains_for_all_steps_of_the_search(train, finished_run, tmp_path):
    status, out, _ = train("--level=2", "--control=long_dense")
    assert status == 0
    assert "6 epochs of 4 steps a level" in out
    level = json.loads((tmp_path / "run" / "level_02" / "evaluation.json").read_text())
    assert (level["last_step"], level["sparsity"]) == (24, 0.0)
    [found] = find_controls(read_run(finished_run), [tmp_path / "run"])
    assert (found.recipe.control.kind, found.recipe.control.level) == ("long_dense", 2)


def test_of_other_data_there_are_no_steps_to_spend(call, finished_run, pictures, tmp_path):
    other = shutil.copytree(pictures, tmp_path / "other")
    next((other / "test" / "real").iterdir()).unlink()
    status, _, err = call(
        control, f"--run={finished_run}", "--level=1", "--control=long_dense",
        f"--dataset={other}", f"--data_dir={tmp_path / 'data'}",
    )  # fmt: skip
    assert (status, "leave --dataset out" in err) == (2, True)


def test_the_same_command_again_trains_nothing(train, tmp_path):
    train("--level=1", "--control=reinit")
    before = (tmp_path / "run" / "executed_steps").read_text()
    status, out, _ = train("--level=1", "--control=reinit")
    assert (status, "going on with" in out) == (0, True)
    assert (tmp_path / "run" / "executed_steps").read_text() == before
    status, _, err = train("--level=2", "--control=reinit")
    assert status == 2
    assert "level" in err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--level=9"], "holds the arrays of the levels 0, 1, 2"),
        (["--level=1", "--ticket=nowhere"], "holds no run"),
    ],
)
def test_what_has_no_control(train, argv, said):
    status, _, err = train(*argv)
    assert status == 2
    assert said in err


def test_a_run_that_stopped_before_the_level_has_to_go_on(call, finished_run, tmp_path):
    run = shutil.copytree(finished_run, tmp_path / "copy")
    (run / "summary.json").unlink()
    shutil.rmtree(run / "level_02")
    status, _, err = call(control, f"--run={run}", "--level=2")
    assert (status, "has not ended, and level 2 is not done: give the command" in err) == (2, True)


def test_without_a_name_the_tickets_own_data_must_be_known(call, finished_run, tmp_path):
    run = shutil.copytree(finished_run, tmp_path / "copy")
    (run / PLACES_FILE).unlink()
    status, _, err = call(control, f"--run={run}", "--level=1", f"--data_dir={tmp_path / 'empty'}")
    assert (status, "name the pictures with --dataset" in err) == (2, True)


def empty(experiment, masks, point, draw):
    return jax.tree.map(jnp.zeros_like, masks), point


def test_a_control_that_is_refused_leaves_no_folder(train, tmp_path):
    status, _, err = train("--level=1", f"--control={__name__}:empty")
    assert (status, "leaves 0 weights" in err) == (2, True)
    assert not (tmp_path / "run").exists()


def test_a_control_has_no_controls(train, tmp_path):
    train("--level=1", "--control=reinit", run="one")
    status, _, err = train("--level=1", f"--ticket={tmp_path / 'one'}", run="two")
    assert status == 2
    assert "is no run of experiments.imp" in err


def test_the_options_of_the_tickets_run_come_back(finished_run, options):
    found = config_of(control.read_run(finished_run), None, None)
    wanted = parse(Config, PRESETS, [*options, "--metric=auc"])
    for field in fields(Options):
        assert getattr(found, field.name) == getattr(wanted, field.name), field.name


def test_a_dense_network_is_taken_over_by_a_run_of_the_same_options(
    command, options, finished_run, tmp_path
):
    more = (*options, "--pruning=one_shot", f"--dense={finished_run}")
    status, _, _ = command(*more, f"--run_dir={tmp_path / 'shot'}")
    assert status == 0
    name = "level_00/predictions_test.csv"
    assert (tmp_path / "shot" / name).read_bytes() == (finished_run / name).read_bytes()
    status, _, err = command(*more, "--seed=1", f"--run_dir={tmp_path / 'other'}")
    assert status == 2
    assert "trained another network: seed: 0 there, 1 here" in err
