import csv
import math
from dataclasses import replace

import numpy as np
import pytest

from jaxticket.lottery import record
from jaxticket.lottery.record import chance_loss
from jaxticket.runs import Run
from jaxticket.statistics import mean_interval
from tests.runs.test_events import written
from tests.tiny import (
    TinyExamples,
    log_of,
    run_experiment,
    run_tiny,
    tiny_examples,
    tiny_experiment,
)


@pytest.mark.parametrize(
    ("labels", "nats"),
    [
        ([0, 1], math.log(2)),
        ([0, 1, 1, 1], 0.5623351446),  # 0.25 ln 4 + 0.75 ln (4 / 3)
        ([1, 1], 0.0),
        ([0], 0.0),
        ([0, 2, 1, 3], math.log(4)),
        ([0, 0, 2, 1], 1.5 * math.log(2)),  # 0.5 ln 2 + 2 0.25 ln 4
    ],
)
def test_guessing_costs_the_entropy_of_the_labels(labels, nats):
    examples = TinyExamples(np.array(labels), np.array(labels), np.array([]))
    assert chance_loss(examples) == pytest.approx(nats, abs=1e-9)


def test_nine_digits_give_a_float32_back():
    logits = np.random.default_rng(0).normal(size=1000).astype(np.float32) * 1e3
    logits[:3] = np.float32(1) / 3, np.nextafter(np.float32(1), np.float32(2)), 1e-40
    columns = record.predictions(tiny_examples(1000, 0), logits[:, None]).columns()
    np.testing.assert_array_equal(np.array(columns["logit"], np.float32), logits)


def test_a_levels_evaluation_says_all_it_is_asked_for(tmp_path):
    experiment, init = tiny_experiment(sparsities=(0.0, 0.5))
    dense, sparse = run_experiment(tmp_path, experiment, init)
    # 140 prunable weights of 4 + 4 + 112 + 9 + 40 parameters in all.
    assert (dense.parameters, dense.parameters_left) == (169, 169)
    assert (sparse.parameters, sparse.parameters_left) == (169, 99)
    assert sparse.sparsity == 0.5
    assert sparse.sparsity_of_all == 70 / 169
    assert (sparse.validation_examples, sparse.test_examples) == (18, 18)
    assert sparse.dead_layers == []
    assert sparse.seconds == pytest.approx(sum(sparse.seconds_by_activity.values()))
    assert {"train", "evaluate", "data", "statistics"} <= set(sparse.seconds_by_activity)


def undefined(labels, scores):
    return 1.0 if len(labels) == 2 else float("nan")  # two: where it is tried


def test_a_watched_metric_that_is_nan_is_said():
    experiment, _ = tiny_experiment(sparsities=(0.0,))
    logits = {"validation": np.zeros((len(experiment.validation), 1), np.float32)}
    assert record.undefined_metric(experiment, 0, logits) == []
    name = f"{__name__}:undefined"
    own = replace(experiment, budget=replace(experiment.budget, metric=name))
    (sign,) = record.undefined_metric(own, 0, logits)
    assert sign == f"level 0: the metric {name} is NaN on validation"


def test_intervals_are_of_the_test_groups(tmp_path):
    experiment, init = tiny_experiment(sparsities=(0.0,))
    (level,) = run_experiment(tmp_path, experiment, init)
    with (tmp_path / "level_00" / "predictions_test.csv").open() as file:
        rows = list(csv.DictReader(file))
    scores = np.array([row["logit"] for row in rows], np.float32)
    groups = np.array([row["group"] for row in rows])
    assert set(level.test_intervals) == {"accuracy", "balanced_accuracy", "auc"}
    for name, ends in level.test_intervals.items():
        want = mean_interval(name, experiment.test.labels, scores[None], groups)
        assert tuple(ends) == (want.low, want.high)
        assert ends[0] <= level.test[name] <= ends[1]


def test_a_levels_figures_are_in_the_log_too(tmp_path):
    experiment, init = tiny_experiment(sparsities=(0.0,))
    (level,) = run_experiment(tmp_path, experiment, init)
    (logged,) = log_of(tmp_path, "level", 0)
    assert logged["step"] == 6
    for name in ("sparsity", "weights_left", "val_auc", "test_accuracy", "test_eer"):
        assert logged[name] == getattr(level, name)


def test_a_levels_events_are_on_disk_before_it_is_kept(tmp_path, monkeypatch):
    steps, keep_level = [], Run.keep_level

    def keep(run, *arguments):
        steps.extend(event.step for event in written(run.path / "tensorboard"))
        keep_level(run, *arguments)

    monkeypatch.setattr(Run, "keep_level", keep)
    run_tiny(tmp_path, sparsities=(0.0,))
    assert set(range(1, 7)) <= set(steps)
