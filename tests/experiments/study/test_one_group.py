"""A study whose test split is one group: values, no interval, and nothing is judged by any."""

import csv
import re
import shutil

import numpy as np
import pytest

from experiments.one_run.page import write_report_page
from experiments.study.findings import find
from experiments.study.pages.results import write_tables
from tests.experiments import written_study
from tests.experiments.written_study import N, small_study, write_study


@pytest.fixture
def study(tmp_path, monkeypatch):
    made = written_study.predictions
    one = {"groups": np.zeros(N, int)}
    monkeypatch.setattr(written_study, "predictions", lambda *a, **k: made(*a, **one | k))
    study = small_study(tmp_path)
    write_study(study)
    return study


def test_no_page_has_an_interval_or_a_verdict_on_one(study):
    findings = find(study)
    assert {verdict.words for finding in findings for rules in finding.verdicts.values()
            for rule, verdict in rules.items() if rule in ("non_inferior", "winning")
            } == {"cannot be judged"}  # fmt: skip
    assert {verdict.words for finding in findings for verdict in finding.ticket_better.values()
            } == {"cannot be judged"}  # fmt: skip
    results = write_tables(study, findings, 1, 1, {})
    with results.with_suffix(".csv").open() as file:
        rows = list(csv.DictReader(file))
    ends = [name for name in rows[0] if name.endswith(("_low", "_high"))]
    assert {row[name] for row in rows for name in ends} == {""}
    shutil.rmtree(study.folder)  # the page also shows the layers of cells, which these lack
    pages = [*study.out.glob("*.md"), write_report_page([study.out])]
    assert len(pages) > 4
    for page in pages:
        text = re.sub(r"<(script|style).*?</\1>", "", page.read_text(), flags=re.DOTALL)
        assert not re.search(r"\bnan\b", text, re.IGNORECASE), page.name
