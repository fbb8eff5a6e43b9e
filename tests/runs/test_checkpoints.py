import math
import os

import chex
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.runs.checkpoints import Partial, restore_tree, save_tree

TREE = {
    "params": {
        "layer1.0.conv1": {"kernel": np.arange(8, dtype=np.float32).reshape(2, 4) / 7},
        "fc": {"bias": np.array([np.nan, -0.0, np.inf, 1e-45], np.float32)},
    },
    "masks": {"fc": {"kernel": np.array([[True, False], [False, True]])}},
    "batch_stats": {},
    "step": np.int32(7),
    "seed": np.uint32(2**32 - 1),
}


def bitwise(tree):
    return jax.tree.map(lambda x: (np.asarray(x).dtype, x.shape, np.asarray(x).tobytes()), tree)


def fresh(tree=TREE):
    return jax.tree.map(jnp.asarray, tree)


def test_a_tree_comes_back_bitwise(tmp_path):
    save_tree(tmp_path / "tree", fresh())
    assert bitwise(restore_tree(tmp_path / "tree", fresh())) == bitwise(TREE)


def test_what_is_restored_needs_no_compilation_of_its_own(tmp_path):
    tree = {"w": jnp.ones(3), "b": jnp.ones(3)}
    double = jax.jit(lambda tree: jax.tree.map(lambda x: 2 * x, tree), donate_argnums=0)
    save_tree(tmp_path / "tree", tree)
    double(tree)
    found = restore_tree(tmp_path / "tree", {"w": jnp.zeros(3), "b": jnp.zeros(3)})
    double(found)
    assert double._cache_size() == 1
    assert found["w"].is_deleted()  # its buffer could be given away


def test_a_second_save_replaces_the_first(tmp_path):
    save_tree(tmp_path / "tree", {"w": jnp.zeros(3)})
    save_tree(tmp_path / "tree", {"w": jnp.ones(3)})
    restored = restore_tree(tmp_path / "tree", {"w": jnp.zeros(3)})
    np.testing.assert_array_equal(restored["w"], 1)
    assert [item.name for item in tmp_path.iterdir()] == ["tree"]


@pytest.mark.parametrize(
    "like", [{"w": jnp.zeros(3), "b": jnp.zeros(3)}, {"v": jnp.zeros(3)}, {"w": jnp.zeros((3, 2))}]
)
def test_a_tree_of_another_form_is_not_restored(tmp_path, like):
    save_tree(tmp_path / "tree", {"w": jnp.zeros(3)})
    with pytest.raises((ValueError, KeyError)):
        restore_tree(tmp_path / "tree", like)


def test_a_save_that_dies_leaves_no_checkpoint(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "rename", _die)
    with pytest.raises(KeyboardInterrupt):
        save_tree(tmp_path / "tree", {"w": jnp.zeros(3)})
    assert not (tmp_path / "tree").exists()


def _die(*_, **__):
    raise KeyboardInterrupt


def test_a_level_without_checkpoints_has_none(tmp_path):
    assert Partial(tmp_path / "partial").restore({"w": jnp.zeros(3)}) is None


def test_the_newest_of_a_level_comes_back_with_its_notes(tmp_path):
    partial = Partial(tmp_path / "partial")
    notes = {"losses": [0.1, 1 / 3, 2.0**-1074], "best": -math.inf, "seconds": {"train": 1.5}}
    partial.save(3, {"w": jnp.full(2, 3.0)}, {**notes, "stale": 0})
    partial.save(6, {"w": jnp.full(2, 6.0)}, {**notes, "stale": 2})
    arrays, found = Partial(tmp_path / "partial").restore({"w": jnp.zeros(2)})
    chex.assert_trees_all_equal(arrays, {"w": jnp.full(2, 6.0)})
    assert found == {**notes, "stale": 2}
    assert [item.name for item in (tmp_path / "partial").iterdir()] == ["6"]


def test_a_checkpoint_that_dies_leaves_the_one_before(tmp_path, monkeypatch):
    partial = Partial(tmp_path / "partial")
    partial.save(3, {"w": jnp.full(2, 3.0)}, {})
    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", _die)
        with pytest.raises(KeyboardInterrupt):
            partial.save(6, {"w": jnp.full(2, 6.0)}, {})
    arrays, _ = partial.restore({"w": jnp.zeros(2)})
    np.testing.assert_array_equal(arrays["w"], 3)
    partial.save(6, {"w": jnp.full(2, 9.0)}, {})
    arrays, _ = partial.restore({"w": jnp.zeros(2)})
    np.testing.assert_array_equal(arrays["w"], 9)


def test_a_finished_level_drops_its_checkpoints(tmp_path):
    partial = Partial(tmp_path / "partial")
    partial.save(3, {"w": jnp.zeros(2)}, {})
    partial.clear()
    assert list(tmp_path.iterdir()) == []
    partial.clear()


def test_arrays_restored_are_the_callers_own(tmp_path):
    save_tree(tmp_path / "tree", {"w": jnp.arange(3.0)})
    a, b = (restore_tree(tmp_path / "tree", {"w": jnp.zeros(3)}) for _ in range(2))
    a["w"].delete()
    np.testing.assert_array_equal(b["w"], [0, 1, 2])
