import io
import shutil
from dataclasses import replace

import pytest
from rich.console import Console

from data_prep.folder import prepare_folder
from experiments.one_run.dry_run import show_estimate
from experiments.one_run.estimate import Estimate
from experiments.one_run.recipe import file_identity
from experiments.options.imp import Config
from experiments.terminal.options import parse
from jaxticket.runs import files


def shown(config):
    """Return what a dry run says, a line each."""
    out = io.StringIO()
    show_estimate(config, Console(file=out, width=1000))
    return out.getvalue().splitlines()


def test_it_says_what_a_run_takes_and_writes_nothing(
    options, pictures, data_dir, prepared, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    before = sorted(data_dir.rglob("*"))
    config = replace(parse(Config, None, options), patience=3)
    lines = shown(config)
    assert lines[0] == f"{prepared}: as prepared in {prepared}"
    assert "levels: 3, 0.0%, 20.0%, 36.0%" in lines
    assert "steps: 8 a level at most, 24 in all" in lines
    for line, unit in zip(lines[-4:-1], ("compilation", "MB", "MB"), strict=True):
        assert unit in line
    assert lines[-1] == "nothing was trained, and nothing is written"
    # The folder of pictures stands for the set that was made of it; else one is made, and goes.
    again = shown(replace(config, dataset=str(pictures)))
    assert again[0] == f"{pictures}: as prepared in {prepared}"
    alone = shown(replace(config, dataset=str(pictures), data_dir=tmp_path / "empty"))
    assert alone[0] == f"{pictures}: prepared for this estimate alone"
    assert (sorted(data_dir.rglob("*")), list(tmp_path.iterdir())) == (before, [])


def test_a_picture_that_is_gone_makes_another_set(options, pictures, data_dir, tmp_path):
    copy = shutil.copytree(pictures, tmp_path / "copy")
    made = prepare_folder(copy, tmp_path / "data")
    config = replace(parse(Config, None, options), dataset=str(copy), data_dir=tmp_path / "data")
    assert shown(config)[0] == f"{copy}: as prepared in {made}"
    next(copy.rglob("train/*/*.*")).unlink()
    assert shown(config)[0] == f"{copy}: prepared for this estimate alone"


def test_a_run_that_is_there_is_heeded(options, finished_run, tmp_path):
    run = shutil.copytree(finished_run, tmp_path / "run")
    config = replace(parse(Config, None, [*options, "--metric=auc"]), run_dir=run)
    assert f"all 3 levels are done in {run}: no step is left" in shown(config)
    shutil.rmtree(run / "level_02")
    lines = shown(config)
    assert f"2 of 3 levels are done in {run}" in lines
    assert "steps: 8 a level, 8 left after 2 levels that are done" in lines
    with pytest.raises(ValueError, match="seed: the folder has 0, you ask for 9"):
        shown(replace(config, seed=9))


def test_a_begun_run_needs_its_weight_file_no_more(options, finished_run, tmp_path):
    run, file = shutil.copytree(finished_run, tmp_path / "run"), tmp_path / "other.safetensors"
    file.write_bytes(b"of no detector")
    shutil.rmtree(run / "level_02")
    config = parse(Config, None, [*options, "--metric=auc", f"--init_from={file}"])
    kept = files.read_typed(run / "config.json", dict, "") | {"init_from": file_identity(file)}
    files.write_json(run / "config.json", kept)
    assert f"2 of 3 levels are done in {run}" in shown(replace(config, run_dir=run))
    with pytest.raises(ValueError, match="is not a whole safetensors file"):
        shown(replace(config, run_dir=tmp_path / "new"))


def test_durations_are_in_words_that_fit():
    estimate = Estimate((0.0, 0.5), (1000, 1000), False, 0, 20, 7200, 600, 2e9, 3e8)
    assert estimate.lines() == [
        "levels: 2, 0.0%, 50.0%",
        "steps: 1,000 a level, 2,000 in all",
        "time: about 2.2 h on this machine: training 2.0 h, evaluation 10 min, compilation 20 s; "
        "start and reading the pictures are not counted",
        "memory: about 2,000 MB beside the program itself",
        "disk: about 300 MB",
    ]
