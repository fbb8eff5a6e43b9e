import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jaxticket.models import build
from jaxticket.pruning import by_fraction, select, survivors
from jaxticket.trees import leaves_by_path, prunable_paths


def trees(scores, masks=None):
    """Nested trees of leaves given by layer; masks are all true unless given."""
    masks = masks or {}
    values = {name: {"kernel": np.asarray(x, np.float32)} for name, x in scores.items()}
    alive = {
        name: {"kernel": np.asarray(masks.get(name, np.ones(np.shape(x))), bool)}
        for name, x in scores.items()
    }
    return values, alive, tuple(f"{name}/kernel" for name in sorted(scores))


def kept(masks):
    return {name: np.asarray(layer["kernel"]).astype(int).tolist() for name, layer in masks.items()}


def test_the_smallest_scores_of_all_layers_fall_together():
    scores, masks, paths = trees({"a": [[5, 1], [4, 2]], "b": [3, 9]})
    new, thresholds = select(scores, masks, 0.5, paths, "global")
    assert kept(new) == {"a": [[1, 0], [1, 0]], "b": [0, 1]}
    assert thresholds == {"global": 3.0}


def test_every_layer_loses_its_own_with_local_scope():
    scores, masks, paths = trees({"a": [[5, 1], [4, 2]], "b": [30, 90]})
    new, thresholds = select(scores, masks, 0.5, paths, "local")
    assert kept(new) == {"a": [[1, 0], [1, 0]], "b": [0, 1]}
    assert thresholds == {"a/kernel": 2.0, "b/kernel": 30.0}


def test_of_tied_scores_the_earlier_fall():
    scores, masks, paths = trees({"a": [7, 2, 2], "b": [2, 2, 1]})
    new, thresholds = select(scores, masks, 0.5, paths, "global")
    # The 1 falls, then of the four 2s the first two, which are in a.
    assert kept(new) == {"a": [1, 0, 0], "b": [1, 1, 0]}
    assert thresholds == {"global": 2.0}


def test_all_scores_tied_still_give_the_exact_count():
    scores, masks, paths = trees({"a": np.ones((5, 2))})
    new, _ = select(scores, masks, 0.3, paths, "global")
    assert np.asarray(new["a"]["kernel"]).ravel().tolist() == [False] * 3 + [True] * 7


def test_a_pruned_weight_is_not_counted_again_though_its_score_is_zero():
    scores, masks, paths = trees({"a": [0, 0, 5, 4, 3, 2, 1, 0, 6, 7]}, {"a": [0, 0] + [1] * 8})
    new, thresholds = select(scores, masks, 0.36, paths, "global")
    # 6 of 10 stay: two were gone, the living zero and the 1 go now.
    assert kept(new) == {"a": [0, 0, 1, 1, 1, 1, 0, 0, 1, 1]}
    assert thresholds == {"global": 1.0}


def test_a_pruned_weight_stays_pruned_though_its_score_is_large():
    scores, masks, paths = trees({"a": [99, 1, 2, 3]}, {"a": [0, 1, 1, 1]})
    new, thresholds = select(scores, masks, 0.5, paths, "global")
    assert kept(new) == {"a": [0, 0, 1, 1]}
    assert thresholds == {"global": 1.0}


def test_global_selection_may_empty_a_layer_and_goes_on_with_the_others():
    scores, masks, paths = trees({"a": [0.1, 0.2], "b": [3, 4, 5, 6]})
    first, thresholds = select(scores, masks, 1 / 3, paths, "global")
    assert kept(first) == {"a": [0, 0], "b": [1, 1, 1, 1]}
    assert thresholds == {"global": pytest.approx(0.2)}
    second, thresholds = select(scores, first, 0.5, paths, "global")
    assert kept(second) == {"a": [0, 0], "b": [0, 1, 1, 1]}
    assert thresholds == {"global": 3.0}


def test_everything_may_be_pruned():
    scores, masks, paths = trees({"a": [3, 1], "b": [2]})
    new, thresholds = select(scores, masks, 1.0, paths, "global")
    assert kept(new) == {"a": [0, 0], "b": [0]}
    assert thresholds == {"global": 3.0}


@pytest.mark.parametrize("scope", ["global", "local"])
def test_nothing_to_remove_leaves_the_masks_and_no_threshold(scope):
    scores, masks, paths = trees({"a": [3, 1], "b": [2]}, {"a": [1, 0], "b": [1]})
    new, thresholds = select(scores, masks, 1 / 3 if scope == "global" else 0.5, paths, scope)
    assert kept(new) == {"a": [1, 0], "b": [1]}
    assert thresholds == {}


def test_what_may_not_be_pruned_is_left_alone():
    scores, masks, _ = trees({"a": [1, 2], "fc": [0, 0]})
    new, _ = select(scores, masks, 0.5, ("a/kernel",), "global")
    assert kept(new) == {"a": [0, 1], "fc": [1, 1]}


def test_masks_come_back_as_boolean_arrays_of_jax():
    scores, masks, paths = trees({"a": [1, 2], "b": [3]})
    new, _ = select(scores, masks, 0.5, paths, "global")
    assert all(isinstance(x, jax.Array) and x.dtype == bool for x in jax.tree.leaves(new))


