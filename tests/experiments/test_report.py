import shutil

import pytest

from experiments import report
from experiments.one_run import page
from experiments.one_run.page import names_of, planned_levels
from jaxticket.recipe import from_json
from jaxticket.runs import files, read_run
from tests.report.page.written import CONFIG, write_run, write_study


def test_a_main_run_ends_in_its_page(finished_run):
    text = (finished_run / "report.html").read_text()
    assert "<h1>meso4 on noise</h1>" in text
    assert text.count('data-curve="2"') == 2  # three levels have their training curves
    for level in read_run(finished_run).levels:
        low, high = level.test_intervals["auc"]
        assert f"{level.test_auc:.3f} [{low:.3f}, {high:.3f}]" in text


def test_the_command_writes_the_page(call, finished_run, tmp_path):
    copy = shutil.copytree(finished_run, tmp_path / "run")
    (copy / "report.html").unlink()
    status, out, _ = call(report, copy)
    assert status == 0
    assert f"page {copy / 'report.html'}" in out
    status, _, _ = call(
        report, copy, write_study(tmp_path / "study"), f"--out={tmp_path / 'a.html'}"
    )
    assert status == 0
    assert "2 runs and studies side by side" in (tmp_path / "a.html").read_text()


def test_the_short_page_lies_beside_it_or_where_it_is_wanted(call, tmp_path):
    run = write_run(tmp_path / "run")
    assert call(report, run, "--share")[0] == 0
    assert "In short, to be passed on" in (run / "share.html").read_text()
    assert not (run / "report.html").exists()
    assert call(report, run, "--share", f"--out={tmp_path / 'a.html'}")[0] == 0
    assert (tmp_path / "a.html").read_text() == (run / "share.html").read_text()


def test_the_page_of_a_study_lies_beside_its_results(call, tmp_path):
    assert call(report, write_study(tmp_path / "study"))[0] == 0
    assert "Study study" in (tmp_path / "study" / "report.html").read_text()


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["nothing"], "nothing holds neither a run (config.json) nor the results of a study"),
        (["run", "run"], "a folder is named twice"),
        (["run", "--watch=0"], "--watch must be above 0 seconds"),
        ([], "--run"),
    ],
)
def test_what_is_refused(call, tmp_path, monkeypatch, argv, said):
    monkeypatch.chdir(tmp_path)
    write_run(tmp_path / "run")
    status, _, err = call(report, *argv)
    assert status == 2
    assert said in err


def test_a_run_is_watched_until_it_ends(call, tmp_path, monkeypatch):
    run = write_run(tmp_path / "run", levels=(0, 1), finished=False)
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        assert "Under way" in (run / "report.html").read_text()
        if len(slept) == 2:
            files.write_json(run / "summary.json", {"seconds": 1.0})

    monkeypatch.setattr(report.time, "sleep", sleep)
    assert call(report, run, "--watch=7")[0] == 0
    assert slept == [7.0, 7.0]
    assert "Under way" not in (run / "report.html").read_text()


def test_names_are_as_short_as_they_can_be(tmp_path):
    paths = [tmp_path / name for name in ("a/x", "b/x", "b/y")]
    assert names_of(paths) == ["a/x", "b/x", "b/y"]
    assert names_of(paths[1:]) == ["x", "y"]


@pytest.mark.parametrize(
    ("change", "levels"),
    [
        ({}, 3),
        ({"sparsities": [0.5, 0.75]}, 3),
        ({"sparsities": [0.75], "prune_fraction": 0.2}, 8),
        ({"sparsities": [0.75], "prune_fraction": 0.2, "pruning": "one_shot"}, 2),
        ({"control": "reinit", "level": 4}, 1),
    ],
)
def test_the_planned_levels(change, levels):
    assert planned_levels(from_json(CONFIG | change)) == levels


def test_gains_are_paired_with_the_dense_network(tmp_path):
    part = page.run_part(write_run(tmp_path / "run"), "run")
    gains = {(one.metric, one.level): one.gain["value"] for one in part.judged}
    assert gains["accuracy", 1] == pytest.approx(-1 / 6)
    assert gains["accuracy", 2] == pytest.approx(-4 / 6)
    # Of nine pairs of a fake and a real picture one is a tie at level 1: AUC 8.5 / 9.
    assert gains["auc", 1] == pytest.approx(-0.5 / 9)
