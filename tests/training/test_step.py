"""The masked step. Its numbers are computed here a second time, by hand or with plain JAX."""

from dataclasses import dataclass, replace

import chex
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from jaxticket import masks as masks_lib
from jaxticket.training import (
    OPTIMIZERS,
    build_step,
    create_state,
    make_learning_rate,
    make_optimizer,
    make_step,
)
from jaxticket.training.state import moments
from jaxticket.weights import dense
from tests.tiny import PRUNABLE, SIDE, TinyDetector, tiny_examples


@dataclass(frozen=True)
class LinearDetector:
    """The logit is a weighted sum of one pixel's red, green and blue, and a bias."""

    def normalise(self, images):
        return images.astype(jnp.float32) / 255

    def apply(self, params, batch_stats, x, *, train=False, key=None):
        return x[:, 0, 0] @ params["fc"]["kernel"] + params["fc"]["bias"], batch_stats


# Red is fake, green is real; blue is in neither picture.
PIXELS = np.array([[255, 0, 0], [0, 255, 0]], np.uint8).reshape(2, 1, 1, 3)
RED_IS_FAKE = {"image": PIXELS, "label": np.array([1, 0], np.int32), "weight": np.ones(2, "f4")}


def linear_step(optimizer, masks=(True, True, True), batch=RED_IS_FAKE, rate=0.1):
    """Take one step from weights (0.5, -0.25, 1) and bias 0; return the new state, metrics."""
    params = {"fc": {"bias": jnp.zeros(1), "kernel": jnp.array([[0.5], [-0.25], [1.0]])}}
    alive = {"fc": {"bias": jnp.ones(1, bool), "kernel": jnp.array(masks)[:, None]}}
    schedule = make_learning_rate("constant", rate, 1)
    step = make_step(LinearDetector(), optimizer, schedule, "none")
    return step(create_state(dense(params, {}), optimizer, 0), alive, batch)


def test_one_step_of_sgd_by_hand():
    state, metrics = linear_step(make_optimizer("sgd"))
    # Logits 0.5 for the fake and -0.25 for the real: log(1 + exp(-0.5)) and log(1 + exp(-0.25)).
    assert float(metrics["loss"]) == pytest.approx((0.474077 + 0.575939) / 2, abs=1e-6)
    assert float(metrics["accuracy"]) == 1.0
    assert float(metrics["learning_rate"]) == pytest.approx(0.1)
    # sigmoid(0.5) = 0.622459, sigmoid(-0.25) = 0.437823; halves for the mean over two pictures.
    want = [0.5 + 0.1 * 0.377541 / 2, -0.25 - 0.1 * 0.437823 / 2, 1.0]
    np.testing.assert_allclose(state.params["fc"]["kernel"][:, 0], want, atol=1e-6)
    assert float(state.params["fc"]["bias"][0]) == pytest.approx(
        -0.1 * (0.437823 - 0.377541) / 2, abs=1e-7
    )
    assert int(state.step) == 1


def test_one_step_of_sgd_with_a_pruned_weight_by_hand():
    state, metrics = linear_step(make_optimizer("sgd"), masks=(False, True, True))
    # The fake's logit is 0 now, which says real: log 2.
    assert float(metrics["loss"]) == pytest.approx((0.693147 + 0.575939) / 2, abs=1e-6)
    assert float(metrics["accuracy"]) == 0.5
    want = [0.0, -0.25 - 0.1 * 0.437823 / 2, 1.0]
    np.testing.assert_allclose(state.params["fc"]["kernel"][:, 0], want, atol=1e-6)


def test_weights_of_the_batch_weigh_the_loss_but_the_mean_is_over_the_batch():
    batch = {**RED_IS_FAKE, "weight": np.array([3.0, 0.0], np.float32)}
    state, metrics = linear_step(make_optimizer("sgd"), batch=batch)
    assert float(metrics["loss"]) == pytest.approx(3 * 0.474077 / 2, abs=1e-6)
    want = [0.5 + 0.1 * 3 * 0.377541 / 2, -0.25, 1.0]
    np.testing.assert_allclose(state.params["fc"]["kernel"][:, 0], want, atol=1e-6)


