from dataclasses import replace

import pytest
from matplotlib.figure import Figure

from experiments.study.findings import Finding
from experiments.study.pages.transfer import draw_transfer, transfer_text
from jaxticket.statistics import Estimate
from tests.experiments.written_study import small_study


def estimate(value):
    return Estimate(value, value - 0.02, value + 0.02, 3, 20, 10, 0.1, 0.1, 4.0, 0.95)


def finding(source, target, method, kind, sparsity, auc):
    both = {"auc": estimate(auc), "accuracy": estimate(auc - 0.1)}
    return Finding("meso4", source, target, method, kind, sparsity, (9, 9), (0, 1, 2), both,
                   by_video=both)  # fmt: skip


FINDINGS = [
    finding("one", "one", "dense", "ticket", 0.0, 0.9),
    finding("one", "one", "global", "ticket", 0.8, 0.8),
    finding("one", "one", "one_shot", "ticket", 0.8, 0.1),
    finding("one", "one", "global", "random_global", 0.8, 0.7),
    finding("two", "two", "global", "ticket", 0.8, 0.85),
    finding("one", "two", "dense", "zero_shot", 0.0, 0.6),
    finding("one", "two", "global", "zero_shot", 0.8, 0.55),
    finding("two", "one", "global", "zero_shot", 0.8, 0.52),
    finding("one", "two", "global", "ticket", 0.8, 0.83),
    finding("one", "two", "global", "random_global", 0.8, 0.72),
]


@pytest.fixture
def study(tmp_path):
    kinds = ("zero_shot", "ticket", "random_global", "reinit")
    return replace(small_study(tmp_path), transfer=kinds)


def test_the_picture_prints_every_value_with_its_interval(study, monkeypatch):
    figures, save = [], Figure.savefig

    def savefig(figure, *arguments, **options):
        figures.append(figure)
        save(figure, *arguments, **options)

    monkeypatch.setattr(Figure, "savefig", savefig)
    assert draw_transfer(study, FINDINGS, "synthetic data")
    texts = [text.get_text() for axes in figures[0].axes for text in axes.texts]
    assert len([text for text in texts if text == "0.520"]) == 1
    assert len(texts) == 2 * (2 + 4 + 3 + 2)
    assert "[0.500,\n 0.540]\nn = 3" in texts
    assert figures[0].get_suptitle() == "synthetic data"


def test_without_transfer_there_is_no_picture(study):
    own = [one for one in FINDINGS if one.source == one.target]
    assert not draw_transfer(study, own, "")
    assert not (study.out / "transfer.png").exists()
    assert "Nothing was transferred in this study." in list(transfer_text(own, False))


def test_what_is_not_there_has_no_number(study):
    [line] = [line for line in transfer_text(FINDINGS, False) if "| two | one |" in line]
    assert line.endswith("| 0.420 [0.400, 0.440] | 0.520 [0.500, 0.540] | - | - | - |")
