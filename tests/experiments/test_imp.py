"""The command: a whole run, and every kind of input that is refused with a sentence."""

import csv
import errno
import io
import json
import os
import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from experiments import imp
from experiments.options.imp import PRESETS, Config
from experiments.terminal.options import parse
from jaxticket.masks import alive, nonzero_where_pruned, revived
from jaxticket.runs import Run, read_recipe
from jaxticket.trees import prunable_paths
from tests.conftest import OPTIONS
from tests.resumption import assert_same_results, at_call, executed_steps
from tests.tiny import restored

SHORT = ("--rounds=0", "--epochs=2")


@pytest.fixture(scope="module")
def kept(finished_run):
    """Weights and masks of the three levels."""
    return [restored(finished_run, level) for level in range(3)]


def test_a_run_leaves_its_folder(finished_run):
    assert sorted(item.name for item in finished_run.iterdir()) == [
        "accuracy.png", "config.json", "counts.json", "data_sets.json", "environment.json",
        "executed_steps", "init", "level_00", "level_01", "level_02", "lock", "metrics.jsonl",
        "notes.json", "report.html", "report.md", "saliency", "summary.csv", "summary.json",
        "tensorboard", "ticket.rewind.safetensors", "ticket.safetensors",
    ]  # fmt: skip


def test_data_that_moved_or_were_renamed_are_the_same_data(
    command, finished_run, pictures, tmp_path, monkeypatch
):
    shutil.copytree(pictures, tmp_path / "renamed")
    shutil.copytree(finished_run, tmp_path / "runs" / "imp_old_name")
    monkeypatch.chdir(tmp_path)
    options = (*OPTIONS, "--dataset=renamed", "--data_dir=data")
    status, out, err = command(*options, "--run_dir=runs/imp_old_name")
    assert status == 0, err
    assert "the data moved: same content (fingerprint" in " ".join(out.split())
    assert executed_steps(tmp_path / "runs" / "imp_old_name") == executed_steps(finished_run)
    status, out, _ = command(*options)  # the folder that it had under its earlier name
    assert (status, "going on with runs/imp_old_name" in out) == (0, True)
    next((tmp_path / "renamed/train/real").iterdir()).unlink()
    status, _, err = command(*options, "--run_dir=runs/imp_old_name")
    assert (status, "data_fingerprint: the folder has" in err) == (2, True)


def test_the_summary_has_a_row_a_level_with_exact_counts(finished_run, kept):
    with (finished_run / "summary.csv").open() as file:
        assert file.readline() == (
            "level,sparsity,weights_left,val_accuracy,val_auc,test_accuracy,"
            "test_balanced_accuracy,test_auc,test_eer,seconds\n"
        )
        file.seek(0)
        rows = list(csv.DictReader(file))
    total = 11_672
    assert [int(row["level"]) for row in rows] == [0, 1, 2]
    assert [int(row["weights_left"]) for row in rows] == [
        total, total - round(0.2 * total), total - round(0.36 * total)
    ]  # fmt: skip
    for row, weights in zip(rows, kept, strict=True):
        prunable = prunable_paths(weights.params, "fc")
        left = sum(alive(weights.masks, prunable).values())
        assert int(row["weights_left"]) == left
        assert float(row["sparsity"]) == (total - left) / total
        assert nonzero_where_pruned(weights.masks, weights.params) is None
        for name in ("val_accuracy", "val_auc", "test_accuracy", "test_auc", "test_eer"):
            assert 0 <= float(row[name]) <= 1
    assert revived(kept[2].masks, kept[1].masks) is None


def test_the_configuration_is_kept_resolved(finished_run, prepared):
    config = json.loads((finished_run / "config.json").read_text())
    assert config["model"] == "meso4"
    assert config["rounds"] == 2
    assert config["data_name"] == "noise"
    assert len(config["data_fingerprint"]) == 64
    assert config["synthetic"] is False
    assert not {"dataset", "run_dir", "data_dir"} & set(config)


