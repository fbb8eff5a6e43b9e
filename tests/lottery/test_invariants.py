from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.lottery import InvariantViolation
from jaxticket.lottery.invariants import check_end, check_start, first_nonfinite
from jaxticket.lottery.rewinding import rewind_point, rewound
from jaxticket.pruning import magnitude, select
from jaxticket.training.state import moments
from tests.tiny import tiny_experiment


@pytest.fixture(scope="module", params=["global", "local"])
def level(request):
    """A right start of level 1: experiment, start, masks, masks before, rewind point."""
    experiment, init = tiny_experiment(scope=request.param, sparsities=(0.0, 0.5, 0.75))
    before, scores = init.masks, magnitude(init.params)
    masks, _ = select(scores, before, 0.5, experiment.prunable, experiment.scope)
    point = rewind_point(experiment, 1, init, init, None)
    return experiment, rewound(experiment, point, masks), masks, before, point


def changed(tree, layer, leaf, change):
    """Return the tree with one leaf changed, in NumPy."""
    array = np.array(tree[layer][leaf])
    change(array)
    return {**tree, layer: {**tree[layer], leaf: jnp.asarray(array)}}


def flip(at):
    def change(array):
        array.flat[at] = not array.flat[at]

    return change


def put(at, value):
    def change(array):
        array.flat[at] = value

    return change


def test_a_right_start_passes(level):
    experiment, start, masks, before, point = level
    check_start(experiment, 1, start, masks, before, point)
    check_end(1, start, masks)


def test_a_revived_weight_stops_the_run(level):
    experiment, start, masks, before, point = level
    at = int(np.flatnonzero(np.asarray(masks["fc1"]["kernel"]))[0])
    before = changed(before, "fc1", "kernel", flip(at))
    with pytest.raises(InvariantViolation, match="level 1: a pruned weight of fc1/kernel"):
        check_start(experiment, 1, start, masks, before, point)


@pytest.mark.parametrize("alive", [True, False])
def test_a_count_off_by_one_stops_the_run(level, alive):
    experiment, start, masks, before, point = level
    at = int(np.flatnonzero(np.asarray(masks["fc1"]["kernel"]) == alive)[0])
    masks = changed(masks, "fc1", "kernel", flip(at))
    total, name = (32, "fc1/kernel") if experiment.scope == "local" else (140, "all layers")
    have = total // 2 + (-1 if alive else 1)
    with pytest.raises(InvariantViolation, match=f"{name} keep {have} weights, not {total // 2}"):
        check_start(experiment, 1, start, masks, before, point)


def test_a_mask_where_nothing_may_be_pruned_stops_the_run(level):
    experiment, start, masks, before, point = level
    masks = changed(masks, "fc", "kernel", flip(0))
    with pytest.raises(InvariantViolation, match="fc/kernel is pruned but may not be"):
        check_start(experiment, 1, start, masks, before, point)


def test_a_survivor_off_the_rewind_point_stops_the_run(level):
    experiment, start, masks, before, point = level
    at = int(np.flatnonzero(np.asarray(masks["conv1"]["kernel"]))[0])
    start = replace(start, params=changed(start.params, "conv1", "kernel", put(at, 0.123)))
    with pytest.raises(InvariantViolation, match="conv1/kernel are not at the rewind point"):
        check_start(experiment, 1, start, masks, before, point)


@pytest.mark.parametrize("value", [1e-30, np.nan])
def test_a_pruned_weight_that_is_not_zero_stops_the_run(level, value):
    _, start, masks, _, _ = level
    at = int(np.flatnonzero(~np.asarray(masks["conv1"]["kernel"]))[0])
    state = replace(start, params=changed(start.params, "conv1", "kernel", put(at, value)))
    with pytest.raises(InvariantViolation, match="weights: conv1/kernel is not zero where pruned"):
        check_end(1, state, masks)


@pytest.mark.parametrize("moment", [0, 1])
def test_a_pruned_moment_that_is_not_zero_stops_the_run(level, moment):
    _, start, masks, _, _ = level
    place = list(moments(start))[moment]
    dirty = [
        changed(tree, "fc1", "kernel", lambda a: a.__setitem__(..., 1)) if name == place else tree
        for name, tree in moments(start).items()
    ]
    adam = start.opt_state[1]._replace(mu=dirty[0], nu=dirty[1])
    state = replace(start, opt_state=(start.opt_state[0], adam))
    with pytest.raises(InvariantViolation, match=f"{place}: fc1/kernel is not zero where pruned"):
        check_end(1, state, masks)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize(
    ("part", "layer", "leaf"), [("params", "fc", "bias"), ("batch_stats", "bn1", "var")]
)
def test_a_value_that_is_not_finite_stops_the_run(level, value, part, layer, leaf):
    _, start, masks, _, _ = level
    tree = changed(getattr(start, part), layer, leaf, put(0, value))
    with pytest.raises(InvariantViolation, match=f"{part}/{layer}/{leaf} is not finite"):
        check_end(1, replace(start, **{part: tree}), masks)


def test_the_first_nonfinite_leaf_is_named():
    tree = {"a": jnp.ones(2), "b": {"c": jnp.array([1.0, jnp.inf])}, "d": jnp.array([jnp.nan])}
    assert first_nonfinite(tree) == "b/c"
    assert first_nonfinite(jax.tree.map(jnp.zeros_like, tree)) is None
