"""Every reader of kept JSON: what is cut, of another form or no number is one kind of error."""

import re

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.prepared.card import make_card, read_card, write_card
from jaxticket.report.page import read_study
from jaxticket.runs import Damaged, read_run
from jaxticket.runs.attention import read_looks
from jaxticket.runs.efficiency import read_efficiency, write_efficiency
from jaxticket.runs.evaluations import read_figures
from tests.data_prep.prepared.test_card import WHOLE
from tests.made_efficiency import made_efficiency
from tests.report.page.written import write_evaluation, write_run, write_saliency, write_study


def card(folder):
    skipped = [("z", "empty file")]
    write_card(make_card(WHOLE, name="n", source="s", methods=("real",), skipped=skipped), folder)
    return folder / "data_card.json", lambda: read_card(folder), PreparationError


def gallery(folder):
    return write_saliency(folder) / "gallery.json", lambda: read_looks(folder / "saliency"), Damaged


def maps(folder):
    return write_saliency(folder) / "figures.json", lambda: read_looks(folder / "saliency"), Damaged


def evaluation(folder):
    return write_evaluation(folder) / "figures.json", lambda: read_figures(folder), Damaged


def costs(folder):
    path = write_efficiency(folder, made_efficiency()) / "efficiency.json"
    return path, lambda: read_efficiency(folder), Damaged


def study(folder):
    path = write_study(folder / "study") / "results.json"
    return path, lambda: read_study(path.parent, "study"), Damaged


def level(folder):
    write_run(folder / "run")
    path = folder / "run" / "level_01" / "evaluation.json"
    return path, lambda: read_run(folder / "run"), Damaged


def damages(content):
    """Yield content cut at every 50th byte, of other forms, and with values of other types."""
    yield from (content[:size] for size in range(0, len(content) - 1, 50))
    yield from (b"null", b"7", b"[7]", b"{}", b"\xff", b"[" * 10**5)
    values = list(re.finditer(rb'(?<= )("[^"\n]*"|-?\d[\d.e-]*)(?=,?\n)', content))
    for value in values[:: 1 + len(values) // 40]:
        for other in (b"Infinity", b"NaN", b"[]", b"true"):
            yield content[: value.start()] + other + content[value.end() :]


@pytest.mark.parametrize("write", [card, gallery, maps, evaluation, costs, study, level])
def test_what_is_damaged_is_one_kind_of_error(tmp_path, write):
    path, read, error = write(tmp_path)
    read()
    whole = path.read_bytes()
    contents = list(damages(whole))
    assert len(contents) > 40
    for content in contents:
        path.write_bytes(content)
        with pytest.raises(error, match=rf"{path.name} is damaged \(.+\): \w+") as raised:
            read()
        assert type(raised.value) is error


def test_a_table_beside_a_study_with_an_endless_cell(tmp_path):
    path = write_study(tmp_path / "study") / "robustness.csv"
    path.write_text(f"corruption,auc\n{'x' * 200_000},1\n")
    with pytest.raises(
        Damaged, match=r"robustness\.csv is damaged \(field larger than field limit"
    ):
        read_study(path.parent, "study")
