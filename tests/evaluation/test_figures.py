"""Figures against hand-counted ones: who is compared with whom, on frames and on videos."""

from dataclasses import replace

import numpy as np
import pytest

from jaxticket.evaluation import figures
from jaxticket.evaluation.figures import collect, rows_of
from jaxticket.evaluation.predict import Source
from jaxticket.lottery.record import predictions
from jaxticket.runs.evaluations import Evaluations
from jaxticket.statistics import mean_interval, paired_interval, retention_interval
from jaxticket.weights import dense
from tests.evaluation.test_predict import pictures

# Four groups; in each a real video of two frames and a fake one of each of two methods.
METHODS = np.array(["real", "real", "Swap", "Warp"] * 4)
LABELS = (METHODS != "real").astype(np.int32)
GROUPS = np.repeat(["g0", "g1", "g2", "g3"], 4)
VIDEOS = np.char.add(np.char.add(GROUPS, "/"), METHODS)
# Swap is found always; Warp in two of four groups; one real frame of eight is called fake, but
# beside the other one of its video it is real.
OWN = np.array([-1, -1, 2, 1, -3, 1, 2, -2, -1, -1, 2, -4, -1, -1, 2, 1.5])


@pytest.fixture
def examples():
    keys = np.array([f"k{i:02d}" for i in range(16)])
    return replace(
        pictures(16), labels=LABELS, groups=GROUPS, videos=VIDEOS, methods=METHODS, keys=keys
    )


def find(rows, **of):
    found = [row for row in rows if all(row[name] == value for name, value in of.items())]
    assert len(found) == 1, (of, found)
    return found[0]


def test_recalls_by_method(examples):
    rows = rows_of(examples, {"own": OWN})
    of = {"by": "method", "metric": "recall"}
    values = {
        (unit, name): find(rows, **of, unit=unit, name=name)["value"]
        for unit in ("frames", "videos")
        for name in ("real", "Swap", "Warp")
    }
    assert values == {
        ("frames", "real"): 7 / 8, ("frames", "Swap"): 1.0, ("frames", "Warp"): 0.5,
        ("videos", "real"): 1.0, ("videos", "Swap"): 1.0, ("videos", "Warp"): 0.5,
    }  # fmt: skip
    swap = find(rows, **of, unit="frames", name="Swap")
    assert (swap["examples"], swap["groups"], swap["high"]) == (4, 4, 1.0)


def test_a_method_stands_alone_against_all_reals(examples):
    rows = rows_of(examples, {"own": OWN})
    swap = find(rows, unit="frames", by="method", name="Swap", metric="auc")
    warp = find(rows, unit="frames", by="method", name="Warp", metric="auc")
    assert (swap["value"], swap["examples"]) == (1.0, 12)
    # Scores 1 and 1.5 win 7.5 and 8 of eight pairs, -2 wins one, -4 none.
    assert warp["value"] == pytest.approx((7.5 + 8 + 1 + 0) / 32)


def test_values_are_those_of_the_statistics(examples):
    rows = rows_of(examples, {"own": OWN})
    for metric in ("accuracy", "auc", "balanced_accuracy", "eer", "average_precision"):
        row = find(rows, unit="frames", by="all", measure="value", metric=metric)
        wanted = mean_interval(metric, LABELS, OWN[None], GROUPS)
        assert (row["value"], row["low"], row["high"]) == (wanted.value, wanted.low, wanted.high)
        assert (row["groups"], row["examples"]) == (4, 16)
    accuracy = find(rows, unit="videos", by="all", measure="value", metric="accuracy")
    assert (accuracy["value"], accuracy["examples"]) == (10 / 12, 12)


