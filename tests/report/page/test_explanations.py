"""An explanation stands on a page only where that which it explains does."""

import re

import pytest

from experiments.one_run.page import write_report_page
from jaxticket.runs import files
from tests.report.page.written import (
    estimate,
    finding,
    verdict,
    write_evaluation,
    write_run,
    write_saliency,
    write_study,
)


def bare(run):
    """Take the intervals from a run: of one group a class there are none."""
    for path in run.glob("level_*/evaluation.json"):
        record = files.read_typed(path, dict, "")
        files.write_json(path, record | {"test_intervals": {}})
    for path in run.glob("level_*/predictions_test.csv"):
        path.write_text(re.sub(r"g\d", "g0", path.read_text()))
    return run


def full_study(path):
    study = write_study(path)
    rules = {rule: verdict(rule, "better", True)
             for rule in ("paper", "winning", "better than random_global")}  # fmt: skip
    rules["non_inferior"] = verdict("non_inferior", "inconclusive", None)
    found = files.read_typed(study / "results.json", list, "")
    found[1]["verdicts"] = {"auc": rules}
    found[1]["metrics"]["auc"] |= {"low": 0.01}
    found.append(finding("a", "a", "local", "ticket", 0.8, 0.7))
    files.write_json(study / "results.json", found)
    return study


def bare_study(path):
    study = write_study(path)
    whole = {"value": 0.8, "low": None, "high": None, "seeds": 1, "groups": 1}
    rows = [finding("a", "a", "global", "ticket", sparsity, 0.8, seeds=[0],
                    metrics={"accuracy": whole, "auc": whole},
                    over_dense={"auc": estimate(-0.05) | {"low": None, "high": None}},
                    verdicts={"auc": {"paper": verdict("paper", "met on average", True)}})
            for sparsity in (0.5, 0.8)]  # fmt: skip
    files.write_json(study / "results.json", rows)
    return study


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Pages from the least there can be to all there is."""
    root = tmp_path_factory.mktemp("pages")
    least, run = write_run(root / "least", levels=(0,)), write_run(root / "a" / "run")
    plain = bare(write_run(root / "b" / "plain"))
    write_run(root / "a" / "random", levels=(2,), control="random_global", level=1)
    write_saliency(run)
    write_evaluation(run)
    other = write_run(root / "other", seed=4)
    last = files.read_typed(other / "level_02" / "evaluation.json", dict, "")
    files.write_json(other / "level_02" / "evaluation.json", last | {"test_intervals": {}})
    few = write_evaluation(other)
    rows = files.read_typed(few / "figures.json", dict, "")
    rows["cells"] = [cell | {"rows": [row for row in cell["rows"] if row["measure"] == "value"]}
                     for cell in rows["cells"]]  # fmt: skip
    files.write_json(few / "figures.json", rows)
    sources = {
        "least": [least], "plain": [plain], "run": [run], "other": [other],
        "bare study": [bare_study(root / "bare")], "study": [write_study(root / "study")],
        "full study": [full_study(root / "full")],
        "two": [run, other], "same": [plain, least],
    }  # fmt: skip
    return {
        name: write_report_page(of, root / f"{name}.html").read_text()
        for name, of in sources.items()
    }


def parts(page, tag):
    return re.findall(rf"<{tag}\b.*?</{tag}>", page.split("</style>")[1], re.DOTALL)


def caption_and_rest(part, tag):
    caption = " ".join(re.findall(rf"<{tag}>(.*?)</{tag}>", part, re.DOTALL))
    return caption.split("<a class")[0], re.sub(rf"<{tag}>.*?</{tag}>", "", part, flags=re.DOTALL)


IN_FIGURES = {
    r"\bbars\b": r'class="bar"',
    "grey band": r'class="band"',
    "hollow": "mark hollow",
    "even in rounds": r'(?s)(class="tick".*){3}',
    "Choose the levels": r"(?s)(<input.*){2}",
    "Longer bars": r'class="bar"',
    "first method": r"ticket \(local\)",
    "logarithmic": r'fill-opacity="0\.[1-9]',
}
IN_TABLES = {
    "in brackets": r"\d \[",
    r"none where": r"\d \[",
    "diagonal": r'class="n hot"',
    "means of this training": "within 0.2",
    r"'as good as dense'": "as good as dense</th>",
    "winning ticket'": "winning ticket</th>",
    "Holm": "winning ticket</th>|better than",
    r"'better than'": "better than",
    r"\* differs": r" \*</th>",
    "holds both answers": "<span[^>]*>inconclusive",
    "and compression": ">compression</td>",
    "forgery method": ">method</td>",
}


def wrong(page, tag, caption_tag, pairs):
    return [
        (explanation, caption)
        for part in parts(page, tag)
        for caption, rest in [caption_and_rest(part, caption_tag)]
        for explanation, thing in pairs.items()
        if re.search(explanation, caption.replace("&#39;", "'"))
        and not re.search(thing, rest.replace("&#39;", "'"))
    ]


NAMES = ("least", "plain", "run", "other", "bare study", "study", "full study", "two", "same")


@pytest.mark.parametrize("name", NAMES)
def test_a_plot_explains_what_is_drawn_in_it(pages, name):
    assert wrong(pages[name], "figure", "figcaption", IN_FIGURES) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_table_explains_what_stands_in_it(pages, name):
    assert wrong(pages[name], "table", "caption", IN_TABLES) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_text_explains_what_the_page_holds(pages, name):
    text = pages[name].split("<main")[1]
    for explanation, thing in {
        r"Kept: ": "kept of dense</th>",
        "against its controls": "random mask",
        "The horizontal axis": "sparsity \\(%",
        "Inside: the share": "inside \\d",
        "Synthetic data": "synthetic",
    }.items():
        if re.search(explanation, text):
            assert re.search(thing, text), explanation


def test_each_explanation_stands_on_some_page(pages):
    """So that no pair above is about words that pages no longer say."""
    captions = {
        tag: [caption_and_rest(part, inner)[0].replace("&#39;", "'")
              for page in pages.values() for part in parts(page, tag)]
        for tag, inner in (("figure", "figcaption"), ("table", "caption"))
    }  # fmt: skip
    for tag, pairs in (("figure", IN_FIGURES), ("table", IN_TABLES)):
        for explanation in pairs:
            assert any(re.search(explanation, caption) for caption in captions[tag]), explanation
