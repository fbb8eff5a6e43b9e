"""The programs of docs/library.md, as they stand there, on a small set."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import jaxticket
from experiments.one_run.page import write_report_page
from jaxticket.data import open_prepared
from jaxticket.data.prepared import records
from jaxticket.runs import read_run

PAGE = Path(__file__).parents[1] / "docs" / "library.md"
PRUNE, WHOLE_RUN, ANSWER, REPORT = re.findall(
    r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, prepared):
    """A folder as the page has it: `prepared`, `face.jpg`, and then `runs/mine`."""
    path = tmp_path_factory.mktemp("library")
    (path / "prepared").symlink_to(prepared, target_is_directory=True)
    (path / "face.jpg").write_bytes(records(open_prepared(prepared), "test")[0]["image"])
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(path)
        exec(WHOLE_RUN, {})
    return path


def test_a_detector_is_pruned_and_trained_for_a_step(capsys):
    names = {}
    exec(PRUNE, names)
    assert capsys.readouterr().out.startswith("80.0% pruned, loss ")
    for path in names["prunable"]:
        layer, leaf = path.split("/")
        pruned = ~np.asarray(names["masks"][layer][leaf])
        assert not np.asarray(names["state"].params[layer][leaf])[pruned].any()


def test_the_logit_of_a_picture_is_the_runs_own(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    names = {}
    exec(ANSWER, names)
    predictions = read_run(folder / "runs" / "mine").predictions(1)
    assert names["logit"] == np.float32(predictions.logits.ravel()[0])
    assert capsys.readouterr().out.split()[0] == ("fake" if names["logit"] > 0 else "real")
    assert names["network"].weights.digest != jaxticket.load_level("runs/mine", 0).weights.digest


def test_all_logits_are_the_runs_own(folder, prepared):
    network, source = jaxticket.load_level(folder / "runs" / "mine", 0), open_prepared(prepared)
    encoded = [record["image"] for record in records(source, "test")]
    logits = network.logits([network.preprocess(each) for each in encoded])
    predictions = read_run(folder / "runs" / "mine").predictions(0)
    np.testing.assert_array_equal(logits[:, 0], predictions.logits.astype(np.float32).ravel())


def test_a_run_of_the_library_is_reported(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    exec(REPORT, {})
    assert "meso4" in capsys.readouterr().out
    assert (folder / "runs" / "mine" / "accuracy.png").is_file()
    page = write_report_page([folder / "runs" / "mine"]).read_text(encoding="utf-8")
    assert "meso4" in page


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, jaxticket; print(*{'jax', 'flax', 'numpy', 'grain'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
    assert callable(jaxticket.load_level)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        jaxticket.nothing  # noqa: B018