def test_comparisons_are_paired_and_say_with_what():
    # Eight groups: with four, nothing is shown to be above chance.
    labels, own = np.tile(LABELS, 2), np.tile(OWN, 2)
    groups = np.repeat([f"g{i}" for i in range(8)], 4)
    names = np.array([f"k{i:02d}" for i in range(32)])
    many = replace(
        pictures(32), labels=labels, groups=groups, methods=np.tile(METHODS, 2), keys=names,
        videos=names,
    )  # fmt: skip
    strong = np.where(labels == 1, 3.0, -3.0) + np.arange(32) / 100
    strong[3] = -2.93
    rows = rows_of(many, {"own": own, "dense": strong, "clean": -own})
    of = {"unit": "frames", "by": "all", "metric": "auc"}
    for against, other in (("dense", strong), ("clean", -own)):
        row = find(rows, **of, measure="difference", against=against)
        wanted = paired_interval("auc", labels, own[None], other[None], groups)
        assert (row["value"], row["low"], row["high"]) == (wanted.value, wanted.low, wanted.high)
    kept = find(rows, **of, measure="retention", against="dense")
    wanted = retention_interval("auc", labels, own[None], strong[None], groups)
    assert wanted is not None
    assert (kept["value"], kept["low"], kept["high"]) == (wanted.value, wanted.low, wanted.high)
    # Of a network that is wrong nothing can be kept.
    assert find(rows, **of, measure="retention", against="clean")["value"] is None
    assert not any(row["against"] for row in rows_of(many, {"own": own}))


def test_one_compression_is_everything_and_two_are_told_apart(examples):
    assert not any(row["by"] == "compression" for row in rows_of(examples, {"own": OWN}))
    compressions = np.where(GROUPS < "g2", "c23", "c40")
    rows = rows_of(replace(examples, compressions=compressions), {"own": OWN})
    of = {"unit": "frames", "by": "compression", "metric": "accuracy"}
    assert find(rows, **of, name="c23")["value"] == 6 / 8
    assert find(rows, **of, name="c40")["value"] == 7 / 8
    assert find(rows, **of, name="c40")["groups"] == 2


def test_a_compression_without_one_class_has_no_auc(examples):
    rows = rows_of(
        replace(examples, compressions=np.where(LABELS == 1, "c40", "raw")), {"own": OWN}
    )
    metrics = {row["metric"] for row in rows if row["by"] == "compression"}
    assert metrics == {"accuracy"}


def test_a_single_group_has_values_without_intervals(examples):
    rows = rows_of(replace(examples, groups=np.full(16, "g")), {"own": OWN, "dense": OWN})
    auc = find(rows, unit="frames", by="all", measure="value", metric="auc")
    assert auc["value"] > 0.5
    assert (auc["low"], auc["high"], auc["groups"]) == (None, None, 1)
    assert all(row["low"] is None for row in rows)
    assert {row["value"] for row in rows if row["measure"] == "retention"} == {None}


def test_cells_are_made_anew_only_where_their_predictions_changed(examples, tmp_path, monkeypatch):
    levels = {n: dense({"w": np.float32(n)}, {}) for n in range(2)}
    source = Source(examples, "f" * 64, levels)
    made = []
    real = figures.rows_of

    def counting(examples, logits):
        made.append(sorted(logits))
        return real(examples, logits)

    monkeypatch.setattr(figures, "rows_of", counting)

    def put(kept, corruption, level, logits):
        answers = predictions(examples, logits[:, None])
        kept.keep(corruption, level, answers, source.made_from(corruption, level))

    with Evaluations(tmp_path, "a", "f" * 64, "test") as kept:
        for corruption in ("clean", "blur:2"):
            for level in levels:
                put(kept, corruption, level, OWN + level + (corruption != "clean"))
        cells = collect(source, 0, kept)
        assert made == [["own"], ["dense", "own"], ["clean", "own"], ["clean", "dense", "own"]]
        kept.write_figures({"cells": cells}, [])
        made.clear()
        assert collect(source, 0, kept) == cells
        assert made == []
        put(kept, "clean", 1, OWN * 2)
        collect(source, 0, kept)
        # Itself, and what is compared with it.
        assert made == [["dense", "own"], ["clean", "dense", "own"]]
        made.clear()
        collect(source, None, kept)
        assert all("dense" not in names for names in made)