@pytest.mark.parametrize("bad", [np.nan, -np.inf])
@pytest.mark.parametrize(("scope", "place"), [("global", "global"), ("local", "b/kernel")])
def test_a_score_without_a_rank_is_refused(bad, scope, place):
    scores, masks, paths = trees({"a": [1, 2], "b": [3, bad]})
    with pytest.raises(ValueError, match=f"{place}: nothing can be selected"):
        select(scores, masks, 0.5, paths, scope)


def test_a_nan_where_nothing_lives_is_no_score():
    scores, masks, paths = trees({"a": [1, 2, np.nan, 4]}, {"a": [1, 1, 0, 1]})
    new, thresholds = select(scores, masks, 0.5, paths, "global")
    assert kept(new) == {"a": [0, 1, 0, 1]}
    assert thresholds == {"global": 1.0}


def test_more_survivors_than_are_alive_are_refused():
    scores, masks, paths = trees({"a": [1, 2, 3, 4]}, {"a": [1, 0, 0, 0]})
    with pytest.raises(ValueError, match="2 weights are to survive but only 1 are alive"):
        select(scores, masks, 0.5, paths, "global")


def test_a_layer_of_double_precision_is_ranked_as_finely_beside_one_of_single():
    scores, masks, paths = trees({"a": [1, 2], "b": [0, 0]})
    scores["b"]["kernel"] = np.array([1 + 2**-40, 2 - 2**-40])
    new, thresholds = select(scores, masks, 0.5, paths, "global")
    assert kept(new) == {"a": [0, 1], "b": [0, 1]}
    assert thresholds == {"global": 1 + 2**-40}


def by_sorting(scores, masks, count):
    """The survivors by the definition: drop the first of the living in order of (score, place)."""
    living = sorted((score, at) for at, score in enumerate(scores) if masks[at])
    keep = {at for _, at in living[len(living) - count :]}
    return [at in keep for at in range(len(scores))]


@st.composite
def layers(draw):
    """Scores with many ties, two zeros among them, in a few layers of several shapes."""
    score = st.sampled_from([-2.0, -0.0, 0.0, 1.0, 2.5, np.inf])
    shapes = draw(st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=4), min_size=1,
                           max_size=4))  # fmt: skip
    return {
        f"layer{number}": np.array(
            draw(st.lists(score, min_size=int(np.prod(shape)), max_size=int(np.prod(shape)))),
            np.float32,
        ).reshape(shape)
        for number, shape in enumerate(shapes)
    }  # fmt: skip


@given(layers(), st.floats(0.05, 0.95), st.integers(1, 4), st.sampled_from(["global", "local"]))
def test_every_round_keeps_the_exact_count_of_the_largest(arrays, fraction, rounds, scope):
    scores, masks, paths = trees(arrays)
    names = sorted(arrays)
    groups = [names] if scope == "global" else [[name] for name in names]
    for sparsity in by_fraction(rounds, fraction)[1:]:
        new, thresholds = select(scores, masks, sparsity, paths, scope)
        for group in groups:
            score = np.concatenate([arrays[name].ravel() for name in group]).tolist()
            old, now = (
                np.concatenate([np.asarray(tree[name]["kernel"]).ravel() for name in group])
                for tree in (masks, new)
            )
            count = survivors(len(score), sparsity)
            assert np.count_nonzero(now) == count
            assert now.tolist() == by_sorting(score, old, count)
            assert not np.any(now & ~old)
            removed = np.array(score)[old & ~now]
            name = "global" if scope == "global" else f"{group[0]}/kernel"
            assert thresholds.get(name) == (removed.max() if removed.size else None)
        masks = new


def test_no_count_is_lost_beyond_what_float32_can_count():
    # The 20.8 million weights of an Xception, and one vector of ties above 2**24.
    detector = build("xception")
    params, _ = jax.eval_shape(lambda key: detector.init(key, 299), jax.random.key(0))
    paths = prunable_paths(params, detector.output_layer)
    draw = np.random.default_rng(0)
    scores = jax.tree.map(lambda x: draw.random(x.shape, np.float32), params)
    masks = jax.tree.map(lambda x: np.ones(x.shape, bool), params)
    leaves = {path: leaf for path, leaf in leaves_by_path(masks).items() if path in paths}
    total = sum(leaf.size for leaf in leaves.values())
    assert total > 2**24
    for sparsity in by_fraction(2, 0.2)[1:]:
        masks, _ = select(scores, masks, sparsity, paths, "global")
        alive = sum(int(np.count_nonzero(leaves_by_path(masks)[path])) for path in paths)
        assert alive == total - round(total * sparsity)

    count = 2**24 + 3
    ties, masks, paths = trees({"a": np.ones(count, np.float32)})
    new, _ = select(ties, masks, 0.2, paths, "global")
    alive = np.asarray(new["a"]["kernel"])
    assert int(np.count_nonzero(alive)) == 13_421_775  # 16,777,219 - round(3,355,443.8)
    assert not alive[:3_355_444].any()
