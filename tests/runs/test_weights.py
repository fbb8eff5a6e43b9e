import chex
import jax.numpy as jnp
import pytest

from jaxticket.runs import Damaged, read_beginning, read_level
from jaxticket.runs.checkpoints import save_tree
from jaxticket.runs.weights import restore_weights, save_weights
from jaxticket.weights import Weights, dense

PARAMS = {"fc": {"bias": jnp.array([0.5]), "kernel": jnp.array([[1.0], [0.0]])}}
MASKS = {"fc": {"bias": jnp.array([True]), "kernel": jnp.array([[True], [False]])}}
STATS = {"bn": {"mean": jnp.array([3.0])}}


@pytest.mark.parametrize("stats", [STATS, {}])
def test_a_level_comes_back_by_what_its_checkpoint_says(tmp_path, stats):
    # The form on the disk is that of every run so far.
    save_tree(tmp_path / "level_01" / "checkpoint",
              ({"params": PARAMS, "batch_stats": stats}, MASKS))  # fmt: skip
    chex.assert_trees_all_equal(read_level(tmp_path, 1), Weights(PARAMS, stats, MASKS))
    save_weights(tmp_path / "saved", Weights(PARAMS, stats, MASKS))
    chex.assert_trees_all_equal(restore_weights(tmp_path / "saved"), Weights(PARAMS, stats, MASKS))


def test_a_beginning_comes_back_unpruned(tmp_path):
    save_tree(tmp_path / "init", {"params": PARAMS, "batch_stats": STATS})
    chex.assert_trees_all_equal(read_beginning(tmp_path), dense(PARAMS, STATS))


def test_a_level_of_other_shapes_is_refused_where_they_are_known(tmp_path):
    save_weights(tmp_path / "level", dense(PARAMS, STATS))
    wider = {"fc": {"bias": jnp.zeros(1), "kernel": jnp.zeros((3, 1))}}
    reason = r"0/params/fc/kernel is float32\(2, 1\) in it and float32\(3, 1\) here"
    with pytest.raises(Damaged, match=reason):
        restore_weights(tmp_path / "level", like=dense(wider, STATS))


@pytest.mark.parametrize(
    "tree",
    [
        {"w": jnp.zeros(1)},
        ({"params": PARAMS, "batch_stats": STATS}, {"fc": MASKS["fc"] | {"bias": jnp.zeros(1)}}),
        ({"params": PARAMS, "batch_stats": STATS}, {"fc": {"bias": jnp.array([True])}}),
        ({"params": PARAMS, "batch_stats": STATS}, PARAMS, PARAMS),
    ],
)
def test_other_arrays_are_no_level(tmp_path, tree):
    save_tree(tmp_path / "level", tree)
    with pytest.raises(Damaged, match="it holds other arrays than weights and their masks"):
        restore_weights(tmp_path / "level")


def test_what_is_not_there_is_named(tmp_path):
    save_weights(tmp_path / "level_02" / "checkpoint", dense(PARAMS, STATS))
    with pytest.raises(FileNotFoundError, match="holds the arrays of the levels 2"):
        read_level(tmp_path, 0)
    with pytest.raises(FileNotFoundError, match="where the levels began, is not there"):
        read_beginning(tmp_path)
