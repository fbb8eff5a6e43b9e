import re
from dataclasses import replace

import numpy as np
import pytest

from jaxticket.recipe import Recipe
from jaxticket.runs import Damaged, files, read_run
from jaxticket.runs.layers import Layer
from jaxticket.runs.predictions import Predictions, write_predictions
from jaxticket.statistics import mean_interval
from tests.records import level_record


@pytest.fixture
def run(tmp_path):
    """A run of levels 0 to 11 finished, and 12 about to begin."""
    files.write_json(tmp_path / "config.json", {"model": "meso4"})
    files.write_json(tmp_path / "environment.json", {"jax": "1"})
    for level in range(12):
        folder = tmp_path / f"level_{level:02d}"
        folder.mkdir()
        files.write_json(folder / "evaluation.json", level_record(level).plain())
        row = {"layer": f"fc{level}", "weights": 4, "weights_left": 3}
        files.write_csv(folder / "layers.csv", [row], row)
    (tmp_path / "level_01_copy").mkdir()
    files.write_json(tmp_path / "level_01_copy" / "evaluation.json", level_record(1).plain())
    return tmp_path


def test_an_unfinished_run_has_its_finished_levels(run):
    (run / "level_12" / "partial").mkdir(parents=True)
    record = read_run(run)
    assert record.path == run
    assert record.recipe == Recipe(model="meso4")
    assert record.environment == {"jax": "1"}
    assert [level.level for level in record.levels] == [*range(12)]
    assert record.summary == {}
    assert record.layers(10) == [Layer("fc10", 4, 3)]


def test_a_run_with_a_link_out_of_its_folder_is_not_read(run, tmp_path_factory):
    secret = tmp_path_factory.mktemp("outside") / "secret.csv"
    secret.write_text("secret")
    (run / "level_00" / "layers.csv").unlink()
    (run / "level_00" / "layers.csv").symlink_to(secret)
    with pytest.raises(ValueError, match=r"layers.csv is a link that leads out of"):
        read_run(run)


def test_levels_of_older_runs_get_the_intervals_of_verdicts(run):
    names = np.array(list("abcd"))
    labels, logits = np.array([0, 1, 0, 1]), np.array([-1, 2, 1, 3], np.float32)
    answers = Predictions(names, names, names, names, labels, logits, np.full(4, ""))
    write_predictions(run / "level_00" / "predictions_test.csv", answers)
    older = level_record(0, test_intervals={"accuracy": (0.0, 0.1)}).plain()
    del older["intervals"]
    files.write_json(run / "level_00" / "evaluation.json", older)
    found = mean_interval("accuracy", labels, logits[None], names)
    assert read_run(run).levels[0].test_interval("accuracy") == (found.low, found.high)
    write_predictions(
        run / "level_00" / "predictions_test.csv", replace(answers, groups=labels * 0)
    )
    assert np.isnan(read_run(run).levels[0].test_interval("accuracy")).all()
    older["test_intervals"] = {"luck": (0.0, 0.1)}
    files.write_json(run / "level_00" / "evaluation.json", older)
    with pytest.raises(Damaged, match=r"evaluation.json is damaged \(unknown metric 'luck'"):
        read_run(run)


def test_a_finished_run_has_its_summary(run):
    files.write_json(run / "summary.json", {"seconds": 3.0})
    assert read_run(run).summary == {"seconds": 3.0}


def test_an_evaluation_of_another_level_is_named(run):
    files.write_json(run / "level_00" / "evaluation.json", level_record(5).plain())
    with pytest.raises(Damaged, match=r"level_00/evaluation.json is damaged \(it is of level 5\)"):
        read_run(run)


@pytest.mark.parametrize("lost", [0, 5])
def test_a_level_that_is_missing_in_the_middle_is_named(run, lost):
    (run / f"level_{lost:02d}" / "evaluation.json").unlink()
    with pytest.raises(FileNotFoundError, match=rf"level_{lost:02d}/evaluation.json is missing"):
        read_run(run)


def test_a_last_level_that_the_summary_knows_is_named(run):
    files.write_json(run / "summary.json", {"levels": [level_record(12).plain()]})
    with pytest.raises(FileNotFoundError, match=r"level_12/evaluation\.json is missing: the same"):
        read_run(run)


def test_a_folder_without_a_run_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no run"):
        read_run(tmp_path)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("config.json", "name another run_dir"),
        ("level_11/evaluation.json", "trains it again"),
        ("level_09/evaluation.json", r"pruned from it \(level_10, level_11\)"),
        ("summary.json", "remove it"),
    ],
)
def test_a_damaged_file_is_named_with_what_to_do(run, name, remedy):
    (run / name).write_text("[]")
    with pytest.raises(Damaged, match=f"{name} is damaged .*{remedy}"):
        read_run(run)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,b\n1,2\n", "missing required field `layer`"),
        ("layer,weights,weights_left\n", "no layer"),
        ("layer,weights,weights_left\nfc,4", "weights_left"),
        ("layer,weights,weights_left\nfc,0,0\n", ">= 1"),
        ("layer,weights,weights_left\nfc,4,-1\n", ">= 0"),
    ],
)
def test_damaged_layers_are_named_with_what_to_do(run, text, reason):
    (run / "level_10" / "layers.csv").write_text(text)
    with pytest.raises(Damaged, match=f"layers.csv is damaged .*{reason}.*level_11"):
        read_run(run).layers(10)


def test_missing_layers_are_named_with_what_to_do(run):
    (run / "level_11" / "layers.csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"layers.csv is missing: remove .*level_11"):
        read_run(run).layers(11)


def test_what_a_run_is_read_without_is_said(run):
    assert read_run(run).lacking == ()
    (run / "environment.json").write_text("[]")
    (run / "data_sets.json").write_text("[]")
    known = level_record(0, files={"metrics.jsonl": "0" * 64})
    files.write_json(run / "level_00" / "evaluation.json", known.plain())
    found = read_run(run)
    assert found.environment == {}
    said = [
        r"environment.json is damaged \(.*\): it is not known what the run ran on; put back",
        "metrics.jsonl is missing: the curves of training are lost",
        "counts.json is missing: the numbers of pictures are not known",
        "notes.json is missing: what was said of the data is not known",
    ]
    for sentence, pattern in zip(found.lacking, said, strict=True):
        assert re.search(f"^{run}/{pattern}", sentence)
    (run / "environment.json").unlink()
    assert read_run(run).lacking[0].startswith(f"{run / 'environment.json'} is missing")


def test_a_folder_in_place_of_the_log_is_named(run):
    (run / "metrics.jsonl").mkdir()
    with pytest.raises(Damaged, match=r"metrics.jsonl is damaged \(it is a folder\)"):
        read_run(run).log()
