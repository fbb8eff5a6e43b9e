import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.models import build
from jaxticket.trees import digest, leaves_by_path, prunable_paths, replace_leaves, size

TREE = {
    "layer1.0.conv1": {"kernel": np.ones((3, 3, 2, 4))},
    "bn1": {"scale": np.ones(4), "bias": np.zeros(4)},
    "fc": {"kernel": np.ones((4, 1)), "bias": np.zeros(1)},
}


def test_leaves_by_path_are_in_jax_order():
    paths = ["bn1/bias", "bn1/scale", "fc/bias", "fc/kernel", "layer1.0.conv1/kernel"]
    leaves = leaves_by_path(TREE)
    assert list(leaves) == paths
    assert all(a is b for a, b in zip(leaves.values(), jax.tree.leaves(TREE), strict=True))


def test_replace_leaves_changes_the_named_ones_only():
    new = replace_leaves(TREE, {"fc/kernel": "new"})
    assert new["fc"] == {"kernel": "new", "bias": TREE["fc"]["bias"]}
    assert new["layer1.0.conv1"]["kernel"] is TREE["layer1.0.conv1"]["kernel"]
    assert TREE["fc"]["kernel"].shape == (4, 1)


def test_replace_leaves_refuses_an_unknown_path():
    with pytest.raises(KeyError, match="fc/kernels"):
        replace_leaves(TREE, {"fc/kernels": 0})


def test_only_kernels_are_prunable_and_the_output_layer_is_an_option():
    assert prunable_paths(TREE, "fc") == ("layer1.0.conv1/kernel",)
    assert prunable_paths(TREE, "fc", prune_output=True) == ("fc/kernel", "layer1.0.conv1/kernel")


def test_an_output_layer_is_known_by_its_whole_name():
    tree = {"fc1": {"kernel": 0}, "fc": {"kernel": 0}, "a.fc": {"kernel": 0}}
    assert prunable_paths(tree, "fc") == ("a.fc/kernel", "fc1/kernel")


def test_size_counts_every_scalar():
    assert size(TREE) == 72 + 4 + 4 + 4 + 1


def test_prunable_weights_of_resnet18_are_all_but_the_head_and_the_normalisations():
    detector = build("resnet18")
    params, _ = jax.eval_shape(lambda key: detector.init(key, 64), jax.random.key(0))
    prunable = prunable_paths(params, detector.output_layer)
    # 20 convolutions: the stem, two in each of the 8 blocks, 3 in shortcuts.
    assert len(prunable) == 20
    # 9,600 scales and biases of 20 normalisations, and the head's 512 + 1.
    leaves = leaves_by_path(params)
    assert sum(leaves[path].size for path in prunable) == size(params) - 9600 - 513


def test_equal_digests_mean_equal_bits_at_equal_paths():
    tree = {"a": {"b": np.arange(4, dtype=np.float32)}}
    others = [
        {"a": {"c": np.arange(4, dtype=np.float32)}},
        {"a": {"b": np.arange(4, dtype=np.int32)}},
        {"a": {"b": np.arange(4, dtype=np.float32).reshape(2, 2)}},
        {"a": {"b": np.array([0, 1, 2, 4], np.float32)}},
        {"a": {"b": np.array([-0.0, 1, 2, 3], np.float32)}},
    ]
    assert digest(tree) == digest({"a": {"b": jnp.arange(4, dtype=jnp.float32)}})
    assert len({digest(one) for one in [tree, *others]}) == 6
