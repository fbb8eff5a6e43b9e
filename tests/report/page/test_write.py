"""The page as text: whole, escaped, and asking nothing of any network."""

import base64
import hashlib
import json
import os
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from experiments.one_run.page import run_part, write_report_page
from jaxticket.report.page import write_page
from jaxticket.runs import Damaged
from jaxticket.runs.files import write_json
from tests.report.page.written import write_evaluation, write_run, write_saliency, write_study

HOSTILE = (
    "<script>hacked=1</script>\"'><img src=x onerror=hacked=1>&{{7*7}}]]><!--</style>\u202e\x1b[31m"
)


class Elements(HTMLParser):
    """Every element of a page, with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def all(self, tag):
        return [attrs for name, attrs in self.found if name == tag]


@pytest.fixture
def run(tmp_path):
    run = write_run(tmp_path / "one")
    write_saliency(run)
    return run


def test_the_page_is_whole_and_in_one_file(run):
    path = write_report_page([run])
    assert path == run / "report.html"
    page = Elements(path.read_text())
    links = [a.get("href") or a.get("src") for tag in ("a", "img", "link", "script", "iframe")
             for a in page.all(tag)]  # fmt: skip
    assert all(link is None or link.startswith(("#", "data:")) for link in links)
    assert not re.search(r"url\(|@import|https?://", path.read_text())
    ids = [a["id"] for _, a in page.found if "id" in a]
    assert len(set(ids)) == len(ids)
    targets = [link[1:] for link in links if link and link.startswith("#")]
    assert targets == [
        "content", "verdict", "levels", "costs", "layers", "methods", "attention", "gallery",
        "training", "time", "configuration", "downloads",
    ]  # fmt: skip
    assert set(targets) <= set(ids)
    assert all(image["alt"] for image in page.all("img"))
    assert all(a["aria-label"] for a in page.all("svg") if a.get("role") == "img")


def test_only_its_own_script_may_run(run):
    text = write_report_page([run]).read_text()
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = [m["content"] for m in Elements(text).all("meta")
                 if m.get("http-equiv") == "Content-Security-Policy"]  # fmt: skip
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}'" in policy


def with_names(folder, name):
    """Return the pages of a run and a study whose names, in all their files, are this one."""
    run, study = write_run(folder / "run"), write_study(folder / "study")
    write_saliency(run)
    write_evaluation(run)
    notes = {"name": name, "source": name, "pictures": {}, "groups": {}, "lines": [name]}
    write_json(run / "notes.json", {"data": [notes], "weights": [name], "batches": [name]})
    quoted = {".csv": '"' + name.replace('"', '""') + '"', ".json": json.dumps(name)[1:-1]}
    for file in [*folder.rglob("*.csv"), *folder.rglob("*.json")]:
        text = re.sub(r',\n  "sha256": "\w+"', "", file.read_text())
        for known in ("Swap", "fc1", "noise", "meso4", "jpeg"):
            text = text.replace(known, quoted[file.suffix])
        file.write_text(text)
    return [
        write_report_page([run, study], folder / "a.html", share=share).read_text()
        for share in (False, True)
    ]


def test_whatever_names_in_files_are_the_page_is_built_alike(tmp_path):
    pages = with_names(tmp_path / "a", HOSTILE)
    for page, other in zip(pages, with_names(tmp_path / "b", "N" * len(HOSTILE)), strict=True):
        found, plain = ([(tag, list(attributes)) for tag, attributes in Elements(text).found]
                        for text in (page, other))  # fmt: skip
        assert found == plain
        assert other.count("N" * len(HOSTILE)) > 10
        assert page.count("hacked") >= other.count("N" * len(HOSTILE))
        assert "\\u202e\\x1b" in page
        assert not re.search("[\u202e\x1b]", page)


def test_options_that_no_run_can_have_are_named_with_their_file(tmp_path):
    with pytest.raises(Damaged, match=r"config\.json is damaged \(sparsities must name"):
        write_report_page([write_run(tmp_path / "a", sparsities=[])])


def test_a_run_whose_folder_is_no_text_has_a_page(tmp_path):
    run = write_run(tmp_path / os.fsdecode(b"run\xff"))
    assert (
        r"run\udcff"
        in write_report_page([run, write_run(tmp_path / "b")], tmp_path / "a.html").read_text()
    )


def test_the_tables_can_be_downloaded(run):
    page = Elements(write_report_page([run]).read_text())
    links = {a["download"]: a["href"] for a in page.all("a") if "download" in a}
    assert {"levels.csv", "pruned_by_layer.csv", "recall.csv", "configuration.csv"} <= links.keys()
    text = unquote(links["pruned_by_layer.csv"].removeprefix("data:text/csv;charset=utf-8,"))
    assert text.splitlines()[1] == "conv1,40,10,5,15"


@pytest.mark.parametrize("synthetic", [True, False])
def test_synthetic_data_are_said_to_be_at_the_top(tmp_path, synthetic):
    text = write_report_page([write_run(tmp_path / "one", synthetic=synthetic)]).read_text()
    assert ("Synthetic data." in text.split("<nav")[0]) is synthetic


def test_synthetic_data_are_named_where_others_stand_beside_them(tmp_path):
    drawn = write_run(tmp_path / "drawn", synthetic=True)
    text = write_report_page(
        [drawn, write_run(tmp_path / "photos")], tmp_path / "a.html"
    ).read_text()
    assert "Synthetic data in drawn.</strong> The pictures there were drawn" in text
    other = write_run(tmp_path / "other", synthetic=True)
    text = write_report_page([drawn, other], tmp_path / "a.html").read_text()
    assert "Synthetic data.</strong> These pictures were drawn" in text


def test_a_run_under_way_says_how_far_it_is_and_loads_itself_again(tmp_path):
    run = write_run(tmp_path / "one", levels=(0, 1), finished=False)
    text = write_report_page([run]).read_text()
    assert "2 of 3 levels are done, level 2 is at step 4 of 8" in text
    # 10 s a level, half a level to go.
    assert "about 5 seconds are left" in text
    assert 'http-equiv="refresh"' in text
    assert "level 2, under way" in text
    finished = write_report_page([write_run(tmp_path / "two")]).read_text()
    assert "refresh" not in finished
    assert "Under way" not in finished


def test_a_level_on_the_way_counts_as_its_part(tmp_path):
    def under_way(search):
        run = write_run(tmp_path / search[:5], levels=(0,), finished=False, search=search)
        return write_report_page([run]).read_text()

    text = under_way("short:0.5")
    assert "level 1 is at step 4 of 4" in text
    # 10 s for the 8 steps of level 0, and 8 of the last are to come.
    assert "about 10 seconds are left" in text
    assert "at most 15 seconds are left" in under_way("early_bird:0.1:2")


def test_a_run_that_has_just_begun_has_a_page(tmp_path):
    text = write_report_page([write_run(tmp_path / "one", levels=(), finished=False)]).read_text()
    assert "No level is finished yet" in text
    assert "0 of 3 levels are done, level 0 is at step 4" in text


def test_several_runs_are_compared(run, tmp_path):
    other = write_run(tmp_path / "two")
    text = write_report_page([run, other], tmp_path / "page.html").read_text()
    assert "2 runs side by side" in text
    assert "accuracy_by_run.csv" in text


def test_nothing_is_no_page(tmp_path):
    with pytest.raises(ValueError, match="a page needs a run or a study"):
        write_page(tmp_path / "page.html", [])


def test_the_same_run_gives_the_same_page(run):
    first = write_report_page([run]).read_text()
    assert write_report_page([run]).read_text() == first
    assert run_part(run, "one").progress is None


def test_a_study_links_to_its_runs(tmp_path):
    study = write_study(tmp_path / "study")
    for name in ("bare", "paged<b>"):
        write_run(study / "cells" / name)
    write_report_page([study / "cells" / "paged<b>"])
    text = write_report_page([study], tmp_path / "pages.html").read_text()
    links = [a["href"] for a in Elements(text).all("a") if "report.html" in a["href"]]
    assert links == ["study/cells/paged%3Cb%3E/report.html"]
    assert (tmp_path / unquote(links[0])).is_file()
    assert ">paged&lt;b&gt;</a>" in text
    assert "paged<b>" not in text
