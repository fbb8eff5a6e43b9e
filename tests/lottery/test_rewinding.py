import chex
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.data import training_batches
from jaxticket.lottery.rewinding import differs_from, rewind_point, rewound
from jaxticket.masks import full, nonzero_where_pruned
from jaxticket.training import create_state
from jaxticket.training.state import moments
from jaxticket.weights import dense
from tests.tiny import tiny_experiment


class KeptState:
    """The part of a run that rewinding asks: the state at step K."""

    def __init__(self, state):
        self.state = state

    def saved(self, name, like):
        assert name == "rewind"
        chex.assert_trees_all_equal_shapes_and_dtypes(self.state, like)
        return self.state


def halves(params):
    """Masks that prune every second weight of the prunable layers."""
    masks = full(params)
    for layer in ("conv1", "fc1"):
        kernel = params[layer]["kernel"]
        alive = (jnp.arange(kernel.size) % 2 == 0).reshape(kernel.shape)
        masks[layer] = {**masks[layer], "kernel": alive}
    return masks


def trained(init):
    """Weights unlike the initial ones, every one of them."""
    trees = init.params, init.batch_stats
    return dense(*jax.tree.map(lambda x: x * 1.5 + 0.25, trees))


def points(rewind, level=1, kept=None, **options):
    """Return the experiment, init, weights, the rewind point and the pruned state."""
    experiment, init = tiny_experiment(rewind=rewind, **options)
    weights, masks = trained(init), halves(init.params)
    point = rewind_point(experiment, level, init, weights, kept)
    return experiment, init, weights, masks, point, rewound(experiment, point, masks)


def assert_starts_from(source, start, masks):
    """Survivors are bitwise those of the source, the rest are zero; statistics are the source's."""
    want = jax.tree.map(lambda x, m: np.where(m, x, 0), source.params, masks)
    chex.assert_trees_all_equal(start.params, want)
    chex.assert_trees_all_equal(start.batch_stats, source.batch_stats)


def assert_fresh(state):
    found = moments(state)
    assert found
    for tree in found.values():
        chex.assert_trees_all_equal(tree, jax.tree.map(jnp.zeros_like, state.params))


@pytest.mark.parametrize("rewind", ["init", "step:2", "lr", "none"])
def test_level_0_always_starts_from_the_beginning(rewind):
    _, init, _, _, point, start = points(rewind, level=0)
    chex.assert_trees_all_equal(point.params, init.params)
    chex.assert_trees_all_equal(point.batch_stats, init.batch_stats)
    assert_fresh(point)
    assert int(start.step) == 0


def test_init_goes_back_to_the_saved_beginning():
    _, init, _, masks, _, start = points("init")
    assert_starts_from(init, start, masks)
    assert_fresh(start)
    assert int(start.step) == 0


def test_lr_keeps_the_weights_and_runs_the_schedule_again():
    _, _, weights, masks, _, start = points("lr")
    assert_starts_from(weights, start, masks)
    assert_fresh(start)
    assert int(start.step) == 0


def test_none_keeps_the_weights_and_goes_on_past_the_schedule():
    experiment, _, weights, masks, _, start = points("none", epochs=2)
    assert_starts_from(weights, start, masks)
    assert_fresh(start)
    assert int(start.step) == experiment.budget.steps == 6


def test_step_goes_back_to_the_whole_state_at_k():
    experiment, init = tiny_experiment(rewind="step:2")
    state = create_state(init, experiment.optimizer, 0)
    batches = training_batches(experiment.train, 8, seed=0)
    for _ in range(2):
        state, _ = experiment.step(state, init.masks, next(batches))
    at_k = jax.tree.map(np.array, state)
    _, _, _, masks, _, start = points("step:2", level=2, kept=KeptState(state))
    assert_starts_from(at_k, start, masks)
    assert (at_k.batch_stats["bn1"]["mean"] != 0).all()
    assert int(start.step) == 2
    # The moments are those of K, pruned.
    for tree, unpruned in zip(moments(start).values(), moments(at_k).values(), strict=True):
        want = jax.tree.map(lambda x, m: np.where(m, x, 0), unpruned, masks)
        chex.assert_trees_all_equal(tree, want)
        assert nonzero_where_pruned(masks, tree) is None
        assert np.any(tree["conv1"]["kernel"])


def test_a_level_has_its_own_seed_also_where_a_state_is_restored():
    experiment, init = tiny_experiment(rewind="step:2", data_order="per_level")
    state = create_state(init, experiment.optimizer, 0, step=2)
    point = rewind_point(experiment, 3, init, trained(init), KeptState(state))
    assert int(point.seed) == experiment.level_seed(3) != 0


@pytest.mark.parametrize("rewind", ["init", "step:2", "lr", "none"])
def test_the_step_may_take_the_start_and_the_sources_stay(rewind):
    experiment, init = tiny_experiment(rewind=rewind)
    kept = create_state(init, experiment.optimizer, 0, step=2)
    _, init, weights, masks, point, start = points(rewind, kept=KeptState(kept))
    jax.tree.map(lambda x: x.delete(), start)
    leaves = jax.tree.leaves((init, weights, masks, point, kept))
    assert not any(leaf.is_deleted() for leaf in leaves)


def test_a_survivor_off_its_place_is_found_by_the_last_bit():
    _, _, _, masks, point, start = points("init")
    assert differs_from(point.params, start.params, masks) is None
    kernel = np.array(start.params["fc1"]["kernel"])
    kernel.flat[2] = np.nextafter(kernel.flat[2], np.float32(9))
    moved = {**start.params, "fc1": {**start.params["fc1"], "kernel": kernel}}
    assert differs_from(point.params, moved, masks) == "fc1/kernel"
    # What is pruned may be anything.
    kernel = np.array(start.params["fc1"]["kernel"])
    kernel.flat[1] = 9
    pruned = {**start.params, "fc1": {**start.params["fc1"], "kernel": kernel}}
    assert differs_from(point.params, pruned, masks) is None


def test_survivors_are_compared_by_their_bits():
    point = {"w": np.array([0.0, np.nan, 1.0, 2.0], np.float32)}
    masks = {"w": np.array([True, True, True, False])}
    assert differs_from(point, {"w": np.array([0.0, np.nan, 1.0, 9.0], np.float32)}, masks) is None
    assert differs_from(point, {"w": np.array([-0.0, np.nan, 1.0, 2.0], np.float32)}, masks) == "w"
