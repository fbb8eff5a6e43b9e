"""The page in headless Chromium: at two widths, in the dark, by keyboard alone."""

import contextlib
import json
import re
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="the extra serve is not installed")

from experiments.detecting.serving import app
from tests.experiments.detecting.serving.served import served

HOSTILE = "<img src=x onerror='hacked = 1'>.png"
DROP = """(text) => {
  const data = new DataTransfer();
  data.items.add(new File([text], "dropped.png", { type: "image/png" }));
  dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""
PASTE = """(text) => {
  const data = new DataTransfer();
  data.items.add(new File([text], "", { type: "image/png" }));
  dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with served(tmp_path_factory.mktemp("uploads"), silent_seconds=600) as (port, _, _):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def opened(browser, address):
    """Open the page; an error on its console, or a request elsewhere, fails the test."""

    @contextlib.contextmanager
    def opened(**options):
        page = browser.new_page(**options)
        page.set_default_timeout(120_000)
        said, asked = [], []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        yield page
        assert [text for text in said if "Failed to load resource" not in text] == []
        assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
        page.close()

    return opened


def file(name, text):
    return {"name": name, "mimeType": "image/png", "buffer": text.encode()}


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("width", [390, 1280])
def test_answers_fit_and_stay_and_refusals_say_why(opened, width, scheme):
    with opened(viewport={"width": width, "height": 800}, color_scheme=scheme) as page:
        page.set_input_files("#files", [file(HOSTILE, "answer"), file("long.png", "refuse")])
        page.locator(".error", has_text="Too long: plays for more than 5 seconds").wait_for()
        page.set_input_files("#files", file("x" * 200 + ".png", "late"))
        page.locator(".error", has_text="Damaged at frame 7").wait_for()
        answered = page.locator(".item", has_text="onerror")
        assert answered.locator(".answer strong").inner_text() == "signs of forgery"
        assert "0.90, 95% interval over frames 0.85 to 0.95" in answered.inner_text()
        alt = answered.locator("img").get_attribute("alt")
        assert "face 1: signs of forgery, probability of forgery 0.90" in alt
        assert "face 2: cannot tell" in alt
        assert answered.locator(".remarks").last.inner_text() == "small <i>face</i>"
        assert page.locator(".item").count() == 3
        assert page.locator(".error").count() == 2
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("typeof hacked") == "undefined"
        dark = (
            page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
        )
        assert dark is (scheme == "dark")


def test_by_keyboard_alone(opened, tmp_path):
    with opened(reduced_motion="reduce") as page:
        page.on("filechooser", lambda chooser: None)  # begun to listen before the key is pressed
        focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.id"
        press = page.keyboard.press
        press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the answers"
        press("Tab")
        assert page.evaluate(focused) == "files"
        ring = "getComputedStyle(document.querySelector('label[for=files]')).outlineStyle"
        assert page.evaluate(ring) == "solid"
        with page.expect_file_chooser() as chooser:
            press("Enter")
        chooser.value.set_files([file("one.png", "hang"), file("two.png", "answer")])
        page.get_by_text("looking, 50%").wait_for()
        press("Tab")
        assert page.evaluate(focused) == "Cancel: one.png"
        press("Enter")
        page.get_by_text("two.png: signs of forgery, 2 faces").wait_for(state="attached")
        assert page.evaluate(focused) == "Remove: one.png"
        press("Tab")
        assert page.evaluate(focused) == "Download as JSON: two.png"
        with page.expect_download() as download:
            press("Enter")
        download.value.save_as(tmp_path / "two.json")
        told = json.loads((tmp_path / "two.json").read_text())
        assert (told["path"], told["answer"]) == ("two.png", "signs of forgery")
        assert told["about"][1] == ["trained on", "<b>noise</b>"]
        assert told["notices"] == ["No answer here is a proof."]
        press("Tab")
        press("Enter")
        assert page.evaluate(focused) == "Remove: one.png"
        press("Enter")
        assert page.evaluate(focused) == "files"
        assert page.get_by_text("None yet.").is_visible()


@pytest.mark.parametrize(("how", "name"), [(DROP, "dropped.png"), (PASTE, "pasted picture")])
def test_files_are_dropped_and_pasted(opened, how, name):
    with opened() as page:
        page.evaluate(how, "answer")
        page.get_by_text(f"{name}: signs of forgery").wait_for(state="attached")


def test_what_is_too_large_is_not_sent(opened):
    with opened() as page:
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.set_input_files("#files", file("large.png", "x" * 10_001))
        page.locator(".error", has_text="at most 0.01 MB are taken").wait_for()
        assert asked == []


PAIRS = [
    *[(name, ground) for name in ("ink", "soft", "link", "signs", "between", "none", "error")
      for ground in ("paper", "raised")],
    ("ink", "notice"), ("paper", "link"),
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_colours_have_the_contrast_of_text(scheme):
    style = (Path(app.__file__).parent / "page" / "page.css").read_text()
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]
    colours = dict(re.findall(r"--([\w-]+): (#\w+)", light + (dark if scheme == "dark" else "")))
    low = {
        pair: ratio
        for pair in PAIRS
        if (ratio := contrast(*(colours[name] for name in pair))) < 4.5
    }
    assert low == {}


def contrast(first, second):
    """The contrast ratio of WCAG 2.2."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