def test_one_step_of_adam_and_adamw_by_hand():
    # A first step of Adam is the learning rate in the gradient's direction; AdamW also shrinks.
    state, _ = linear_step(make_optimizer("adam"))
    np.testing.assert_allclose(state.params["fc"]["kernel"][:, 0], [0.6, -0.35, 1.0], atol=1e-5)
    state, _ = linear_step(make_optimizer("adamw", weight_decay=0.5))
    want = [0.6 - 0.1 * 0.5 * 0.5, -0.35 + 0.1 * 0.5 * 0.25, 1.0 - 0.1 * 0.5]
    np.testing.assert_allclose(state.params["fc"]["kernel"][:, 0], want, atol=1e-5)


def third_of_each_layer():
    """Masks of the tiny detector that prune every third weight of its prunable layers."""
    params, _ = TinyDetector().init(jax.random.key(0), SIDE)
    masks = masks_lib.full(params)
    for layer in ("conv1", "fc1"):
        kernel = params[layer]["kernel"]
        alive = (jnp.arange(kernel.size) % 3 != 0).reshape(kernel.shape)
        masks[layer] = {**masks[layer], "kernel": alive}
    return masks


def tiny_batch(at=0, count=8):
    examples = tiny_examples(24, 1)
    indices = (np.arange(count) + 8 * at) % 24
    labels = examples.labels[indices]
    return {"image": examples.images(indices), "label": labels, "weight": np.ones(count, "f4")}


def tiny_state(optimizer, masks):
    params, batch_stats = TinyDetector().init(jax.random.key(0), SIDE)
    return create_state(dense(masks_lib.apply(masks, params), batch_stats), optimizer, 5)


def make_tiny_step(optimizer, augmentation="none", schedule="constant"):
    rate = make_learning_rate(schedule, 0.05, 10)
    return make_step(TinyDetector(), optimizer, rate, augmentation)


@pytest.fixture(scope="module", params=OPTIMIZERS)
def decaying(request):
    """Each optimizer with weight decay, its step, and masks: compiled once for this module."""
    optimizer = make_optimizer(request.param, weight_decay=0.1)
    return optimizer, make_tiny_step(optimizer, "flip"), third_of_each_layer()


@pytest.fixture(scope="module")
def plain():
    """Plain sgd, its step, and masks: compiled once for this module."""
    optimizer = make_optimizer("sgd")
    return optimizer, make_tiny_step(optimizer), third_of_each_layer()


def test_what_is_pruned_stays_exactly_zero_and_survivors_move(decaying):
    optimizer, step, masks = decaying
    state = tiny_state(optimizer, masks)
    before = jax.tree.map(np.array, state.params)
    for at in range(4):
        state, metrics = step(state, masks, tiny_batch(at))
    chex.assert_tree_all_finite((state, metrics))
    chex.assert_trees_all_equal_shapes_and_dtypes(state.params, before)
    assert int(state.step) == 4
    found = moments(state)
    assert found
    for tree in (state.params, *found.values()):
        assert masks_lib.nonzero_where_pruned(masks, tree) is None
    for layer in ("conv1", "fc1"):
        alive = np.asarray(masks[layer]["kernel"])
        moved = np.asarray(state.params[layer]["kernel"]) != before[layer]["kernel"]
        assert moved[alive].mean() > 0.9
        assert not moved[~alive].any()


def test_gradients_are_zero_where_pruned_and_only_there(plain):
    # After one step sgd's trace is the gradient itself.
    optimizer, step, masks = plain
    state, _ = step(tiny_state(optimizer, masks), masks, tiny_batch())
    (gradient,) = moments(state).values()
    for layer in ("conv1", "fc1"):
        alive = np.asarray(masks[layer]["kernel"])
        values = np.asarray(gradient[layer]["kernel"])
        assert (values[~alive] == 0).all()
        assert (values[alive] != 0).mean() > 0.9


