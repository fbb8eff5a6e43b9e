"""Kept evaluations: there when whole and made from the same, anything else is not there."""

import json

import numpy as np
import pytest

from jaxticket.runs import Damaged
from jaxticket.runs.evaluations import (
    FIGURE_COLUMNS,
    Evaluations,
    KeptCell,
    check_predictions,
    evaluated,
    evaluation_folder,
    kept_predictions,
    read_figures,
)
from jaxticket.runs.predictions import Predictions
from tests.report.page.written import figure

MADE_FROM = {"weights": "w", "strength": None, "image_size": 8}
ANSWERS = Predictions(
    np.array(["k0", "k1", "k2"]), *(np.full(3, name) for name in ("g", "v", "real")),
    np.zeros(3, int), np.array([0.1, -2.5, 3e-05], np.float32), np.full(3, "c23"),
)  # fmt: skip


@pytest.fixture
def kept(tmp_path):
    with Evaluations(tmp_path, "a set/x", "0123456789ab", "test") as kept:
        yield kept


def test_predictions_lie_where_the_page_says(kept, tmp_path):
    kept.keep("clean", 0, ANSWERS, MADE_FROM)
    kept.keep("jpeg:3", 12, ANSWERS, MADE_FROM)
    root = tmp_path / "evaluations" / "a_set_x-01234567" / "test"
    assert kept.path == root
    assert sorted(str(file.relative_to(root)) for file in root.glob("*/*")) == [
        "clean/level_00.csv", "clean/level_00.json", "jpeg_3/level_12.csv", "jpeg_3/level_12.json",
    ]  # fmt: skip
    assert (root / "clean" / "level_00.csv").read_text().splitlines()[:2] == [
        "key,group,video,method,label,logit,compression", "k0,g,v,real,0,0.100000001,c23",
    ]  # fmt: skip


def test_logits_come_back_as_they_were(kept):
    kept.keep("clean", 1, ANSWERS, MADE_FROM)
    logits = kept.logits("clean", 1)
    assert logits.dtype == np.float32
    np.testing.assert_array_equal(logits, np.array([0.1, -2.5, 3e-05], np.float32))


def test_only_the_same_source_counts(kept):
    assert kept.identity("clean", 0, MADE_FROM) is None
    kept.keep("clean", 0, ANSWERS, MADE_FROM)
    assert len(kept.identity("clean", 0, MADE_FROM)) == 64
    for other in ({**MADE_FROM, "weights": "other"}, {"weights": "w"}, {**MADE_FROM, "more": 1}):
        assert kept.identity("clean", 0, other) is None
    assert kept.identity("clean", 1, MADE_FROM) is None
    assert kept.identity("jpeg:1", 0, MADE_FROM) is None


@pytest.mark.parametrize("what", ["edited", "table gone", "note gone", "note broken", "no object"])
def test_what_is_damaged_is_not_there(kept, what):
    kept.keep("clean", 0, ANSWERS, MADE_FROM)
    table, note = kept._files("clean", 0)
    match what:
        case "edited":
            table.write_text(table.read_text().replace("0.1", "0.2"))
        case "table gone":
            table.unlink()
        case "note gone":
            note.unlink()
        case "note broken":
            note.write_text('{"weights":')
        case "no object":
            note.write_text("[]")
    assert kept.identity("clean", 0, MADE_FROM) is None


def test_predictions_that_were_cut_off_while_written_are_not_there(kept, monkeypatch):
    kept.keep("clean", 0, ANSWERS, MADE_FROM)

    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("jaxticket.runs.files.write_json", die)
    with pytest.raises(KeyboardInterrupt):
        kept.keep("clean", 0, ANSWERS, MADE_FROM)
    assert kept.identity("clean", 0, MADE_FROM) is None


def test_figures_come_back(kept):
    assert kept.cells() == []
    row = dict.fromkeys(FIGURE_COLUMNS, "x") | {"value": 0.5}
    cell = {"corruption": "clean", "level": 2, "made_from": {"own": "w"}, "rows": [row]}
    kept.write_figures({"cells": [cell | {"rows": [row | {"low": float("nan")}]}]}, [row])
    assert kept.cells() == [KeptCell("clean", 2, {"own": "w"}, [row | {"low": None}])]
    lines = (kept.path / "figures.csv").read_text().splitlines()
    assert lines[0] == ",".join(FIGURE_COLUMNS)
    assert len(lines) == 2
    (kept.path / "figures.json").write_text(json.dumps([1]))
    assert kept.cells() == []


