"""The page on a user's own parts: its code is written into a package, and its commands are run."""

import re
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest

from data_prep.faces.detectors import load_detector
from experiments import control, evaluate, imp, report
from jaxticket.lottery import check_criterion
from jaxticket.models import check_detector
from jaxticket.runs import read_run

PAGE = Path(__file__).parents[2] / "docs" / "extending.md"
COMMANDS = {"imp": imp, "control": control, "evaluate": evaluate}
MODULES = re.findall(r'```python title="(\S+)"\n(.*?)```', PAGE.read_text(), re.DOTALL)
LINES = re.search(r"```bash\n(.*?)```", PAGE.read_text(), re.DOTALL)[1].splitlines()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working folder, on the path, with the package of the page."""
    for name, text in MODULES:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("JAXTICKET_DATA", str(tmp_path / "data"))
    yield tmp_path
    for name in [name for name in sys.modules if name.split(".")[0] == "mine"]:
        del sys.modules[name]


def test_the_commands_of_the_page(folder, call):
    for line in LINES:
        _, _, module, *argv = shlex.split(line)
        status, out, err = call(COMMANDS[module.removeprefix("experiments.")], *argv)
        assert (status, err) == (0, ""), out
    run = read_run(folder / "runs" / "mine")
    assert run.recipe.model == "mine.detectors:Small"
    assert run.levels[1].sparsity == pytest.approx(0.2, abs=1e-3)
    assert "mine.metrics:recall" in (run.path / "metrics.jsonl").read_text()
    figures = next((run.path / "evaluations").rglob("figures.csv")).read_text()
    assert "mine.corruptions:darkness:2" in figures

    # A report reads files only.
    for name in [name for name in sys.modules if name.split(".")[0] == "mine"]:
        del sys.modules[name]
    (folder / "mine").rename(folder / "gone")
    assert call(report, str(run.path))[0] == 0
    status, _, err = call(imp, *shlex.split(LINES[0])[3:])
    assert status != 0
    assert "cannot be imported: No module named 'mine'" in err


def test_the_parts_that_the_commands_do_not_name(folder):
    check_detector("mine.detectors:small", 32)
    check_criterion("mine.criteria:at_the_beginning", "mine.detectors:small", 32)
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[2:4, 3:6] = 200
    assert load_detector("mine.faces:brightest")(picture) == [(3, 2, 3, 2)]
    assert len(MODULES) == 7