@pytest.mark.parametrize("bad", [np.nan, np.inf, 7.0])
def test_what_stands_in_a_pruned_place_does_not_matter(decaying, bad):
    optimizer, step, masks = decaying
    clean, clean_metrics = step(tiny_state(optimizer, masks), masks, tiny_batch())
    state = tiny_state(optimizer, masks)
    dirty = jax.tree.map(lambda m, x: jnp.where(m, x, bad), masks, state.params)
    state, metrics = step(replace(state, params=dirty), masks, tiny_batch())
    chex.assert_trees_all_equal((state, metrics), (clean, clean_metrics))


def test_a_step_is_the_plain_gradient_of_the_masked_loss(plain):
    optimizer, step, masks = plain
    detector, batch = TinyDetector(), tiny_batch()
    state = tiny_state(optimizer, masks)
    # The key of a step is of its seed and number; augmentation and dropout take one each.
    dropout = jax.random.split(jax.random.fold_in(jax.random.key(5), 0))[1]

    def loss(params):
        logits, stats = detector.apply(
            jax.tree.map(lambda p, m: p * m, params, masks), state.batch_stats,
            detector.normalise(batch["image"]), train=True, key=dropout,
        )  # fmt: skip
        probability = jax.nn.sigmoid(logits[:, 0])
        right = jnp.where(batch["label"] == 1, probability, 1 - probability)
        return -jnp.log(right).mean(), stats

    (want_loss, want_stats), gradient = jax.jit(jax.value_and_grad(loss, has_aux=True))(
        state.params
    )
    want = jax.tree.map(lambda p, g: np.asarray(p) - 0.05 * np.asarray(g), state.params, gradient)
    state, metrics = step(state, masks, batch)
    assert float(metrics["loss"]) == pytest.approx(float(want_loss), rel=1e-5)
    chex.assert_trees_all_close(state.params, want, rtol=1e-5, atol=1e-7)
    chex.assert_trees_all_close(state.batch_stats, want_stats, rtol=1e-5, atol=1e-7)
    assert (state.batch_stats["bn1"]["var"] != 1).all()


def test_randomness_is_of_the_seed_and_the_step_alone(plain):
    optimizer, step, masks = plain

    def loss(seed, at):
        state = tiny_state(optimizer, masks)
        state = replace(state, seed=jnp.uint32(seed), step=jnp.int32(at))
        return float(step(state, masks, tiny_batch())[1]["loss"])

    assert loss(5, 3) == loss(5, 3)
    assert len({loss(5, 3), loss(5, 4), loss(6, 3)}) == 3


def test_augmentation_is_a_choice():
    optimizer, masks = make_optimizer("sgd"), third_of_each_layer()
    batch = tiny_batch()
    mirrored = {**batch, "image": batch["image"][:, :, ::-1]}
    losses = {}
    for kind in ("none", "flip"):
        step = make_tiny_step(optimizer, kind)
        losses[kind] = [
            {float(step(tiny_state(optimizer, masks), masks, given)[1]["loss"]) for given in pair}
            for pair in ([batch, batch], [batch, mirrored])
        ]
    assert [len(found) for found in losses["none"]] == [1, 2]
    assert losses["none"][0] != losses["flip"][0]


def test_the_learning_rate_is_that_of_the_states_own_step():
    optimizer, masks = make_optimizer("sgd"), third_of_each_layer()
    step = make_tiny_step(optimizer, schedule="step")
    rates = []
    for at in (0, 4, 5, 8, 10, 500):
        state = replace(tiny_state(optimizer, masks), step=jnp.int32(at))
        rates.append(float(step(state, masks, tiny_batch())[1]["learning_rate"]))
    assert rates == pytest.approx([0.05, 0.05, 0.005, 0.0005, 0.0005, 0.0005])


