import chex
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.runs import Damaged, read_beginning, read_level
from jaxticket.runs import weights as weights_module
from jaxticket.runs.checkpoints import restore_tree, save_tree
from jaxticket.runs.weights import restore_weights, save_weights
from jaxticket.trees import leaves_by_path
from jaxticket.weights import Weights, dense

PARAMS = {"fc": {"bias": jnp.array([0.5]), "kernel": jnp.array([[1.0], [0.0]])}}
MASKS = {"fc": {"bias": jnp.array([True]), "kernel": jnp.array([[True], [False]])}}
STATS = {"bn": {"mean": jnp.array([3.0])}}


@pytest.mark.parametrize("stats", [STATS, {}])
def test_a_level_comes_back_by_what_its_checkpoint_says(tmp_path, stats):
    # The dense form of older runs, then today's.
    save_tree(tmp_path / "level_01" / "checkpoint",
              ({"params": PARAMS, "batch_stats": stats}, MASKS))  # fmt: skip
    chex.assert_trees_all_equal(read_level(tmp_path, 1), Weights(PARAMS, stats, MASKS))
    save_weights(tmp_path / "saved", Weights(PARAMS, stats, MASKS))
    chex.assert_trees_all_equal(restore_weights(tmp_path / "saved"), Weights(PARAMS, stats, MASKS))


def bits(places, count):
    return jnp.zeros(count, bool).at[jnp.array(places)].set(True)


def test_a_level_keeps_its_survivors_alone(tmp_path):
    draw = np.random.default_rng(0)
    masks = {
        "dead": {"kernel": jnp.zeros((3, 4), bool)},
        "few": {"kernel": bits([0, 99, 99_999], 100_000).reshape(100, 1000)},
        "half": {"kernel": jnp.asarray(draw.random((9, 1000)) < 0.5), "bias": jnp.ones(2, bool)},
        "point": {"scale": jnp.array(True)},
    }
    params = jax.tree.map(lambda mask: jnp.where(mask, 1.5, 0.0), masks)
    weights = Weights(params, {}, masks)
    save_weights(tmp_path / "level", weights)
    chex.assert_trees_all_equal(restore_weights(tmp_path / "level", like=weights), weights)
    kept = restore_tree(tmp_path / "level")
    sizes = {path: leaf.nbytes for path, leaf in leaves_by_path(kept).items()}
    left = int(masks["half"]["kernel"].sum())
    assert sizes == {
        "masks/dead/kernel/bits": 2,
        "masks/few/kernel/gaps": 4 * 2, "masks/few/kernel/shape": 2 * 4,
        "masks/half/kernel/bits": 1125, "masks/half/kernel/shape": 2 * 4,
        "params/dead/kernel": 12 * 4, "params/half/bias": 2 * 4, "params/point/scale": 4,
        "survivors/few/kernel": 3 * 4, "survivors/half/kernel": left * 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"masks": {"fc": {"kernel": {"bits": np.array([3], np.uint8), "shape": np.array([2, 1])}}}},
        {"masks": {"fc": {"kernel": {"bits": np.array([4], np.uint8), "shape": np.array([2, 1])}}}},
        {"masks": {"fc": {"kernel": {"gaps": np.array([2], np.uint8), "shape": np.array([2, 1])}}}},
        {"masks": {"fc": {"kernel": {"bits": np.array([1], np.uint8)}}}},
        {"masks": {}},
        {"survivors": {}},
        {"params": PARAMS},
    ],
)
def test_survivors_without_their_places_are_no_level(tmp_path, changed):
    packed = {
        "params": {"fc": {"bias": PARAMS["fc"]["bias"]}},
        "batch_stats": {},
        "survivors": {"fc": {"kernel": jnp.array([1.0])}},
        "masks": {"fc": {"kernel": {"bits": np.array([1], np.uint8), "shape": np.array([2, 1])}}},
    }
    save_tree(tmp_path / "whole", packed)
    chex.assert_trees_all_equal(restore_weights(tmp_path / "whole"), Weights(PARAMS, {}, MASKS))
    save_tree(tmp_path / "level", packed | changed)
    with pytest.raises(Damaged, match="it holds other arrays than weights and their masks"):
        restore_weights(tmp_path / "level")


def test_more_memory_unpacked_than_is_stated_is_refused(tmp_path, monkeypatch):
    save_weights(tmp_path / "saved", Weights(PARAMS, STATS, MASKS))
    saved = restore_tree(tmp_path / "saved")
    saved["masks"]["fc"]["kernel"]["shape"] = np.array([1 << 13, 1 << 13], np.int32)
    save_tree(tmp_path / "more", {**saved, "batch_stats": {}})
    monkeypatch.setattr(weights_module, "unpack", None)
    monkeypatch.setattr(weights_module.limits, "CHECKPOINT_BYTES", 1 << 20)
    with pytest.raises(Damaged, match="unpacked it has 268,435,460 bytes; at most 1,048,576 are"):
        restore_weights(tmp_path / "more")


def test_a_beginning_comes_back_unpruned(tmp_path):
    save_tree(tmp_path / "init", {"params": PARAMS, "batch_stats": STATS})
    chex.assert_trees_all_equal(read_beginning(tmp_path), dense(PARAMS, STATS))


def test_a_level_of_other_shapes_is_refused_where_they_are_known(tmp_path):
    save_weights(tmp_path / "level", dense(PARAMS, STATS))
    wider = {"fc": {"bias": jnp.zeros(1), "kernel": jnp.zeros((3, 1))}}
    reason = r"params/fc/kernel is float32\(2, 1\) in it and float32\(3, 1\) here"
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
