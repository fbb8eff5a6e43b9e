"""The line on the cell that comes now."""

import os

from experiments.cells.cell import Cell
from experiments.cells.progress import progress
from jaxticket.runs.files import write_json

RUN = Cell("a", "imp", None, (), 3, "m", "x", called="ticket of seed 0")
CONTROL = Cell("b", "control", None, ("a",), 1, "m", "x")
LONG = Cell("c", "control", None, ("a",), 3, "m", "x")
CELLS = [RUN, CONTROL, LONG]


def end(folder, name, seconds, when, **figures):
    (folder / name).mkdir()
    levels = [{"seconds": each, **figures} for each in seconds]
    write_json(folder / name / "summary.json", {"levels": levels})
    (folder / name / "report.html").touch()
    (folder / name / "executed_steps").touch()
    os.utime(folder / name / "executed_steps", (when, when))


def test_the_first_has_nothing_to_go_by(tmp_path):
    assert progress(CELLS, RUN, tmp_path) == "1 of 3: ticket of seed 0"


def test_time_is_by_levels_and_the_last_is_the_one_trained_last(tmp_path):
    end(tmp_path, "c", [60.0], 200.0, test_auc=0.7)  # as long as three levels
    end(tmp_path, "b", [20.0], 100.0, test_auc=None, test_balanced_accuracy=0.61)
    line = "3 of 3: ticket of seed 0; about 60 s left; the last one's test AUC is 0.700"
    assert progress(CELLS, RUN, tmp_path) == line
    os.utime(tmp_path / "b" / "executed_steps", (300.0, 300.0))
    assert progress(CELLS, RUN, tmp_path).endswith("test balanced accuracy is 0.610")


def test_a_summary_that_cannot_be_read_is_no_reason_to_fail(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "summary.json").write_text("[")
    (tmp_path / "a" / "report.html").touch()
    assert progress(CELLS, CONTROL, tmp_path) == "2 of 3: b"
