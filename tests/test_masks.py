import chex
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket import masks

PATHS = ("a/kernel", "b/kernel")
PARAMS = {
    "a": {"kernel": jnp.array([[1.0, -2.0], [3.0, -4.0]]), "bias": jnp.array([5.0, 6.0])},
    "b": {"kernel": jnp.array([7.0, 8.0, 9.0])},
}
HALF = {
    "a": {"kernel": jnp.array([[True, False], [False, True]]), "bias": jnp.array([True, True])},
    "b": {"kernel": jnp.array([True, False, False])},
}


def test_full_masks_are_true_booleans_of_every_leafs_shape():
    full = masks.full(PARAMS)
    chex.assert_trees_all_equal_shapes(full, PARAMS)
    assert all(leaf.dtype == bool and leaf.all() for leaf in jax.tree.leaves(full))


def test_apply_puts_exact_zeros_where_pruned_and_keeps_the_rest():
    want = {
        "a": {"kernel": jnp.array([[1.0, 0.0], [0.0, -4.0]]), "bias": jnp.array([5.0, 6.0])},
        "b": {"kernel": jnp.array([7.0, 0.0, 0.0])},
    }
    chex.assert_trees_all_equal(masks.apply(HALF, PARAMS), want)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_apply_selects_so_that_no_bad_value_leaks(bad):
    out = masks.apply({"w": jnp.array([False, True])}, {"w": jnp.array([bad, 2.0])})
    np.testing.assert_array_equal(out["w"], [0.0, 2.0])


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.bfloat16, jnp.int32])
def test_apply_keeps_the_dtype(dtype):
    out = masks.apply({"w": jnp.array([False, True])}, {"w": jnp.array([1, 2], dtype)})
    assert out["w"].dtype == dtype


def test_apply_refuses_masks_of_another_shape():
    with pytest.raises(AssertionError, match="shape"):
        masks.apply({"w": jnp.ones(1, bool)}, {"w": jnp.ones(3)})


def test_counts_by_hand():
    assert masks.alive(HALF, PATHS) == {"a/kernel": 2, "b/kernel": 1}
    assert masks.sparsity(HALF, PATHS) == 1 - 3 / 7
    assert masks.parameters_left(HALF, PATHS) == 5  # 3 kernels' weights and 2 biases
    assert masks.sparsity(masks.full(PARAMS), PATHS) == 0.0


def test_counts_of_a_layer_without_survivors():
    none = {"a": HALF["a"], "b": {"kernel": jnp.zeros(3, bool)}}
    assert masks.alive(none, PATHS) == {"a/kernel": 2, "b/kernel": 0}
    assert masks.sparsity(none, ("b/kernel",)) == 1.0


def test_overlap_is_intersection_over_union():
    other = {
        "a": {"kernel": jnp.array([[True, True], [False, False]]), "bias": HALF["a"]["bias"]},
        "b": {"kernel": jnp.array([True, True, False])},
    }
    # Both: a[0,0], b[0]. Either: a[0,0], a[0,1], a[1,1], b[0], b[1].
    assert masks.overlap(HALF, other, PATHS) == 2 / 5
    assert masks.overlap(HALF, HALF, PATHS) == 1.0
    empty = jax.tree.map(jnp.zeros_like, HALF)
    assert masks.overlap(HALF, empty, PATHS) == 0.0
    assert masks.overlap(empty, empty, PATHS) == 1.0


@pytest.mark.parametrize("value", [1e-45, -1.0, np.nan, np.inf])
def test_a_nonzero_pruned_entry_is_found_by_its_path(value):
    clean = masks.apply(HALF, PARAMS)
    assert masks.nonzero_where_pruned(HALF, clean) is None
    dirty = {**clean, "b": {"kernel": clean["b"]["kernel"].at[2].set(value)}}
    assert masks.nonzero_where_pruned(HALF, dirty) == "b/kernel"


def test_a_revived_weight_is_found_by_its_path():
    less = {**HALF, "b": {"kernel": jnp.array([False, False, False])}}
    other = {**HALF, "b": {"kernel": jnp.array([False, True, False])}}
    assert masks.revived(less, HALF) is None
    assert masks.revived(HALF, HALF) is None
    assert masks.revived(HALF, less) == "b/kernel"
    assert masks.revived(other, HALF) == "b/kernel"


def test_digests_are_equal_for_equal_bits_in_leaves_of_equal_names_and_shapes():
    once = masks.digest(HALF, PATHS)
    assert once == masks.digest(jax.tree.map(np.asarray, HALF), iter(PATHS))
    other = {**HALF, "b": {"kernel": ~HALF["b"]["kernel"]}}
    flat = {**HALF, "a": {**HALF["a"], "kernel": HALF["a"]["kernel"].ravel()}}
    renamed = {**HALF, "c": HALF["b"]}
    found = {
        once, masks.digest(other, PATHS), masks.digest(flat, PATHS), masks.digest(HALF, PATHS[:1]),
        masks.digest(renamed, ("a/kernel", "c/kernel")),
    }  # fmt: skip
    assert len(found) == 5
