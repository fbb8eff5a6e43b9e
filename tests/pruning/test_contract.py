"""What every criterion keeps to, on a network of 169 parameters."""

from dataclasses import replace

import chex
import jax
import numpy as np
import pytest

from jaxticket import masks as masks_lib
from jaxticket.lottery.prune import prune
from jaxticket.pruning import CRITERIA, needs_training
from jaxticket.training import create_state
from jaxticket.trees import leaves_by_path
from tests.tiny import PRUNABLE, tiny_experiment


@pytest.fixture(params=list(CRITERIA))
def case(request, monkeypatch):
    """A criterion, what it is shown on the way to half of the weights, and the masks it leads to.

    The trained weights are twice those that the level begins from.
    """
    name, shown = request.param, []
    row = CRITERIA[name]

    def scores(network):
        shown.append(network)
        return row.scores(network)

    def masks(**options):
        e, init = tiny_experiment(sparsities=(0.0, 0.5), criterion=name, **options)
        point = create_state(init, e.optimizer, seed=0)
        trained = replace(init, params=jax.tree.map(lambda w: 2 * w, init.params))
        return prune(e, 1, trained, point)[0]

    monkeypatch.setitem(CRITERIA, name, replace(row, scores=scores))
    return name, row, shown, masks


def alive(masks):
    return sum(masks_lib.alive(masks, PRUNABLE).values())


def test_the_number_that_is_left_is_exact_and_the_masks_repeat(case):
    _, _, _, masks = case
    once = masks()
    assert alive(once) == alive(masks(one_shot=True)) == 70
    chex.assert_trees_all_equal(once, masks())
    assert all(leaf.all() for path, leaf in leaves_by_path(once).items() if path not in PRUNABLE)


def test_scores_are_numbers_in_a_tree_like_the_parameters(case):
    _, row, shown, masks = case
    masks(one_shot=True)
    scores = row.scores(shown[0])
    chex.assert_trees_all_equal_shapes(scores, shown[0].params)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(scores))
    assert all((np.asarray(leaf) >= 0).all() for leaf in jax.tree.leaves(scores))


def test_it_is_shown_the_weights_and_as_often_as_its_row_says(case):
    name, row, shown, masks = case
    masks()
    assert len(shown) == {None: 4}.get(row.rounds, row.rounds)  # 0.8 ** 4 < 0.5 < 0.8 ** 3
    ratio = jax.tree.map(lambda w, start: np.allclose(w, (1 + row.trained) * start),
                         shown[0].params, shown[0].start)  # fmt: skip
    assert all(jax.tree.leaves(ratio))
    assert needs_training(name) == row.trained
    left = [sum(np.count_nonzero(leaves_by_path(one.params)[path]) for path in PRUNABLE)
            for one in shown]  # fmt: skip
    assert left[0] == 140
    assert left == sorted(left, reverse=True)


def test_once_is_enough_where_it_prunes_in_one_jump(case):
    _, _, shown, masks = case
    masks(one_shot=True)
    assert len(shown) == 1


def test_only_random_depends_on_the_seed_of_draws(case):
    name, row, shown, masks = case
    masks(one_shot=True)
    here, there = row.scores(shown[0]), row.scores(replace(shown[0], seed=9))
    same = [np.array_equal(a, b) for a, b in zip(*map(jax.tree.leaves, (here, there)), strict=True)]
    assert all(same) == (name != "random")


def test_the_rows_are_pinned():
    # Another row changes the masks of every run by that criterion: it must not come unnoticed.
    assert {name: (row.trained, row.rounds) for name, row in CRITERIA.items()} == {
        "magnitude": (True, 1),
        "random": (False, 1),
        "snip": (False, None),
        "synflow": (False, 100),
    }
    assert needs_training("package.module:name")
