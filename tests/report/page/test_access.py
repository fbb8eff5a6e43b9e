"""What a page needs to be read without eyes, without a mouse, and without guessing."""

import html
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from experiments.one_run.page import write_report_page
from jaxticket.runs import files
from tests.report.page.test_share import NOTES
from tests.report.page.written import write_evaluation, write_run, write_saliency, write_study

VOID = {"meta", "link", "input", "img", "br", "hr"}


class Tree(HTMLParser):
    """The elements of a page in order: tag, attributes, text in it, and tags around it."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "text": "", "in": [e["tag"] for e in self.open], **dict(attrs)}
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        while self.open.pop()["tag"] != tag:
            pass

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def all(self, *tags):
        return [element for element in self.elements if element["tag"] in tags]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A run's page with all sections, its share form, a study's two, and a comparison."""
    root = tmp_path_factory.mktemp("pages")
    run = write_run(root / "one", synthetic=True)
    write_saliency(run)
    write_evaluation(run)
    write_run(root / "random", levels=(2,), control="random_global", level=1, synthetic=True)
    other, study = write_run(root / "two", seed=4), write_study(root / "study")
    write_run(study / "cells" / "meso4", sparsities=[0.5, 0.75])
    files.write_csv(study / "odd.csv", [{"": "", "b": 1}, {"": "x", "b": 2}], ("", "b"))
    for folder in (run, study / "cells" / "meso4"):
        files.write_json(folder / "notes.json", NOTES)
    sources = {"run": [run], "study": [study], "comparison": [run, other, study]}
    return {
        f"{name}{' in short' if share else ''}": Tree(
            write_report_page(of, root / f"{name}{share}.html", share=share).read_text()
        )
        for name, of in sources.items()
        for share in (False, True)
    }


@pytest.fixture(
    params=["run", "study", "comparison", "run in short", "study in short", "comparison in short"]
)
def page(request, pages):
    return pages[request.param]


def test_headings_are_in_order(page):
    levels = [int(element["tag"][1]) for element in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(element["text"].strip() for element in page.all("h1", "h2", "h3"))


def test_the_first_link_skips_to_the_content(page):
    first = page.all("a")[0]
    assert (first["href"], first["text"]) == ("#content", "Skip to the content")
    assert [main["id"] for main in page.all("main")] == ["content"]
    assert len(page.all("header")) == 1
    assert all(nav["aria-label"] for nav in page.all("nav"))
    assert page.all("html")[0]["lang"] == "en"


def test_every_table_and_every_header_cell_is_named(page):
    assert page.all("table")
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(caption["text"].strip() for caption in page.all("caption"))
    for cell in page.all("th"):
        assert cell["scope"] == ("col" if "thead" in cell["in"] else "row")
        assert cell["text"].strip(), cell


def test_every_picture_is_said_in_words(page):
    for drawing in page.all("svg"):
        if drawing.get("aria-hidden") != "true":
            assert drawing["role"] == "img"
            assert len(drawing["aria-label"]) > 10
    assert all(picture["alt"] for picture in page.all("img"))


def test_all_that_can_be_reached_has_a_name(page):
    for element in page.all("a", "button", "summary", "label"):
        assert element["text"].strip()
    assert all("label" in box["in"] for box in page.all("input"))
    for element in page.elements:
        assert int(element.get("tabindex", 0)) <= 0
        if element.get("role") == "region":
            assert element["aria-label"].strip()
    ids = [element["id"] for element in page.elements if "id" in element]
    assert len(set(ids)) == len(ids)
    for details, summary in zip(page.all("details"), page.all("summary"), strict=True):
        assert details["text"].strip().startswith(summary["text"].strip())


def test_a_verdict_is_in_words_not_in_colour(page):
    answers = [e for e in page.all("span") if "answer" in (e.get("class") or "").split()]
    assert all(answer["text"].strip() for answer in answers)
    hot = [e for e in page.all("td") if "hot" in (e.get("class") or "").split()]
    assert all(re.search(r"\d", cell["text"]) for cell in hot)


def test_both_schemes_and_still_motion_are_served(page):
    style = html.unescape(page.all("style")[0]["text"])
    assert "prefers-color-scheme: dark" in style
    assert "prefers-reduced-motion: no-preference" in style
    assert ":focus-visible" in style
    (scheme,) = [meta["content"] for meta in page.all("meta") if meta.get("name") == "color-scheme"]
    assert scheme == "light dark"
