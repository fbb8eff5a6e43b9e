"""The page in headless Chromium, opened from disk."""

import contextlib
import re

import pytest

from experiments.one_run.page import write_report_page
from jaxticket.runs import files
from tests.report.page.test_calibration import calibrated
from tests.report.page.test_write import HOSTILE
from tests.report.page.written import (
    estimate,
    finding,
    verdict,
    write_run,
    write_saliency,
    write_study,
)

SIZES = (390, 1440)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Pages by name: of a run with all sections, of a hostile one, of several, of a study."""
    root = tmp_path_factory.mktemp("pages")
    run = write_run(root / "one", synthetic=True)
    write_saliency(run)
    bad = write_run(root / HOSTILE.replace("/", ""), model=HOSTILE, data_name="x" * 300)
    study = write_study(root / "study")
    write_report_page([run, bad, study], root / "short.html", share=True)
    scored = calibrated(write_run(root / "scored"), compressions=("c23", "c40"), videos=True)
    sources = {
        "scored": [scored],
        "run": [run],
        "hostile": [bad],
        "several": [run, bad, study],
        "study": [study],
    }
    return {
        name: write_report_page(of, root / f"{name}.html").as_uri() for name, of in sources.items()
    } | {"short": (root / "short.html").as_uri()}


@pytest.fixture
def opened(browser):
    """Open a page; a word on its console, or a request beyond the file, fails the test."""

    @contextlib.contextmanager
    def opened(uri, **options):
        page = browser.new_page(**options)
        said, asked = [], []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(uri)
        yield page
        assert said == []
        assert [url for url in asked if not url.startswith("data:")] == [uri]
        page.close()

    return opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("name", ["run", "hostile", "scored", "several", "study", "short"])
def test_nothing_overflows_and_nothing_is_asked_of_a_network(opened, pages, name, width, scheme):
    with opened(pages[name], viewport={"width": width, "height": 800}, color_scheme=scheme) as page:
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("typeof hacked") == "undefined"


def test_a_table_of_verdicts_is_whole_in_a_wide_window_and_scrolls_in_a_narrow_one(
    opened, tmp_path
):
    rules = [verdict(f"better_than_{n}", "no significant difference", None) for n in range(3)]
    study = write_study(tmp_path / "study")
    rows = [finding("synthetic_ff_tiny", "synthetic_ff_tiny", "global", "ticket", 0.8, 0.8,
                    over_dense={"auc": estimate(-0.05)},
                    verdicts={"auc": {rule["rule"]: rule for rule in rules}})]  # fmt: skip
    files.write_json(study / "results.json", rows)
    uri = write_report_page([study]).as_uri()
    beyond = "(table) => table.scrollWidth - table.clientWidth"
    for width, fits in ((1440, True), (390, False)):
        with opened(uri, viewport={"width": width, "height": 800}) as page:
            assert (page.locator("#verdict .scroll").first.evaluate(beyond) == 0) is fits
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_first_key_reaches_the_way_past_the_links(opened, pages):
    with opened(pages["run"], reduced_motion="reduce") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.tagName") == "MAIN"
        behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
        assert page.evaluate(behaviour) == "auto"


def test_dark_is_dark_and_paper_is_white(opened, pages):
    colour = "getComputedStyle(document.body).backgroundColor"
    with opened(pages["run"], color_scheme="light") as page:
        assert page.evaluate(colour) == "rgb(255, 255, 255)"
        page.emulate_media(color_scheme="dark")
        assert page.evaluate(colour) == "rgb(20, 23, 28)"
        page.emulate_media(color_scheme="dark", media="print")
        assert page.evaluate(colour) == "rgb(255, 255, 255)"
        assert not page.locator("nav").is_visible()


@pytest.mark.parametrize("name", ["run", "several", "study"])
def test_paper_holds_all_that_is_open(opened, pages, name):
    width = 720  # of A4 between its margins
    with opened(pages[name], viewport={"width": width, "height": 1000}) as page:
        page.emulate_media(media="print")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not page.locator("details:not([open])").first.is_visible()


def many(tmp_path):
    """A study of six models and data sets with four controls, and many warnings about its data."""
    study = write_study(tmp_path / "study")
    rules = [verdict(f"better_than_{n}", "no significant difference", None) for n in range(4)]
    rows = [
        finding(data, data, "global", kind, sparsity, 0.8, over_dense={"auc": estimate(-0.05)},
                verdicts={metric: {r["rule"]: r for r in rules} for metric in ("auc", "accuracy")})
        | {"model": model}
        for model in ("meso4", "resnet18") for data in ("faces one", "faces two", "faces three")
        for sparsity in (0.2, 0.36, 0.488, 0.59, 0.8, 0.9, 0.95, 0.98)
        for kind in ("ticket", "random_global", "random_layers", "reinit", "shuffle")
    ]  # fmt: skip
    files.write_json(study / "results.json", rows)
    write_run(study / "cells" / "one")
    lines = [f"WARNING: {n} " + "words that say what is wrong with these pictures " * 8
             for n in range(40)]  # fmt: skip
    data = {"name": "faces", "pictures": {"train": {"real": 9, "fake": 9}}, "lines": lines}
    files.write_json(study / "cells" / "one" / "notes.json", {"data": [data]})
    return study


@pytest.mark.parametrize("kind", ["run", "study", "large study"])
def test_the_short_page_prints_on_four_sheets(opened, tmp_path, kind):
    source = (
        write_run(tmp_path / "one") if kind == "run"
        else write_study(tmp_path / "study") if kind == "study" else many(tmp_path)
    )  # fmt: skip
    with opened(write_report_page([source], share=True).as_uri()) as page:
        pdf = page.pdf(prefer_css_page_size=True)
    sheets = re.findall(rb"/Type\s*/Page\b", pdf)
    assert 1 <= len(sheets) <= 4
    assert re.search(rb"/MediaBox \[0 0 59[45]\S* 84[12]", pdf)  # A4 in points


def order(page):
    return page.locator(".gallery li strong").all_text_contents()


def test_the_gallery_sorts_by_click_and_by_keyboard(opened, pages):
    with opened(pages["run"]) as page:
        assert order(page) == ["Real", "Fake, Blend", "Fake, Swap"]
        page.click("text=change of logit")
        assert order(page) == ["Fake, Swap", "Fake, Blend", "Real"]
        pressed = page.locator("[aria-pressed=true]")
        assert pressed.all_text_contents() == ["change of logit"]
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        assert order(page) == ["Fake, Blend", "Real", "Fake, Swap"]
        assert page.locator(".gallery [role=status]").text_content() == "Sorted by method"
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(outline) == "solid"
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Space")
        assert order(page) == ["Real", "Fake, Blend", "Fake, Swap"]


def test_arrows_go_from_card_to_card(opened, pages):
    with opened(pages["run"]) as page:
        page.locator(".gallery li").first.focus()
        page.keyboard.press("ArrowDown")
        focused = "document.activeElement.querySelector('strong').textContent"
        assert page.evaluate(focused) == "Fake, Blend"
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        assert page.evaluate(focused) == "Real"
        page.keyboard.press("End")
        assert page.evaluate(focused) == "Fake, Swap"
        page.keyboard.press("Home")
        assert page.evaluate(focused) == "Real"


def test_training_curves_are_chosen(opened, pages):
    with opened(pages["run"]) as page:
        box, curve = page.locator("[data-toggle='1']"), page.locator("#training [data-curve='1']")
        assert curve.first.is_visible()
        box.uncheck()
        assert not curve.first.is_visible()


def test_pictures_are_there(opened, pages):
    with opened(pages["run"]) as page:
        assert page.evaluate("[...document.images].every((i) => i.complete && i.naturalWidth == 8)")
        assert page.evaluate("document.images.length") == 11


def test_a_table_comes_down_as_csv(opened, pages):
    with opened(pages["run"]) as page:
        with page.expect_download() as coming:
            page.click("#downloads a[download='pruned_by_layer.csv']")
        assert coming.value.suggested_filename == "pruned_by_layer.csv"
        text = coming.value.path().read_text()
        assert text.startswith("layer,weights,round 1,round 2,pruned in all\nconv1,40,10,5,15\n")
