"""The short page: what travels on it, and what must not."""

import html
import json
import re
from pathlib import Path

import pytest

from experiments.one_run.page import write_report_page
from jaxticket.report.page.blocks import Panels, Section, Table, Text
from jaxticket.report.page.cells import Ends
from jaxticket.report.page.gallery import Gallery
from jaxticket.report.page.private import without, without_paths
from jaxticket.report.page.share import MOST_PLOTS, MOST_ROWS, MOST_TEXTS, shared
from jaxticket.runs import files
from tests.report.page.test_plot import plot
from tests.report.page.test_write import Elements
from tests.report.page.written import write_run, write_saliency, write_study

SOURCE = "/home/jane doe/faces of ours"
NOTES = {
    "data": [{
        "name": "faces", "source": SOURCE, "groups": {"train": 1200, "test": 7},
        "pictures": {"train": {"real": 3000, "fake": 4}, "test": {"real": 5, "fake": 6}},
        "lines": [f"WARNING: 4 leaks, {SOURCE}/a b/0001.jpg among them, and fake/id7_0002.PNG",
                  "note: boxes of ~/boxes.json"],
    }],
    "weights": ["C:\\Users\\jane\\meso.h5: the head is new"],
}  # fmt: skip


@pytest.fixture
def run(tmp_path):
    run = write_run(tmp_path / "jane" / "one", init_from="/home/jane doe/meso.h5")
    write_saliency(run)
    files.write_json(run / "notes.json", NOTES)
    return run


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("4 leaks in /data/x/y: mended", "4 leaks in [path]: mended"),
        ("boxes of ~/boxes.json and ../a", "boxes of [path] and [path]"),
        (r"C:\Users\jane\meso.h5: new", "[path]: new"),
        ("real/fake, conv1/kernel, 1/2, a / b", "real/fake, conv1/kernel, 1/2, a / b"),
        ("fake/id7_0002.PNG, clip.mp4 (x.jpeg)", "[file], [file] ([file])"),
        ("Pictures of faces, from /data/faces", "Pictures of faces"),
        ("version 1.2.3 of jax, p = 0.05.", "version 1.2.3 of jax, p = 0.05."),
        (3, 3),
    ],
)
def test_paths_and_names_of_files_are_taken_out(text, left):
    assert without_paths(text) == left


def test_known_paths_go_whole_the_longest_first():
    page = html.escape("a & b in /home/jane doe/faces & more/x, /home/jane doe")
    known = {"/home/jane doe", "/home/jane doe/faces & more"}
    assert without(page, known) == "a &amp; b in [path]/x, [path]"


def test_no_picture_no_path_and_no_file_travels(run):
    full, short = write_report_page([run]), write_report_page([run], share=True)
    assert short == run / "share.html"
    text, page = short.read_text(), Elements(short.read_text())
    for tag in ("img", "picture", "image", "iframe", "object", "script"):
        assert page.all(tag) == []
    assert re.findall(r"data:[^\"' ;]+", text) == ["data:,"]  # the icon, which is empty
    assert not re.search(r"https?:|\burl\(", text)
    for words in ("jane", "/home", "0001", "id7", "set/0", "gallery", str(run), "Users"):
        assert words not in text.split("</style>")[1], words
    assert "jane" in full.read_text()
    assert len(Elements(full.read_text()).all("img")) == 11


def test_the_full_page_says_that_it_holds_pictures_where_it_does(run, tmp_path):
    first = write_report_page([run]).read_text().split("<nav")[0]
    assert "This page holds 11 pictures" in first
    assert f"jaxticket report {run} --share" in first
    bare = write_report_page([write_run(tmp_path / "bare")]).read_text()
    assert "This page holds" not in bare
    assert "--share" not in bare
    assert "This page holds" not in write_report_page([run], share=True).read_text()


def test_what_must_be_said_is_on_it(run):
    text = html.unescape(write_report_page([run], share=True).read_text())
    for words in ("4 leaks", '<td class="n">3,000</td>', "Test figures by level", "<dt>seed</dt>",
                  "packages: jax", "higher is better", "ticket, test"):  # fmt: skip
        assert words in text
    ids = [part["id"] for part in Elements(text).all("section")]
    assert ids == ["verdict", "levels", "costs", "data", "configuration"]


def test_a_table_without_a_row_stays():
    (short,) = shared([Section("data", "Data", [Table("t", "Pictures", ("a", "b"), [])])])
    assert short.blocks[0].heads == ("a", "b")


def test_what_has_no_room_is_said():
    rows = [("meso4", f"set {n}", "AUC" if n % 2 else "accuracy", Ends(n, n, n))
            for n in range(4 * MOST_ROWS)]  # fmt: skip
    table = Table("t", "All", ("model", "data", "metric", "value"), rows)
    section = Section("levels-study", "Levels", [
        *(Text(f"text {n}") for n in range(MOST_TEXTS + 3)), Text("x" * 500), table,
        Table("h", "Hidden", ("a",), [(1,)], hidden=True),
        *(Panels(f"panel {n}", [plot()] * 2, "") for n in range(MOST_PLOTS)), Gallery("g", []),
    ])  # fmt: skip
    (short,) = shared([section, Section("gallery", "Faces", [Gallery("g", [])])])
    kept = next(block for block in short.blocks if isinstance(block, Table))
    assert kept.heads == ["data", "value"]
    assert [row[0] for row in kept.rows[:2]] == ["set 0", "set 4"]
    assert kept.rows[-1][0] == f"set {4 * MOST_ROWS - 2}"
    assert kept.caption == (
        f"All; model: meso4; metric: accuracy; {MOST_ROWS} of the {4 * MOST_ROWS} rows of the full "
        "page"
    )
    plots = [plot for block in short.blocks if isinstance(block, Panels) for plot in block.plots]
    assert len(plots) == MOST_PLOTS
    texts = [block.text for block in short.blocks if isinstance(block, Text)]
    assert texts[-2:] == ["4 more such lines are on the full page.",
                          f"{MOST_PLOTS} more plots are on the full page."]  # fmt: skip
    assert {type(block) for block in short.blocks} == {Text, Table, Panels}


def test_a_study_and_several_have_one_too(tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    study = write_study(tmp_path / "study")
    write_run(study / "cells" / "one")
    files.write_json(study / "cells" / "one" / "notes.json", NOTES)
    text = write_report_page([study], share=True).read_text()
    assert "<dt>seed</dt><dd>3</dd>" in text
    assert '<th scope="row">train</th><td class="n">3,000</td>' in text.replace("\n", "")
    assert "jane" not in text
    assert write_report_page([study, run], share=True) == Path("share.html")
    assert json.dumps(SOURCE)[1:-1] not in Path("share.html").read_text()
