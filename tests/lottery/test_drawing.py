"""Masks that are drawn before a level's end: from which weights, when, and what is kept."""

import functools
from dataclasses import replace

import chex
import jax
import jax.numpy as jnp
import msgspec
import numpy as np
import pytest

from jaxticket.lottery import Stopped, parse_rewind
from jaxticket.lottery.dense_controls import steps_taken
from jaxticket.lottery.drawing import distance, mean_steps
from jaxticket.lottery.signs import signs
from jaxticket.pruning import by_sparsities, parse_search
from jaxticket.runs.checkpoints import restore_tree
from jaxticket.runs.weights import restore_weights
from tests.resumption import KillAfter, Killed, StopAt, assert_same_results, executed_steps
from tests.tiny import PRUNABLE, log_of, restored, run_experiment, tiny_experiment

# Levels 0, 16.3%, 30%, 40.8%, of which 1 leads to the next; 2 epochs of 3 steps.
LEVELS = by_sparsities((0.3, 0.408), 0.2)
SHORT = (("search", "short:0.34"), ("sparsities", LEVELS), ("passing", frozenset({1})))
NAMED = (*SHORT[:2], ("passing", frozenset()))
# 6 epochs. The masks of so few weights change much: at this threshold some epochs' do not.
THREE = (("sparsities", (0.0, 0.2, 0.36)), ("passing", frozenset({1})), ("epochs", 6))
BIRD = (*THREE, ("search", "early_bird:0.3:1"))


@functools.cache
def compiled(epochs):
    return tiny_experiment(epochs=epochs)


