import json
import re
import shutil

import pytest

from experiments.one_run.page import write_report_page
from jaxticket.report import write_report
from jaxticket.runs import files, read_run


@pytest.fixture
def run(finished_run, tmp_path):
    """A copy of a finished run, to be changed."""
    copy = tmp_path / "run"
    shutil.copytree(finished_run, copy)
    return copy


def change(path, **values):
    files.write_json(path, {**json.loads(path.read_text()), **values})


def rows(text):
    """The rows of the table of levels, as cells."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if re.match(r"\| \d+ \|", line)
    ]


def test_every_level_has_its_row(finished_run):
    text = (finished_run / "report.md").read_text()
    table = rows(text)
    assert [row[0] for row in table] == ["0", "1", "2"]
    assert [row[1] for row in table] == ["0.0%", "20.0%", "36.0%"]
    assert [row[3] for row in table] == ["11,672", "9,338", "7,470"]
    for row, level in zip(table, read_run(finished_run).levels, strict=True):
        low, high = level.test_intervals["auc"]
        assert row[6] == f"{level.test_auc:.3f} [{low:.3f}, {high:.3f}]"
        assert row[7] == f"{level.test_eer:.3f}"


def test_the_page_says_what_was_run_and_how_well_it_is_known(finished_run):
    text = (finished_run / "report.md").read_text()
    assert text.startswith("# meso4 on noise (32 px), rewind init, global scope\n")
    assert "24 pictures, one seed" in text
    assert "chose nothing" in text
    assert "![" in text
    assert "](accuracy.png)" in text
    for line in ("- model: meso4", "- rewind: init", "- python: "):
        assert line in text


def test_signs_are_repeated(run):
    level = run / "level_01" / "evaluation.json"
    for path in run.glob("level_*/evaluation.json"):
        change(path, signs=[])
    assert "None: no cliff" in write_report(run).read_text()
    change(level, signs=["level 1: cliff: validation auc fell from 0.9 to 0.5"])
    text = write_report(run).read_text()
    assert "- level 1: cliff: validation auc fell from 0.9 to 0.5" in text
    assert "None: no cliff" not in text


def test_what_a_shorter_search_took_is_said(run):
    assert "Masks were searched for" not in write_report(run).read_text()
    change(run / "config.json", search="short:0.5")
    for level, (drawn_at, spent) in enumerate([(4, 8), (4, 12), (None, 16)]):
        change(run / f"level_{level:02d}" / "evaluation.json", drawn_at=drawn_at, steps_spent=spent)
    text = write_report(run).read_text()
    assert "searched for by short:0.5: drawn from levels before their ends" in text
    assert "with all that led to it, 20.0% took 12, 36.0% took 16; beside that level 0" in text
    assert "level 0 was trained for 4 steps more, to be compared with" in text


def test_layers_that_were_not_trained_in_float32_are_said(run):
    assert "Layers were trained in" not in (run / "report.md").read_text()
    change(run / "config.json", precision="bfloat16")
    said = "Layers were trained in bfloat16; parameters, statistics and all that was evaluated"
    assert said in write_report(run).read_text().split("| level |")[0]


def test_synthetic_data_are_said_to_be(run):
    assert "Synthetic data" not in write_report(run).read_text()
    change(run / "config.json", synthetic=True)
    text = write_report(run).read_text()
    assert "**Synthetic data**" in text
    assert "stand for no real data set" in text
    assert "synthetic data, 32 px" in text


def test_the_time_is_accounted_for(run):
    for level, spent in enumerate([{"train": 6.0, "data": 1.0}, {"train": 2.0}, {"evaluate": 1.0}]):
        change(run / f"level_{level:02d}" / "evaluation.json", seconds_by_activity=spent)
    text = write_report(run).read_text()
    assert "| train | 8.0 | 80.0% |" in text
    assert "| data | 1.0 | 10.0% |" in text
    assert "| evaluate | 1.0 | 10.0% |" in text


def test_a_run_under_way_is_reported_as_far_as_it_is(run):
    shutil.rmtree(run / "level_02")
    (run / "summary.json").unlink()
    assert [row[0] for row in rows(write_report(run).read_text())] == ["0", "1"]


def test_nothing_to_report_is_an_error(run, tmp_path):
    for level in run.glob("level_*"):
        shutil.rmtree(level)
    (run / "summary.json").unlink()
    with pytest.raises(ValueError, match="no level is finished yet"):
        write_report(run)
    with pytest.raises(FileNotFoundError, match="holds no run"):
        write_report(tmp_path)


def test_what_was_said_of_data_and_weights_stays(run):
    notes = {
        "data": [{"name": "faces", "source": "/pictures", "groups": {"train": 1200},
                  "pictures": {"train": {"real": 3000, "fake": 4}},
                  "lines": ["WARNING: 4 leaks"]}],
        "weights": ["meso.h5: the head is new"],
    }  # fmt: skip
    files.write_json(run / "notes.json", notes)
    text = write_report(run).read_text()
    assert "faces, from /pictures:" in text
    assert "| train | 3,000 | 4 | 1,200 |" in text
    assert "- WARNING: 4 leaks" in text
    assert "- meso.h5: the head is new" in text
    page = write_report_page([run]).read_text()
    for words in ("Pictures of faces, from /pictures", "4 leaks", "Weight file meso.h5"):
        assert words in page
    (run / "notes.json").unlink()  # as of an older run
    assert "Data and weights" not in write_report(run).read_text()
    assert "Data and weights" not in write_report_page([run]).read_text()