def test_the_state_is_donated_and_masks_are_not(decaying):
    optimizer, step, masks = decaying
    state = tiny_state(optimizer, masks)
    step(state, masks, tiny_batch())
    assert all(leaf.is_deleted() for leaf in jax.tree.leaves((state.params, state.opt_state)))
    assert not any(leaf.is_deleted() for leaf in jax.tree.leaves(masks))


def test_other_masks_are_no_reason_to_compile_again():
    optimizer, masks = make_optimizer("sgd"), third_of_each_layer()
    step = make_tiny_step(optimizer)
    state, _ = step(tiny_state(optimizer, masks), masks, tiny_batch())
    fewer = jax.tree.map(lambda m: m & (jnp.arange(m.size) % 5 != 0).reshape(m.shape), masks)
    step(state, fewer, tiny_batch(1))
    step(tiny_state(optimizer, masks), masks_lib.full(masks), tiny_batch(2))
    assert step._cache_size() == 1


def test_a_batch_of_another_shape_is_refused_not_traced_again():
    optimizer, masks = make_optimizer("sgd"), third_of_each_layer()
    step = make_tiny_step(optimizer)
    step(tiny_state(optimizer, masks), masks, tiny_batch())
    with pytest.raises(AssertionError, match="traced a second time"):
        step(tiny_state(optimizer, masks), masks, tiny_batch(count=4))


def test_several_experiments_in_one_process_have_a_step_each():
    for name in ("sgd", "adam"):
        optimizer, masks = make_optimizer(name), third_of_each_layer()
        make_tiny_step(optimizer)(tiny_state(optimizer, masks), masks, tiny_batch())


def test_masks_of_another_structure_are_refused():
    optimizer, masks = make_optimizer("sgd"), third_of_each_layer()
    state = tiny_state(optimizer, masks)
    del masks["fc1"]
    with pytest.raises((AssertionError, ValueError)):
        make_tiny_step(optimizer)(state, masks, tiny_batch())


def test_accuracy_of_several_classes_is_of_the_largest_logit():
    class Classes(LinearDetector):
        def apply(self, params, batch_stats, x, *, train=False, key=None):
            return x[:, 0, 0] * params["scale"], batch_stats

    optimizer = optax.identity()
    params = {"scale": jnp.ones(())}
    step = make_step(Classes(), optimizer, lambda at: jnp.float32(0.1), "none")
    batch = {**RED_IS_FAKE, "label": np.array([0, 2], np.int32)}
    _, metrics = step(create_state(dense(params, {}), optimizer, 0), masks_lib.full(params), batch)
    assert float(metrics["accuracy"]) == 0.5  # red is class 0, green class 1


def test_a_step_by_names_is_jitted_and_without_decay_as_it_comes():
    optimizer, step = build_step(LinearDetector(), optimizer="sgd", schedule="cosine")
    params = {"fc": {"bias": jnp.zeros(1), "kernel": jnp.array([[0.5], [-0.25], [1.0]])}}
    masks, state = masks_lib.full(params), create_state(dense(params, {}), optimizer, 0)
    _, pure = build_step(LinearDetector(), optimizer="sgd", schedule="cosine", jitted=False)
    want, metrics = pure(state, masks, RED_IS_FAKE)
    assert hasattr(step, "lower")  # as jitted functions have
    assert not hasattr(pure, "lower")
    assert float(metrics["learning_rate"]) == pytest.approx(1e-3)
    state, metrics = step(state, masks, RED_IS_FAKE)
    chex.assert_trees_all_close(state.params, want.params)
    assert float(state.params["fc"]["kernel"][2, 0]) == 1.0  # blue is in no picture
    # One step is a whole training: the next is taken at a hundredth.
    assert float(step(state, masks, RED_IS_FAKE)[1]["learning_rate"]) == pytest.approx(1e-5)


def test_the_tiny_detector_has_what_these_tests_prune():
    params, _ = TinyDetector().init(jax.random.key(0), SIDE)
    assert {path.split("/")[0] for path in PRUNABLE} <= set(params)