def experiment_of(epochs=2, checkpoint_every=None, search="full", rewind="init", **fields):
    """An experiment of these fields; its programs are compiled once for this module."""
    experiment, init = compiled(epochs)
    budget = replace(experiment.budget, checkpoint_every=checkpoint_every)
    rules = {"search": parse_search(search), "rewind": parse_rewind(rewind)}
    return replace(experiment, budget=budget, **rules, **fields), init


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Uninterrupted runs, each run once for this module."""

    @functools.cache
    def run(*options):
        path = tmp_path_factory.mktemp("run") / "run"
        return path, run_experiment(path, *experiment_of(**dict(options)))

    return run


def flat(tree):
    return np.concatenate([np.ravel(tree[path.split("/")[0]]["kernel"]) for path in PRUNABLE])


def drawn(path, level):
    """The weights that a level was drawn from, as they are kept."""
    return jax.tree.map(np.asarray, restore_weights(path / f"level_{level:02d}" / "drawn", ""))


def is_drawn_from(mask, weights):
    """Whether a mask keeps the largest of these weights, among those that were alive."""
    sizes, alive = np.abs(flat(weights.params)), flat(weights.masks)
    return not (mask & ~alive).any() and sizes[mask].min() >= sizes[alive & ~mask].max()


def test_a_level_on_the_way_ends_where_it_is_drawn_and_tickets_are_trained_in_full(finished):
    path, records = finished(*SHORT)
    assert [record.drawn_at for record in records] == [2, 2, 2, None]
    assert [record.last_step for record in records] == [6, 2, 6, 6]
    assert [record.weights_of_step for record in records] == [6, 2, 6, 6]
    # Of those before, what led to the next: 2 + 2 of level 1, 2 + 2 + 6 of level 2, and so on.
    assert [record.steps_spent for record in records] == [6, 4, 10, 12]
    assert executed_steps(path) == 20
    experiment, _ = experiment_of(**dict(SHORT))
    assert [steps_taken(path, experiment, level) for level in range(4)] == [6, 4, 10, 12]
    assert mean_steps(experiment) == 5
    rates = [[r["learning_rate"] for r in log_of(path, "train", level)] for level in (0, 1)]
    assert rates[1] == rates[0][:2]
    assert rates[0][5] < rates[0][1]


def test_masks_are_of_the_weights_at_the_drawing(finished):
    path, _ = finished(*NAMED)
    # What is rewound to with step:2 is the state of level 0 there.
    full, _ = finished(("sparsities", (0.0, 0.2)), ("rewind", "step:2"))
    there = restore_tree(full / "rewind")
    weights = drawn(path, 0)
    chex.assert_trees_all_equal(weights.params, there["params"])
    chex.assert_trees_all_equal(weights.batch_stats, there["batch_stats"])
    mask = flat(restored(path, 1).masks)
    assert is_drawn_from(mask, weights)
    assert not is_drawn_from(mask, restored(path, 0))  # or this shows nothing
    assert not list(full.glob("*/drawn"))


def test_a_ticket_is_the_same_whether_those_before_it_are_tickets_too(finished):
    one, records = finished(*SHORT)
    all_named, others = finished(*NAMED)
    for level in (0, 2, 3):
        chex.assert_trees_all_equal(restored(one, level), restored(all_named, level))
        assert records[level].test == others[level].test
        assert records[level].steps_spent == others[level].steps_spent
    assert [record.last_step for record in others] == [6] * 4
    # What was drawn is kept until it was used, and of level 0 for other runs.
    for path in (one, all_named):
        assert [item.parent.name for item in path.glob("*/drawn")] == ["level_00"]


def test_nothing_is_drawn_before_the_step_that_is_rewound_to(finished):
    _, records = finished(*SHORT[:2], ("rewind", "step:3"))
    assert [record.drawn_at for record in records] == [3, 4, 4, None]
    assert [record.steps_spent for record in records] == [6, 6, 7, 8]


def test_a_mask_that_never_settles_is_drawn_from_the_end(finished):
    never, records = finished(*THREE, ("search", "early_bird:0.0001"))
    full, others = finished(*THREE)
    assert [record.drawn_at for record in records] == [18, 18, None]
    assert [record.steps_spent for record in records] == [18, 36, 54]
    for level in (0, 2):
        chex.assert_trees_all_equal(restored(never, level), restored(full, level))
    assert others[0].drawn_at is others[0].steps_spent is others[0].mask_distances is None


def test_a_mask_is_drawn_in_the_epoch_in_which_it_has_settled(finished, tmp_path):
    path, records = finished(*BIRD)
    for record in records[:2]:
        *before, last = record.mask_distances
        assert record.drawn_at == 3 * len(record.mask_distances)
        assert last < 0.3 <= min(before)
        assert before[0] == 1.0  # before the first epoch nothing was removed
    assert records[2].mask_distances is None
    assert 3 < records[1].drawn_at < 18  # or this shows nothing
    assert (records[0].last_step, records[1].last_step) == (18, records[1].drawn_at)
    with pytest.raises(Killed):  # the arrays of level 1 are there until level 2 is
        run_experiment(tmp_path, *experiment_of(**dict(BIRD)), KillAfter(1, None))
    assert is_drawn_from(flat(restored(path, 2).masks), restored(tmp_path, 1))


def test_in_one_jump_a_level_is_drawn_once_all_its_masks_have_settled(finished):
    jumps = (("one_shot", True), ("epochs", 6), ("search", "early_bird:0.3:1"))
    path, records = finished(("sparsities", (0.0, 0.2, 0.5)), *jumps)
    weights = drawn(path, 0)
    assert all(is_drawn_from(flat(restored(path, level).masks), weights) for level in (1, 2))
    spent = records[0].drawn_at + 18
    assert [record.steps_spent for record in records] == [18, spent, spent]
    ways = [finished(("sparsities", (0.0, s)), *jumps)[1][0].mask_distances for s in (0.2, 0.5)]
    together = [max(pair) for pair in zip(*ways, strict=False)]
    assert records[0].mask_distances[: len(together)] == together


def test_with_patience_what_was_drawn_is_not_the_best_but_the_weights_of_then(tmp_path):
    experiment, init = tiny_experiment(
        sparsities=LEVELS[:3], passing=frozenset({1}), search="short:0.1", patience=1, epochs=12,
        learning_rate=0.3, metric="accuracy",
    )  # fmt: skip
    records = run_experiment(tmp_path / "early", experiment, init)
    # 4 of 36 steps; the level's first validation is after 3.
    assert (records[1].drawn_at, records[1].last_step, records[1].weights_of_step) == (4, 4, 4)
    assert records[0].weights_of_step != 4
    # Where patience comes to its end before, its best weights are drawn from.
    late = replace(experiment, search=parse_search("short:0.99"))
    records = run_experiment(tmp_path / "late", late, init)
    assert records[0].weights_of_step < records[0].last_step == records[0].drawn_at < 36
    best = restored(tmp_path / "late", 0)
    chex.assert_trees_all_equal(drawn(tmp_path / "late", 0), best)


@pytest.mark.parametrize(
    ("options", "level", "step"),
    [(SHORT, 0, 5), (SHORT, 1, 1), (BIRD, 0, 5), (BIRD, 0, 17), (BIRD, 1, 5)],
)
def test_killed_before_or_after_the_drawing(finished, tmp_path, options, level, step):
    experiment = experiment_of(**dict(options), checkpoint_every=2)
    with pytest.raises(Killed):
        run_experiment(tmp_path, *experiment, KillAfter(level, step))
    run_experiment(tmp_path, *experiment)
    path, _ = finished(*options)
    assert_same_results(tmp_path, path)
    assert executed_steps(path) < executed_steps(tmp_path) <= executed_steps(path) + 2


@pytest.mark.parametrize("level", [0, 1])
def test_asked_to_stop_where_it_is_drawn_from(finished, tmp_path, level):
    experiment = experiment_of(**dict(SHORT))
    with pytest.raises(Stopped):
        run_experiment(tmp_path, *experiment, StopAt(level, 2))
    run_experiment(tmp_path, *experiment)
    path, _ = finished(*SHORT)
    assert_same_results(tmp_path, path)
    assert executed_steps(tmp_path) == executed_steps(path)


def test_a_level_that_was_cut_short_is_not_said_to_diverge(finished):
    _, records = finished(*SHORT)
    cut = msgspec.structs.replace(records[1], epoch_losses=[0.5, 3.0])
    assert signs(cut, None, 0.7) == []
    whole = msgspec.structs.replace(cut, named=True)
    assert "does not converge" in signs(whole, None, 0.7)[0]


def test_the_distance_is_the_share_of_what_is_removed_that_was_kept_before():
    def tree(*alive):
        return {"a": jnp.array(alive, bool), "b": jnp.ones(2, bool)}

    level = tree(1, 1, 1, 1, 1, 0)
    before, now = tree(0, 0, 1, 1, 1, 0), tree(1, 0, 0, 1, 1, 0)
    assert distance(level, before, now, ("a",)) == 0.5
    assert distance(level, now, now, ("a",)) == 0.0
    assert distance(level, level, now, ("a",)) == 1.0  # nothing was removed before
    assert distance(level, level, level, ("a",)) == 0.0
    assert distance(level, before, now, ("b",)) == 0.0
