import itertools
import math
from dataclasses import replace

import jax
import numpy as np
import pytest

from jaxticket.lottery import Callbacks, checkpoints
from jaxticket.training import METRICS, all_metrics, predict
from tests.resumption import KillAfter, Killed, executed_steps
from tests.tiny import log_of, restored, run_experiment, run_tiny, tiny_experiment


class Listener(Callbacks):
    """Writes down what it is told."""

    def __init__(self):
        self.heard = []

    def started(self, levels, steps_per_level):
        self.heard.append(("started", levels, steps_per_level))

    def level_started(self, level, sparsity, first, last, *, resumed):
        self.heard.append(("level", level, sparsity, first, last, resumed))

    def stepped(self, level, step, metrics):
        self.heard.append(("step", level, step))

    def validated(self, level, step, metrics):
        self.heard.append(("validation", level, step))

    def level_done(self, record, *, restored):
        self.heard.append(("done", record.level, restored))


def test_callbacks_hear_everything_in_order(tmp_path):
    listener = Listener()
    run_tiny(tmp_path, listener, sparsities=(0.0, 0.2), rewind="none")
    levels = [
        [("level", 0, 0.0, 0, 6, False)]
        + [("step", 0, step) for step in (1, 2, 3)] + [("validation", 0, 3)]
        + [("step", 0, step) for step in (4, 5, 6)] + [("validation", 0, 6)]
        + [("done", 0, False)],
        [("level", 1, 0.2, 6, 12, False)]
        + [("step", 1, step) for step in (7, 8, 9)] + [("validation", 1, 9)]
        + [("step", 1, step) for step in (10, 11, 12)] + [("validation", 1, 12)]
        + [("done", 1, False)],
    ]  # fmt: skip
    assert listener.heard == [("started", 2, 6), *levels[0], *levels[1]]


def test_callbacks_hear_what_was_kept_and_where_a_level_goes_on(tmp_path):
    options = {"sparsities": (0.0, 0.2), "checkpoint_every": 2}
    with pytest.raises(Killed):
        run_tiny(tmp_path, KillAfter(1, 5), **options)
    listener = Listener()
    run_tiny(tmp_path, listener, **options)
    assert listener.heard[1:3] == [("done", 0, True), ("level", 1, 0.2, 4, 6, True)]
    assert listener.heard[-1] == ("done", 1, False)


def test_without_an_interval_a_checkpoint_comes_by_the_clock(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "CHECKPOINT_SECONDS", 0.0)
    with pytest.raises(Killed):
        run_tiny(tmp_path / "often", KillAfter(0, 4), sparsities=(0.0,))
    assert [p.name for p in (tmp_path / "often" / "level_00" / "partial").iterdir()] == ["3"]
    monkeypatch.setattr(checkpoints, "CHECKPOINT_SECONDS", 1e9)
    with pytest.raises(Killed):
        run_tiny(tmp_path / "never", KillAfter(0, 4), sparsities=(0.0,))
    assert not (tmp_path / "never" / "level_00" / "partial").exists()
    assert executed_steps(tmp_path / "never") == 5


def test_every_step_and_every_validation_is_logged_once(tmp_path):
    experiment, init = tiny_experiment(sparsities=(0.0,), schedule="step")
    run_experiment(tmp_path, experiment, init)
    steps = log_of(tmp_path, "train", 0)
    assert [record["step"] for record in steps] == [1, 2, 3, 4, 5, 6]
    # 0.02, a tenth after half of the six steps, another after three quarters (4.5, even: 4).
    assert [record["learning_rate"] for record in steps] == pytest.approx(
        [0.02, 0.02, 0.02, 0.002, 0.0002, 0.0002]
    )
    assert all(math.isfinite(record["loss"]) for record in steps)
    validations = log_of(tmp_path, "validation", 0)
    assert [record["step"] for record in validations] == [3, 6]
    assert set(METRICS) < set(validations[0])
    logits = predict(experiment.evaluate, restored(tmp_path, 0), experiment.validation, 8)
    last = all_metrics(experiment.validation.labels, logits[:, 0])
    assert {name: validations[1][name] for name in METRICS} == pytest.approx(last, abs=1e-12)


@pytest.mark.parametrize(
    ("right", "last", "best"),
    [
        # Of 18 validation pictures, so many right after each epoch of 3 steps; patience 2.
        ([9, 12, 10, 14, 13, 13, 18, 18], 18, 12),
        ([9, 12, 12, 12, 18, 18, 18, 18], 12, 6),
        ([14, 13, 12, 18, 18, 18, 18, 18], 9, 3),
        ([9, 10, 11, 12, 13, 14, 15, 16], 24, 24),
        ([9, 9, 10, 10, 11, 11, 12, 12], 24, 21),
    ],
)
def test_patience_counts_epochs_since_the_best(tmp_path, right, last, best):
    experiment, init = tiny_experiment(sparsities=(0.0,), patience=2, epochs=8, metric="accuracy")
    calls, labels = itertools.count(), experiment.validation.labels

    def evaluate(params, batch_stats, images):
        # Validation is three batches; what comes after the training is of no interest here.
        epoch, batch = divmod(next(calls), 3)
        truth = np.where(labels == 1, 1.0, -1.0)
        truth[right[min(epoch, 7)] :] *= -1
        return np.resize(truth[8 * batch : 8 * batch + 8], (8, 1))

    (record,) = run_experiment(tmp_path, replace(experiment, evaluate=evaluate), init)
    values = [r["accuracy"] for r in log_of(tmp_path, "validation", 0)]
    assert values == pytest.approx([n / 18 for n in right[: last // 3]])
    assert (record.last_step, record.weights_of_step) == (last, best)


def test_a_level_leaves_its_sources_alone(tmp_path):
    experiment, init = tiny_experiment(sparsities=(0.0, 0.2))
    run_experiment(tmp_path, experiment, init)
    assert not any(leaf.is_deleted() for leaf in jax.tree.leaves(init))


def nan_on_many(labels, scores):
    return np.nan if len(scores) > 2 else 1.0


def test_patience_watches_no_metric_that_is_nan(tmp_path):
    name = f"{__name__}:nan_on_many"
    with pytest.raises(ValueError, match=f"{name} is NaN on the .* after step 3 of level 0"):
        run_tiny(tmp_path / "patient", patience=1, metric=name)
    assert len(run_tiny(tmp_path / "plain", metric=name, sparsities=(0.0,))) == 1
