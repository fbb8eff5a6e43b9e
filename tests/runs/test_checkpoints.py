import json
import logging
import math
import os
import re
import shutil
from threading import Event

import chex
import jax
import jax.numpy as jnp
import numpy as np
import orbax.checkpoint as ocp
import pytest
import tensorstore as ts

from jaxticket.runs import Damaged, checkpoints
from jaxticket.runs.background import Background
from jaxticket.runs.checkpoint_digest import content_sha256, kept_sha256
from jaxticket.runs.checkpoints import Partial, restore_tree, save_tree
from jaxticket.training import OPTIMIZERS, create_state, make_optimizer
from jaxticket.weights import dense

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


def test_restoring_makes_no_program_a_shape(tmp_path, caplog):
    save_tree(tmp_path / "tree", {"w": jnp.ones((3, 5, 7)), "b": jnp.ones(11)})
    with jax.log_compiles(), caplog.at_level("WARNING"):
        found = restore_tree(tmp_path / "tree")
    np.testing.assert_array_equal(found["w"], np.ones((3, 5, 7)))
    assert "XLA compilation" not in caplog.text


def test_a_second_save_replaces_the_first(tmp_path):
    save_tree(tmp_path / "tree", {"w": jnp.zeros(3)})
    save_tree(tmp_path / "tree", {"w": jnp.ones(3)})
    restored = restore_tree(tmp_path / "tree", {"w": jnp.zeros(3)})
    np.testing.assert_array_equal(restored["w"], 1)
    assert [item.name for item in tmp_path.iterdir()] == ["tree"]


@pytest.mark.parametrize(
    ("like", "reason"),
    [
        ({"w": jnp.zeros(3), "b": jnp.zeros(3)}, "b is missing in it and float32(3,) here"),
        ({"x": jnp.zeros(3)}, "w is float32(3,) in it and unknown here"),
        ({"w": jnp.zeros((3, 2))}, "w is float32(3,) in it and float32(3, 2) here"),
        ({"w": jnp.zeros(3, bool)}, "w is float32(3,) in it and bool(3,) here"),
    ],
)
def test_a_tree_of_another_form_is_not_restored(tmp_path, like, reason):
    save_tree(tmp_path / "tree", {"w": jnp.zeros(3)})
    with pytest.raises(Damaged) as error:
        restore_tree(tmp_path / "tree", like, "mend it")
    assert str(error.value) == f"{tmp_path / 'tree'} is damaged ({reason}): mend it"
    partial = Partial(tmp_path / "partial")
    partial.save(3, {"w": jnp.zeros(3)}, {})
    with pytest.raises(Damaged, match=re.escape(f"partial is damaged ({reason}): remove")):
        partial.restore(like)


def test_a_save_that_dies_leaves_no_checkpoint(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "rename", _die)
    with pytest.raises(KeyboardInterrupt):
        save_tree(tmp_path / "tree", {"w": jnp.zeros(3)})
    assert not (tmp_path / "tree").exists()


def test_what_such_a_save_left_over_is_in_nobodys_way(tmp_path):
    for left in ("tree.partial", "tree.partial.orbax-checkpoint-tmp"):
        (tmp_path / "run" / left / "d").mkdir(parents=True)
    save_tree(tmp_path / "run" / "tree", {"w": jnp.ones(3)})
    assert [item.name for item in (tmp_path / "run").iterdir()] == ["tree"]


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


def spoil(path, how):
    """Cut, remove or overwrite the files of a checkpoint that Orbax reads."""
    match how:
        case "cut":
            for file in [*path.rglob("d/*"), *path.rglob("manifest.ocdbt")]:
                file.write_bytes(file.read_bytes()[:-3])
        case "overwritten":
            for file in path.rglob("d/*"):
                file.write_bytes(file.read_bytes()[:-3] + b"xyz")
        case "undescribed":
            next(path.rglob("_METADATA")).unlink()
        case "garbled":
            next(path.rglob("_METADATA")).write_text("{")
        case "empty":
            for item in path.iterdir():
                shutil.rmtree(item) if item.is_dir() else item.unlink()