def test_the_same_command_again_does_nothing_twice(finished_run, options, command, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(finished_run, copy)
    for name in ("summary.csv", "ticket.safetensors", "report.md"):
        (copy / name).unlink()
    status, out, _ = command(*options, f"--run_dir={copy}")
    assert status == 0
    assert out.count("(kept from before)") == 3
    assert "compiled" not in out
    assert executed_steps(copy) == executed_steps(finished_run) == 24
    assert_same_results(copy, finished_run)
    assert (copy / "summary.csv").read_bytes() == (finished_run / "summary.csv").read_bytes()


def test_the_step_is_compiled_once_for_the_whole_command(options, command, tmp_path, monkeypatch):
    module = sys.modules["jaxticket.lottery.assemble"]  # whose name is the function's too
    steps, real = [], module.jit_step

    def jit_step(function):
        steps.append(real(function))
        return steps[-1]

    monkeypatch.setattr(module, "jit_step", jit_step)
    status, out, err = command(*options, "--rewind=step:3", f"--run_dir={tmp_path}")
    assert status == 0, err
    assert [step._cache_size() for step in steps] == [1]
    assert "compiled in" in out


def test_without_a_run_folder_one_is_named_after_the_options(
    options, command, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        status, _, err = command(*options, *SHORT)
        assert status == 0, err
    (run,) = (tmp_path / "runs").iterdir()
    assert re.fullmatch(r"imp_meso4_noise_[0-9a-f]{8}", run.name)
    assert executed_steps(run) == 8


def test_a_list_of_sparsities_from_the_command_line(options, command, tmp_path):
    short = [option for option in options if not option.startswith("--rounds")]
    status, _, err = command(
        *short, "--sparsities=0.1,0.3", "--scope=local", f"--run_dir={tmp_path}"
    )
    assert status == 0, err
    with (tmp_path / "summary.csv").open() as file:
        levels = [float(row["sparsity"]) for row in csv.DictReader(file)]
    assert len(levels) == 3  # the round between is trained, but not asked for
    np.testing.assert_allclose(levels, [0, 0.1, 0.3], atol=2e-3)


# What is wrong with the options, and a part of what is said of it.
WRONG = {
    "an unknown model": (["--model=resnet81"], "did you mean resnet18"),
    "a model like nothing": (["--model=qqqq"], "known: meso4, mesoinception4, cnn5"),
    "rounds and sparsities": (["--sparsities=0.2,0.5"], "--rounds and --sparsities exclude"),
    "no rounds": (["--rounds=-1"], "--rounds must be 0 or more"),
    "a fraction in percent": (["--prune_fraction=20"], "prune_fraction must lie in (0, 1)"),
    "an unknown rewind": (["--rewind=epoch:3"], "rewind is 'epoch:3'; it must be init, step:K"),
    "a K beyond the level": (
        ["--rewind=step:8"], "--rewind=step:8 lies beyond the level: 2 epochs of 4 steps are 8"
    ),
    "no epochs": (["--epochs=0"], "--epochs must be 1 or more, got 0"),
    "no patience": (["--patience=0"], "--patience must be 1 or more, got 0"),
    "a rate of zero": (["--learning_rate=0"], "learning_rate must be above 0"),
    "a decay below zero": (["--weight_decay=-1"], "weight_decay must be 0 or more"),
    "a seed below zero": (["--seed=-1"], "--seed must lie in [0, 2**32)"),
    "a batch above all": (["--batch_size=49"], "48 examples, fewer than one batch of 49"),
    "too small pictures": (["--image_size=16"], "smallest image is 32x32"),
    "no weight file": (["--init_from=nowhere.h5"], "nowhere.h5: there is no such file"),
    "an output of no file": (["--fake_output=1"], "--fake_output says which output of the file"),
    "a word for a number": (["--epochs=many"], "epochs"),
    "an unknown scope": (["--scope=both"], "scope"),
    "an unknown option": (["--epoch=3"], "epoch"),
    "an unknown preset": (["--preset=fast"], "unknown preset 'fast': one of default, paper"),
    "a word among sparsities": (["--sparsities=0.2,half"], "sparsities"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_options_end_in_a_sentence_and_leave_nothing(options, command, tmp_path, wrong):
    given, said = WRONG[wrong]
    run_dir = tmp_path / "run"
    status, out, err = command(*options, *given, f"--run_dir={run_dir}")
    assert status == 2
    assert said in out + err
    assert not run_dir.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("0.5,0.2", "sparsities must increase; 0.2 comes after 0.5"),
        ("0.2,0.2", "sparsities must increase"),
        ("20,50", "as fractions, not percent; got [20.0, 50.0]"),
        ("0", "at least one value above 0"),
    ],
)
def test_wrong_sparsities_are_refused_with_the_value(prepared, command, tmp_path, given, said):
    status, _, err = command(
        "--model=meso4", f"--dataset={prepared}", f"--sparsities={given}", f"--run_dir={tmp_path}/r"
    )
    assert status == 2
    assert said in err
    assert not (tmp_path / "r").exists()


def test_an_empty_dataset_is_asked_for(command):
    status, _, err = command("--model=meso4", "--dataset=")
    assert status == 2
    assert "--dataset is empty. Name a folder with real and fake pictures" in err


def test_a_dataset_that_is_not_there_is_answered_with_near_names(pictures, command):
    near = pictures.with_name("nois")
    status, _, err = command("--model=meso4", f"--dataset={near}")
    assert status == 2
    assert "there is no such folder; near it: noise" in err
    status, _, err = command("--model=meso4", "--dataset=/nowhere/at/all")
    assert status == 2
    assert "nor /nowhere/at" in err


def test_a_folder_without_classes_is_refused(command, tmp_path):
    (tmp_path / "empty").mkdir()
    status, _, err = command("--dataset", tmp_path / "empty", "--data_dir", tmp_path / "data")
    assert status == 2
    assert str(tmp_path / "empty") in err


@pytest.mark.parametrize("split", ["validation", "test"])
def test_a_split_of_one_class_is_refused(pictures, command, tmp_path, split):
    source = tmp_path / "pictures"
    shutil.copytree(pictures, source)
    shutil.rmtree(source / split / "fake")
    status, _, err = command(
        "--model=meso4", "--image_size=32", "--batch_size=12", f"--dataset={source}",
        f"--data_dir={tmp_path}/data", f"--run_dir={tmp_path}/run",
    )  # fmt: skip
    assert status == 2
    assert f"the {split} split of pictures holds no fake pictures" in err
    assert not (tmp_path / "run").exists()


def test_a_folder_of_pictures_is_prepared_once(pictures, data_dir, command, tmp_path, options):
    short = [option for option in options if not option.startswith("--dataset")]
    short += [*SHORT, f"--dataset={pictures}", f"--data_dir={tmp_path}/data"]
    status, out, err = command(*short, f"--run_dir={tmp_path}/run")
    assert status == 0, err
    assert "prepared set" in out
    assert len(list((tmp_path / "data").glob("picture_folder/*/*/dataset_info.json"))) == 1
    written = (tmp_path / "data").stat().st_mtime_ns
    status, _, err = command(*short, f"--run_dir={tmp_path}/run")
    assert status == 0, err
    assert (tmp_path / "data").stat().st_mtime_ns == written


def test_weights_of_another_network_are_refused_first(options, command, finished_run):
    ticket = finished_run / "ticket.safetensors"
    short = [option for option in options if not option.startswith("--dataset")]
    status, _, err = command(
        *short, "--model=cnn5", f"--init_from={ticket}", "--dataset=/nowhere", "--run_dir=r"
    )
    assert status == 2
    assert "does not fit cnn5" in err  # and not that there are no pictures, which takes longer


def test_another_configuration_is_refused_with_every_field(options, command, finished_run):
    status, _, err = command(*options, "--scope=local", "--seed=3", f"--run_dir={finished_run}")
    assert status == 2
    assert f"{finished_run} holds a run of other options" in err
    assert "  scope: the folder has 'global', you ask for 'local'" in err
    assert "  seed: the folder has 0, you ask for 3" in err
    assert err.count("the folder has") == 2


def test_options_that_do_not_decide_the_result_may_change(options, command, finished_run):
    status, _, err = command(
        *options, "--checkpoint_every=5", "--skip_limit=3", f"--run_dir={finished_run}"
    )
    assert status == 0, err


def test_a_run_at_work_refuses_a_second(options, command, finished_run):
    with Run(finished_run, read_recipe(finished_run), {}):
        status, _, err = command(*options, f"--run_dir={finished_run}")
    assert status == 2
    assert f"process {os.getpid()} is at work in {finished_run}" in err


def test_a_folder_of_other_things_is_refused(options, command, tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    status, _, err = command(*options, f"--run_dir={tmp_path}")
    assert status == 2
    assert "holds other things (thesis.tex)" in err
    assert [item.name for item in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_loss_that_is_no_number_names_step_and_rate(options, command, tmp_path):
    run_dir = tmp_path / "run"
    status, _, err = command(
        *options, *SHORT, "--optimizer=sgd", "--learning_rate=1e30", f"--run_dir={run_dir}"
    )
    assert status == 2
    # The second of eight steps of a cosine: 1e30 (0.99 (1 + cos(pi / 8)) / 2 + 0.01).
    assert re.search(r"the loss is \w+ at step 2 of level 0, with learning rate 9\.62e\+29", err)
    assert f"The last checkpoint is kept in {run_dir}" in err


def full(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("place", ["a text", "the step counter", "no room for a tree", "a tree"])
def test_a_full_disk_is_said_and_what_is_there_goes_on(
    options, command, tmp_path, monkeypatch, place
):
    argv = [*options, *SHORT, f"--run_dir={tmp_path}/run"]
    with monkeypatch.context() as patch:
        if place == "a text":
            patch.setattr(os, "fsync", full)
        elif place == "the step counter":
            patch.setattr(os, "pwrite", at_call(3, os.pwrite, full))
        elif place == "no room for a tree":
            free = shutil.disk_usage(tmp_path)._replace(free=1000)
            patch.setattr(shutil, "disk_usage", lambda path: free)
        else:
            from orbax.checkpoint import StandardCheckpointer

            def save(*_, **__):  # as TensorStore says it
                raise ValueError("RESOURCE_EXHAUSTED: write: No space left on device")

            patch.setattr(StandardCheckpointer, "save", save)
        status, _, err = command(*argv)
    assert status == 2
    assert "the disk is full" in err
    assert "run the same command again" in err
    status, _, err = command(*argv)
    assert status == 0, err
    assert (tmp_path / "run" / "report.md").exists()


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("function", ["mkdir", "open"])
def test_a_folder_that_cannot_be_written_is_named(
    options, command, tmp_path, monkeypatch, code, function
):
    # The tests may run as root, whom no permission stops.
    run_dir, real = tmp_path / "run", getattr(os, function)

    def refused(path, *rest, **named):
        if str(path).startswith(str(run_dir)):
            raise OSError(code, os.strerror(code), str(path))
        return real(path, *rest, **named)

    monkeypatch.setattr(os, function, refused)
    status, _, err = command(*options, f"--run_dir={run_dir}")
    assert status == 2
    assert f"{run_dir}" in err
    assert "cannot be written" in err
    assert os.strerror(code) in err


def test_rewinding_the_rate_of_a_constant_schedule_is_said(command):
    _, out, _ = command("--rewind=lr", "--schedule=constant", "--dataset=")
    assert out == (
        "WARNING --rewind=lr under a constant learning rate is the same method as --rewind=none\n"
    )
    assert command("--rewind=lr", "--dataset=")[1] == ""


def test_a_ticket_is_a_beginning(options, command, tmp_path, finished_run, kept):
    ticket = finished_run / "ticket.safetensors"
    argv = [*options, *SHORT, f"--init_from={ticket}", f"--run_dir={tmp_path}/run"]
    status, out, err = command(*argv)
    assert status == 0, err
    assert "ticket.safetensors: the file's" in out
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert re.fullmatch(r"ticket\.safetensors sha256:[0-9a-f]{64}", config["init_from"])


def test_presets_are_defaults_that_other_options_override():
    config = parse(Config, PRESETS, ["--preset=paper", "--epochs=3"])
    assert (config.preset, config.image_size, config.epochs) == ("paper", 128, 3)
    assert (config.schedule, config.learning_rate, config.patience) == ("constant", 1e-4, 10)
    assert parse(Config, PRESETS, ["--preset", "paper"]).epochs == 100
    assert parse(Config, PRESETS, []) == Config()


def test_help_shows_every_option(capsys):
    with pytest.raises(SystemExit) as end:
        parse(Config, PRESETS, ["--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    for name in Config.__dataclass_fields__:
        assert f"--{name}" in text.replace("--prune_output | --no-prune_output", "--prune_output")


def test_main_returns_the_run_folder(finished_run, options):
    out = io.StringIO()
    config = parse(Config, PRESETS, [*options, f"--run_dir={finished_run}"])
    assert imp.main(config, Console(file=out, soft_wrap=True)) == Path(finished_run)
    assert "going on with" in out.getvalue()
