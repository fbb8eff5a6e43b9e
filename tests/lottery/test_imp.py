"""Whole experiments on tiny pictures: what every level keeps, under every policy."""

import csv
import itertools
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import chex
import jax
import numpy as np
import pytest

from jaxticket import masks as masks_lib
from jaxticket.lottery import imp
from jaxticket.pruning import by_sparsities
from jaxticket.training import METRICS
from jaxticket.training.state import moments
from tests.tiny import (
    PRUNABLE,
    WEIGHTS,
    TinyExamples,
    log_of,
    restored,
    run_experiment,
    run_tiny,
    tiny_examples,
    tiny_experiment,
)

LEVELS = (0, 1, 2)


def observed(path: Path, **options):
    """Run a whole experiment; keep what every level started from and ended with."""
    experiment, init = tiny_experiment(**options)
    starts, ends, real = [], [], imp.train_level

    def train_level(experiment, level, start, *rest):
        starts.append(jax.tree.map(np.array, start))
        trained = yield from real(experiment, level, start, *rest)
        ends.append(jax.tree.map(np.array, trained.state))
        return trained

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(imp, "train_level", train_level)
        records = run_experiment(path, experiment, init)
    init = jax.tree.map(np.asarray, init)
    kept = [restored(path, level) for level in range(len(records))]
    return SimpleNamespace(path=path, experiment=experiment, init=init, records=records,
                           starts=starts, ends=ends, kept=kept)  # fmt: skip


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Finished experiments by their options, each run once for this module."""
    finished = {}

    def run(**options):
        key = json.dumps(options, sort_keys=True)
        if key not in finished:
            finished[key] = observed(tmp_path_factory.mktemp("run") / "run", **options)
        return finished[key]

    return run


REWINDS = ["init", "step:2", "lr", "none"]


@pytest.mark.parametrize("rewind", REWINDS)
def test_one_program_serves_every_level(runs, rewind):
    experiment = runs(rewind=rewind).experiment
    assert experiment.step._cache_size() == 1
    assert experiment.evaluate._cache_size() == 1


@pytest.mark.parametrize("rewind", REWINDS)
def test_every_level_is_kept_with_the_exact_count(runs, rewind):
    run = runs(rewind=rewind)
    # 140 weights: round(28), round(50.4) pruned.
    assert [record.weights_left for record in run.records] == [140, 112, 90]
    assert [record.sparsity for record in run.records] == [0.0, 28 / 140, 50 / 140]
    for level, weights in enumerate(run.kept):
        folder = run.path / f"level_{level:02d}"
        assert sorted(item.name for item in folder.iterdir()) == [
            "checkpoint", "evaluation.json", "layers.csv", "predictions_test.csv",
            "predictions_validation.csv",
        ]  # fmt: skip
        assert sum(masks_lib.alive(weights.masks, PRUNABLE).values()) == [140, 112, 90][level]
        assert masks_lib.nonzero_where_pruned(weights.masks, weights.params) is None
    for before, after in itertools.pairwise(run.kept):
        assert masks_lib.revived(after.masks, before.masks) is None


@pytest.mark.parametrize("rewind", REWINDS)
def test_what_is_pruned_is_the_smallest_of_the_level_before(runs, rewind):
    run = runs(rewind=rewind)
    for level in LEVELS[1:]:
        before, after = run.kept[level - 1], run.kept[level]
        was, now, size = (
            np.concatenate([tree[path.split("/")[0]]["kernel"].ravel() for path in PRUNABLE])
            for tree in (before.masks, after.masks, jax.tree.map(np.abs, before.params))
        )
        removed, left = size[was & ~now], size[now]
        assert removed.max() <= left.min()
        assert run.records[level].thresholds == {"global": pytest.approx(removed.max(), rel=0)}
    assert run.records[0].thresholds == {}


def test_local_scope_prunes_every_layer_alike(runs):
    run = runs(scope="local")
    for level, (conv, dense) in enumerate([(108, 32), (86, 26), (69, 20)]):
        masks = run.kept[level].masks
        assert masks_lib.alive(masks, PRUNABLE) == {"conv1/kernel": conv, "fc1/kernel": dense}
        assert run.records[level].weights_left == conv + dense
        if level:
            assert set(run.records[level].thresholds) == set(PRUNABLE)
    before, after = run.kept[0], run.kept[1]
    for path in PRUNABLE:
        layer = path.split("/")[0]
        gone = before.masks[layer]["kernel"] & ~after.masks[layer]["kernel"]
        largest = np.abs(before.params[layer]["kernel"])[gone].max()
        assert run.records[1].thresholds[path] == largest


def test_a_list_of_sparsities_is_reached_by_way_of_more_rounds(runs):
    run = runs(sparsities=by_sparsities((0.3, 0.5), 0.2))
    # Two rounds to 0.3, two more to 0.5: 140 - round(140 s).
    assert [record.weights_left for record in run.records] == [140, 117, 98, 83, 70]


def assert_survivors(run, level, source, *, step):
    """The level started from the survivors of `source`, bitwise, with its statistics, at `step`."""
    start, masks = run.starts[level], run.kept[level].masks
    want = jax.tree.map(lambda x, m: np.where(m, x, np.float32(0)), source.params, masks)
    chex.assert_trees_all_equal(start.params, want)
    chex.assert_trees_all_equal(start.batch_stats, source.batch_stats)
    assert int(start.step) == step


def assert_empty_moments(state):
    for tree in moments(state).values():
        chex.assert_trees_all_equal(tree, jax.tree.map(np.zeros_like, tree))


@pytest.mark.parametrize("level", LEVELS)
def test_init_starts_every_level_from_the_saved_beginning(runs, level):
    run = runs(rewind="init")
    assert_survivors(run, level, run.init, step=0)
    assert_empty_moments(run.starts[level])
    assert int(run.ends[level].step) == 6


@pytest.mark.parametrize("level", LEVELS[1:])
def test_lr_starts_from_the_level_before(runs, level):
    run = runs(rewind="lr")
    assert_survivors(run, level, run.kept[level - 1], step=0)
    assert_empty_moments(run.starts[level])
    rates = [r["learning_rate"] for r in log_of(run.path, "train", level)]
    assert rates == [r["learning_rate"] for r in log_of(run.path, "train", 0)]


@pytest.mark.parametrize("level", LEVELS[1:])
def test_none_goes_on_at_the_final_rate(runs, level):
    run = runs(rewind="none")
    assert_survivors(run, level, run.kept[level - 1], step=6)
    assert_empty_moments(run.starts[level])
    log = log_of(run.path, "train", level)
    assert [record["step"] for record in log] == [7, 8, 9, 10, 11, 12]
    assert [record["learning_rate"] for record in log] == pytest.approx([0.02 * 0.01] * 6)


@pytest.mark.parametrize("level", LEVELS[1:])
def test_step_goes_back_to_the_state_at_k_with_its_moments(runs, level):
    run, plain = runs(rewind="step:2"), runs(rewind="init")
    # Level 0 does not know of rewinding: the state at its step 2 is in another run's log, too.
    assert log_of(run.path, "train", 0) == log_of(plain.path, "train", 0)
    first, start = run.starts[1], run.starts[level]
    masks = run.kept[level].masks
    # At level 1 a fifth is pruned, at level 2 more; what lives is the same in both.
    for name in ("params", "batch_stats"):
        now, then = getattr(start, name), getattr(first, name)
        if name == "params":
            then = jax.tree.map(lambda x, m: np.where(m, x, np.float32(0)), then, masks)
        chex.assert_trees_all_equal(now, then)
    assert np.any(start.params["fc"]["kernel"] != run.init.params["fc"]["kernel"])
    assert np.any(start.batch_stats["bn1"]["mean"] != 0)
    assert int(start.step) == 2
    for tree in moments(start).values():
        assert masks_lib.nonzero_where_pruned(masks, tree) is None
        assert np.any(tree["fc1"]["kernel"])
    assert [r["step"] for r in log_of(run.path, "train", level)] == [3, 4, 5, 6]
    assert int(run.ends[level].step) == 6


@pytest.mark.parametrize("rewind", REWINDS)
def test_without_patience_the_last_weights_are_kept(runs, rewind):
    run = runs(rewind=rewind)
    for weights, end, record in zip(run.kept, run.ends, run.records, strict=True):
        chex.assert_trees_all_equal(weights.params, end.params)
        chex.assert_trees_all_equal(weights.batch_stats, end.batch_stats)
        assert record.last_step == record.weights_of_step == int(end.step)


def test_with_patience_the_best_weights_are_kept_and_the_level_stops(runs):
    run = runs(patience=2, epochs=12, learning_rate=0.3, metric="accuracy")
    stopped_early, not_the_last = 0, 0
    for level, record in enumerate(run.records):
        values = [r["accuracy"] for r in log_of(run.path, "validation", level)]
        steps = [r["step"] for r in log_of(run.path, "validation", level)]
        best = int(np.argmax(values))  # the first of the best
        assert steps[-1] == min(steps[best] + 6, 36) == record.last_step
        # Nowhere before did two epochs pass without a better value.
        for at in range(len(values) - 1):
            until_now = int(np.argmax(values[: at + 1]))
            assert at - until_now < 2
        assert record.weights_of_step == steps[best]
        assert record.val_accuracy == values[best]
        stopped_early += steps[-1] < 36
        not_the_last += record.val_accuracy != values[-1]
    # Otherwise this run shows nothing.
    assert stopped_early
    assert not_the_last


def test_with_patience_the_kept_weights_are_those_scored_and_pruned(runs):
    run = runs(patience=2, epochs=12, learning_rate=0.3, metric="accuracy")
    weights = run.kept[0]
    assert any((a != b).any() for a, b in zip(
        jax.tree.leaves(weights.params), jax.tree.leaves(run.ends[0].params), strict=True
    ))  # fmt: skip
    sizes = {path: np.abs(weights.params[path.split("/")[0]]["kernel"]) for path in PRUNABLE}
    alive = {path: run.kept[1].masks[path.split("/")[0]]["kernel"] for path in PRUNABLE}
    removed = np.concatenate([sizes[path][~alive[path]] for path in PRUNABLE])
    left = np.concatenate([sizes[path][alive[path]] for path in PRUNABLE])
    assert removed.max() <= left.min()
    assert run.records[1].thresholds["global"] == removed.max()


def test_the_test_split_chooses_nothing(runs, tmp_path):
    plain = runs(patience=2, epochs=12, learning_rate=0.3, metric="accuracy")
    experiment, init = tiny_experiment(patience=2, epochs=12, learning_rate=0.3, metric="accuracy")
    other = tiny_examples(18, 99)
    other = TinyExamples(1 - other.labels, other.keys, other.pictures)  # what is learnt fails there
    records = run_experiment(tmp_path, replace(experiment, test=other), init)
    assert [r.test for r in records] != [r.test for r in plain.records]
    for level in LEVELS:
        chex.assert_trees_all_equal(restored(tmp_path, level), plain.kept[level])


@pytest.mark.parametrize("rewind", ["init", "none"])
def test_what_is_written_of_a_level_is_what_its_weights_give(runs, rewind):
    run = runs(rewind=rewind)
    for level, weights in enumerate(run.kept):
        record = run.records[level]
        for split in ("validation", "test"):
            examples = getattr(run.experiment, split)
            logits = run.experiment.evaluate(
                weights.params, weights.batch_stats, examples.images(np.arange(8))
            )[:, 0]
            path = run.path / f"level_{level:02d}" / f"predictions_{split}.csv"
            with path.open() as file:
                rows = list(csv.DictReader(file))
            assert [row["key"] for row in rows] == examples.keys.tolist()
            assert [int(row["label"]) for row in rows] == examples.labels.tolist()
            assert [row["method"] for row in rows] == examples.methods.tolist()
            scores = np.array([row["logit"] for row in rows], np.float32)
            np.testing.assert_array_equal(scores[:8], logits)
            want = {name: metric(examples.labels, scores) for name, metric in METRICS.items()}
            assert getattr(record, split) == pytest.approx(want, abs=1e-12)
        assert record.test_auc == record.test["auc"]
        assert record.val_auc == record.validation["auc"]
        assert record.test_eer == record.test["eer"]
        assert record.test_balanced_accuracy == record.test["balanced_accuracy"]
        losses = [r["loss"] for r in log_of(run.path, "train", level)]
        assert record.epoch_losses == pytest.approx(
            [np.mean(losses[:3]), np.mean(losses[3:])], abs=1e-12
        )


def test_the_layers_of_a_level_are_counted(runs):
    run = runs(rewind="init")
    for level, weights in enumerate(run.kept):
        masks = weights.masks
        with (run.path / f"level_{level:02d}" / "layers.csv").open() as file:
            rows = {row["layer"]: row for row in csv.DictReader(file)}
        alive = masks_lib.alive(masks, PRUNABLE)
        assert {name: int(row["weights_left"]) for name, row in rows.items()} == alive
        assert sum(int(row["weights"]) for row in rows.values()) == WEIGHTS


def test_the_same_seed_gives_the_same_run_and_another_does_not(runs, tmp_path):
    plain = runs(rewind="init")
    run_tiny(tmp_path / "same")
    run_tiny(tmp_path / "other", seed=1, rewind="init")
    log = (plain.path / "metrics.jsonl").read_bytes()
    assert (tmp_path / "same" / "metrics.jsonl").read_bytes() == log
    assert (tmp_path / "other" / "metrics.jsonl").read_bytes() != log


def test_levels_may_each_see_their_own_order(runs):
    same, own = runs(rewind="init"), runs(rewind="init", data_order="per_level")
    assert log_of(own.path, "train", 0) == log_of(same.path, "train", 0)
    seeds = [[int(start.seed) for start in run.starts] for run in (same, own)]
    assert seeds[0] == [0, 0, 0]
    assert len(set(seeds[1])) == 3


def test_a_layer_that_loses_all_its_weights_is_said_aloud(runs):
    run = runs(sparsities=(0.0, 0.99))
    record = run.records[1]
    assert record.weights_left == 1
    assert len(record.dead_layers) == 1
    assert f"level 1: layer {record.dead_layers[0]} has no weight left" in record.signs


@pytest.mark.parametrize("options", [
    {"optimizer": "sgd", "weight_decay": 0.01, "schedule": "step"},
    {"optimizer": "adamw", "weight_decay": 0.01, "balance": "loss"},
    {"balance": "sampling"},
])  # fmt: skip
def test_other_options_run_under_the_same_invariants(runs, options):
    run = runs(**options, rewind="step:4")
    assert [record.weights_left for record in run.records] == [140, 112, 90]
    assert run.experiment.step._cache_size() == 1
    for end, weights in zip(run.ends, run.kept, strict=True):
        for tree in (end.params, *moments(end).values()):
            assert masks_lib.nonzero_where_pruned(weights.masks, tree) is None


def test_one_trace_serves_all_levels(tmp_path):
    experiment, init = tiny_experiment()
    once = chex.assert_max_traces(experiment.step.__wrapped__, n=1)
    step = jax.jit(once, donate_argnums=0)
    records = run_experiment(tmp_path / "run", replace(experiment, step=step), init)
    assert [record.level for record in records] == list(LEVELS)
    assert step._cache_size() == 1
