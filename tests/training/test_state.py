from dataclasses import replace

import chex
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.training import OPTIMIZERS, create_state, make_optimizer
from jaxticket.training.state import copy, mask_state, moments
from jaxticket.weights import dense

PARAMS = {"a": {"bias": jnp.array([1.0, 2.0]), "kernel": jnp.array([3.0, 4.0, 5.0])}}
MASKS = {"a": {"bias": jnp.array([True, True]), "kernel": jnp.array([True, False, True])}}
MOMENTS = {"sgd": 1, "adam": 2, "adamw": 2}


def state_with_moments(name):
    """A state whose every moment is the parameter plus one."""
    optimizer = make_optimizer(name)
    state = create_state(dense(PARAMS, {}), optimizer, 3)
    structure = jax.tree.structure(PARAMS)

    def fill(node):
        if jax.tree.structure(node) == structure:
            return jax.tree.map(lambda x: x + 1, PARAMS)
        return node

    filled = jax.tree.map(
        fill, state.opt_state, is_leaf=lambda node: jax.tree.structure(node) == structure
    )
    return optimizer, replace(state, opt_state=filled)


def test_a_new_state_counts_from_its_step_with_its_seed():
    state = create_state(
        dense(PARAMS, {"bn": jnp.ones(1)}), make_optimizer("adam"), 2**32 - 1, step=7
    )
    assert (int(state.step), state.step.dtype) == (7, jnp.int32)
    assert (int(state.seed), state.seed.dtype) == (2**32 - 1, jnp.uint32)
    chex.assert_trees_all_equal(state.params, PARAMS)
    chex.assert_trees_all_equal(state.batch_stats, {"bn": jnp.ones(1)})
    for tree in moments(state).values():
        chex.assert_trees_all_equal(tree, jax.tree.map(jnp.zeros_like, PARAMS))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_state_owns_its_arrays(name):
    state = create_state(dense(PARAMS, {"bn": jnp.ones(1)}), make_optimizer(name), 0)
    jax.tree.map(lambda x: x.delete(), state)
    assert not any(leaf.is_deleted() for leaf in jax.tree.leaves(PARAMS))


def test_a_copy_shares_no_buffer():
    new = copy(PARAMS)
    chex.assert_trees_all_equal(new, PARAMS)
    for ours, theirs in zip(jax.tree.leaves(new), jax.tree.leaves(PARAMS), strict=True):
        assert ours.unsafe_buffer_pointer() != theirs.unsafe_buffer_pointer()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_moment_is_found(name):
    _, state = state_with_moments(name)
    found = moments(state)
    assert len(found) == MOMENTS[name]
    for place, tree in found.items():
        assert place.startswith("optimizer.")
        chex.assert_trees_all_equal(tree, jax.tree.map(lambda x: x + 1, PARAMS))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_masking_zeroes_weights_and_moments_and_keeps_the_rest(name):
    optimizer, state = state_with_moments(name)
    masked = mask_state(state, MASKS, optimizer)
    np.testing.assert_array_equal(masked.params["a"]["kernel"], [3, 0, 5])
    np.testing.assert_array_equal(masked.params["a"]["bias"], [1, 2])
    found = moments(masked)
    assert len(found) == MOMENTS[name]
    for tree in found.values():
        np.testing.assert_array_equal(tree["a"]["kernel"], [4, 0, 6])
        np.testing.assert_array_equal(tree["a"]["bias"], [2, 3])
    assert (int(masked.step), int(masked.seed)) == (0, 3)
    # It owns its arrays, so that the step may take them while the rewind point stays.
    jax.tree.map(lambda x: x.delete(), masked)
    assert not any(leaf.is_deleted() for leaf in jax.tree.leaves((state, MASKS)))


def test_masking_is_one_program_whatever_the_shapes(caplog):
    params = {f"l{n}": {"kernel": jnp.zeros((n, 7))} for n in range(1, 6)}
    weights = dense(params, {})
    optimizer = make_optimizer("adam")
    state = create_state(weights, optimizer, 0)
    with jax.log_compiles(), caplog.at_level("WARNING"):
        mask_state(state, weights.masks, optimizer)
    assert caplog.text.count("Finished XLA compilation") == 1