@pytest.mark.parametrize("how", ["cut", "overwritten", "undescribed", "garbled", "empty"])
def test_a_damaged_checkpoint_is_one_short_sentence(tmp_path, how):
    save_tree(tmp_path / "tree", fresh())
    partial = Partial(tmp_path / "partial")
    partial.save(3, fresh(), {})
    spoil(tmp_path / "tree", how)
    spoil(tmp_path / "partial" / "3", how)
    with pytest.raises(Damaged) as error:
        restore_tree(tmp_path / "tree", fresh(), "mend it")
    match = re.fullmatch(r"(.*) is damaged \((.{1,200})\): mend it", str(error.value))
    assert match is not None
    assert match[1] == str(tmp_path / "tree")
    with pytest.raises(Damaged) as error:
        partial.restore(fresh())
    assert str(error.value).endswith(
        f"): remove {tmp_path / 'partial'} and the same command trains this level again from its "
        "beginning"
    )


def with_other_value(path):
    """Save a checkpoint of another value in place of one, under the digest of the first."""
    about = path / "_CHECKPOINT_METADATA"
    before = about.read_bytes()
    other = {**TREE, "step": np.int32(8)}
    save_tree(path, fresh(other))
    about.write_bytes(before)


def test_a_changed_value_is_damage(tmp_path):
    save_tree(tmp_path / "tree", fresh())
    with_other_value(tmp_path / "tree")
    with pytest.raises(Damaged, match=r"tree is damaged \(it was changed: .*\): mend it"):
        restore_tree(tmp_path / "tree", fresh(), "mend it")


def test_a_changed_note_is_damage(tmp_path):
    partial = Partial(tmp_path / "partial")
    partial.save(3, fresh(), {"loss": 0.25})
    notes = tmp_path / "partial" / "3" / "notes" / "metadata"
    notes.write_text(notes.read_text().replace("0.25", "0.35"))
    with pytest.raises(Damaged, match="it was changed"):
        partial.restore(fresh())


def test_what_an_older_version_saved_is_restored_unchecked(tmp_path):
    save_tree(tmp_path / "tree", fresh())
    about = tmp_path / "tree" / "_CHECKPOINT_METADATA"
    about.write_text(about.read_text().replace(content_sha256(fresh()), "").replace("sha256", "x"))
    assert kept_sha256(tmp_path / "tree") is None
    assert bitwise(restore_tree(tmp_path / "tree", fresh())) == bitwise(TREE)


def test_a_checkpoint_that_orbax_does_not_describe_is_damage(tmp_path):
    save_tree(tmp_path / "tree", fresh())
    (tmp_path / "tree" / "_CHECKPOINT_METADATA").unlink()
    with pytest.raises(Damaged, match="No such file"):
        restore_tree(tmp_path / "tree")


def claim(path, **claimed):
    """Have the storage of an array say other things of it."""
    store = ts.KvStore.open({"driver": "ocdbt", "base": f"file://{path}/"}).result()
    said = json.loads(store.read("w/.zarray").result().value)
    store.write("w/.zarray", json.dumps(said | claimed).encode()).result()


@pytest.mark.parametrize("like", [None, {"w": np.zeros((2, 3), np.float32)}])
@pytest.mark.parametrize(
    ("claimed", "said"),
    [
        ({"shape": [10**6, 10**6]}, "its arrays have 4,000,000,000,000 bytes; at most 4,2"),
        ({"chunks": [10**6, 10**6]}, r"w of \(2, 3\) is in parts of \(1000000, 1000000\)"),
    ],
)
def test_what_claims_more_memory_than_is_stated_is_refused(
    tmp_path, monkeypatch, like, claimed, said
):
    save_tree(tmp_path / "tree", {"w": jnp.arange(6.0).reshape(2, 3)})
    claim(tmp_path / "tree", **claimed)
    monkeypatch.setattr(ocp.StandardCheckpointer, "restore", _die)  # nothing is read
    if like is not None and "shape" in claimed:
        said = r"w is float32\(1000000, 1000000\) in it and float32\(2, 3\) here"
    with pytest.raises(Damaged, match=said):
        restore_tree(tmp_path / "tree", like)