def test_a_second_process_is_refused_until_the_first_ends(tmp_path):
    with (
        Evaluations(tmp_path, "a", "0" * 64, "test"),
        pytest.raises(BlockingIOError, match=r"at work in .*evaluations; wait for it and give"),
    ):
        Evaluations(tmp_path, "b", "1" * 64, "validation")
    with Evaluations(tmp_path, "b", "1" * 64, "validation"):
        pass


def test_predictions_are_read_without_a_lock(tmp_path):
    with Evaluations(tmp_path, "a set", "f" * 64, "test") as kept:
        kept.keep("jpeg:3", 2, ANSWERS, {"data_fingerprint": "f" * 64})
        folder = evaluation_folder(tmp_path, "a set", "f" * 64, "test")
        assert folder == kept.path
        found = kept_predictions(folder, "f" * 64, "jpeg:3", 2)
        assert found.columns() == ANSWERS.columns()
        assert kept_predictions(folder, "f" * 63 + "e", "jpeg:3", 2) is None
        assert kept_predictions(folder, "f" * 64, "jpeg:3", 1) is None
        assert kept_predictions(folder, "f" * 64, "clean", 2) is None
    table = folder / "jpeg_3" / "level_02.csv"
    assert check_predictions(table.with_suffix("")) == "3 examples"
    table.write_text(table.read_text().replace("-2.5", "2.5"))
    for read in (
        lambda: kept_predictions(folder, "f" * 64, "jpeg:3", 2),
        lambda: check_predictions(table.with_suffix("")),
    ):
        with pytest.raises(Damaged, match=r"level_02.csv is damaged \(it was changed: .*evaluate"):
            read()
    table.unlink()
    with pytest.raises(FileNotFoundError, match=r"level_02.csv is missing: .*evaluate the run"):
        kept_predictions(folder, "f" * 64, "jpeg:3", 2)
    with pytest.raises(FileNotFoundError, match=r"level_02.csv is missing: evaluate the run"):
        check_predictions(table.with_suffix(""))


def test_what_the_figures_are_of(tmp_path):
    with Evaluations(tmp_path, "a", "f" * 64, "test") as kept:
        assert evaluated(kept.path) == frozenset()
        cells = [{"corruption": "clean", "level": 0}, {"corruption": "jpeg:3", "level": 2}]
        kept.write_figures({"cells": cells[:1]}, [])
        assert evaluated(kept.path) == {("clean", 0)}
        kept.write_figures({"cells": cells}, [])
        assert evaluated(kept.path) == {("clean", 0), ("jpeg:3", 2)}
        (kept.path / "figures.json").write_text("broken")
        assert evaluated(kept.path) == frozenset()


def test_figures_of_all_evaluations_of_a_run_are_read(tmp_path):
    assert read_figures(tmp_path) == []
    found = {
        "data_name": "b", "data_fingerprint": "f" * 64, "split": "test", "examples": 3, "groups": 2,
        "levels": [{"level": 0, "sparsity": 0.0}],
        "cells": [{"corruption": "clean", "level": 0, "rows": [figure("auc", 0.5)]}],
    }  # fmt: skip
    for name in ("b", "a"):
        with Evaluations(tmp_path, name, "f" * 64, "test") as kept:
            kept.write_figures(found | {"data_name": name}, [])
    assert [figures.data_name for figures in read_figures(tmp_path)] == ["a", "b"]
    for broken in (
        {"split": "test"},
        found | {"cells": [{"corruption": "clean", "level": 1, "rows": []}]},
        found | {"cells": [{"corruption": "clean", "level": 0, "rows": [{"by": "all"}]}]},
    ):
        (kept.path / "figures.json").write_text(json.dumps(broken))
        with pytest.raises(Damaged, match="evaluate the run on these pictures again"):
            read_figures(tmp_path)