def test_the_digest_is_of_content_alone():
    tree = {"a": np.zeros(2, np.float32), "b": {"c": np.ones((), np.int32)}}
    digest = content_sha256(tree)
    assert digest == content_sha256(fresh(tree))
    assert digest == content_sha256({"b": tree["b"], "a": np.zeros(4, np.float32)[::2]})
    for other in (
        {**tree, "a": -tree["a"]},
        {**tree, "a": np.zeros((1, 2), np.float32)},
        {**tree, "a": np.zeros(2, np.int32)},
        {"A": tree["a"], "b": tree["b"]},
    ):
        assert content_sha256(other) != digest
    assert content_sha256(tree, {}) != digest


@pytest.mark.parametrize("name", ["notes.txt", "7", "partial"])
def test_something_else_in_place_of_checkpoints_is_damage(tmp_path, name):
    path = tmp_path / "partial"
    if name != "partial":
        path.mkdir()
        path = path / name
    path.write_text("")
    with pytest.raises(Damaged, match="remove"):
        Partial(tmp_path / "partial").restore(fresh())
    assert path.exists()


@pytest.mark.parametrize("text", ["{", "[1]"])
def test_damaged_notes_are_damage(tmp_path, text):
    partial = Partial(tmp_path / "partial")
    partial.save(3, fresh(), {})
    (tmp_path / "partial" / "3" / "notes" / "metadata").write_text(text)
    with pytest.raises(Damaged, match="remove"):
        partial.restore(fresh())


def test_what_a_first_save_that_died_left_over_is_no_damage(tmp_path, monkeypatch):
    partial = Partial(tmp_path / "partial")
    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", _die)
        with pytest.raises(KeyboardInterrupt):
            partial.save(3, fresh(), {})
    assert partial.restore(fresh()) is None


@pytest.mark.parametrize(
    ("raised", "seen"),
    [
        (MemoryError(), MemoryError),
        (PermissionError(13, "Permission denied"), PermissionError),
        (ValueError("PERMISSION_DENIED: Error opening"), PermissionError),
        (jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED"), jax.errors.JaxRuntimeError),
        (KeyError(), Damaged),
    ],
)
def test_trouble_of_the_machine_is_no_damage(tmp_path, monkeypatch, raised, seen):
    def fail(*_):
        raise raised

    save_tree(tmp_path / "tree", fresh())
    monkeypatch.setattr(ocp.StandardCheckpointer, "restore", fail)
    with pytest.raises(seen):
        restore_tree(tmp_path / "tree", fresh())


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_state_of_any_optimizer_comes_back_bitwise(tmp_path, name):
    # An optimizer is a chain, of which some links have no state.
    params = {"fc": {"kernel": jnp.arange(6.0).reshape(3, 2)}}
    state = create_state(dense(params, {}), make_optimizer(name, weight_decay=0.1), 3, step=7)
    partial = Partial(tmp_path / "partial")
    partial.save(7, {"state": state}, {})
    arrays, _ = partial.restore({"state": jax.tree.map(jnp.zeros_like, state)})
    assert jax.tree.structure(arrays) == jax.tree.structure({"state": state})
    assert bitwise(arrays) == bitwise({"state": state})


def test_of_several_processes_all_save_arrays_of_all(monkeypatch):
    assert checkpoints._of_all(TREE) is TREE
    monkeypatch.setattr(jax, "process_count", lambda: 2)
    found = checkpoints._of_all(TREE)
    assert bitwise(found) == bitwise(TREE)
    assert all(leaf.is_fully_replicated for leaf in jax.tree.leaves(found))


def test_orbaxs_own_lines_are_kept_away_for_as_long_as_it_works():
    log = logging.getLogger("absl")
    before = log.level
    with checkpoints._quiet():
        assert not log.isEnabledFor(logging.ERROR)
    assert log.level == before


def test_what_is_still_written_is_cleared_too(tmp_path):
    background, begun = Background(), Event()

    def write():
        begun.wait(0.2)
        (tmp_path / "partial").mkdir()

    background.begin(write)
    Partial(tmp_path / "partial", background).clear()
    background.wait()
    assert not (tmp_path / "partial").exists()


def test_orbax_may_log_again_afterwards(tmp_path):
    logger = logging.getLogger("absl")
    before = logger.level
    logger.setLevel(35)
    try:
        save_tree(tmp_path / "tree", {"w": jnp.zeros(3)})
        assert logger.level == 35
    finally:
        logger.setLevel(before)
