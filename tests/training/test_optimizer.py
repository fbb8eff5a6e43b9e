import jax.numpy as jnp
import numpy as np
import optax
import pytest

from jaxticket.training import OPTIMIZERS, SCHEDULES, make_learning_rate, make_optimizer


def rates(name, total, steps, peak=0.5):
    schedule = make_learning_rate(name, peak, total)
    return [float(schedule(jnp.asarray(step, jnp.int32))) for step in steps]


def test_constant():
    assert rates("constant", 8, [0, 4, 8, 100]) == [0.5, 0.5, 0.5, 0.5]


def test_cosine_falls_to_a_hundredth():
    # Halfway: the mean of the peak and a hundredth of it; a quarter: (1 + cos(pi / 4)) / 2.
    quarter = 0.5 * (0.99 * (1 + np.cos(np.pi / 4)) / 2 + 0.01)
    np.testing.assert_allclose(
        rates("cosine", 8, [0, 2, 4, 8]), [0.5, quarter, 0.2525, 0.005], rtol=1e-5
    )


def test_step_drops_to_a_tenth_after_half_and_again_after_three_quarters():
    np.testing.assert_allclose(
        rates("step", 8, [0, 3, 4, 5, 6, 7]), [0.5, 0.5, 0.05, 0.05, 0.005, 0.005], rtol=1e-6
    )


@pytest.mark.parametrize(("name", "final"), [("constant", 0.5), ("cosine", 0.005), ("step", 0.005)])
def test_past_the_end_the_last_rate_stays(name, final):
    np.testing.assert_allclose(rates(name, 8, [8, 9, 16, 1000]), [final] * 4, rtol=1e-5)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_rate_is_float32_whatever_the_step_is(name):
    assert make_learning_rate(name, 0.5, 8)(jnp.asarray(3, jnp.int32)).dtype == jnp.float32


@pytest.mark.parametrize("peak", [0.0, -1.0, float("nan")])
def test_a_learning_rate_must_be_above_zero(peak):
    with pytest.raises(ValueError, match="learning_rate must be above 0"):
        make_learning_rate("constant", peak, 8)


def test_unknown_names_are_answered_with_the_known():
    with pytest.raises(ValueError, match="'linear': one of constant, cosine, step"):
        make_learning_rate("linear", 0.1, 8)  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValueError, match="'adagrad': one of sgd, adam, adamw"):
        make_optimizer("adagrad")  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("options", [{"momentum": 1.0}, {"momentum": -0.1}, {"weight_decay": -1.0}])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_options_out_of_range_are_refused(name, options):
    with pytest.raises(ValueError, match=next(iter(options))):
        make_optimizer(name, **options)


def directions(optimizer, gradients, weight=2.0):
    state = optimizer.init(jnp.float32(weight))
    found = []
    for gradient in gradients:
        direction, state = optimizer.update(jnp.float32(gradient), state, jnp.float32(weight))
        found.append(float(direction))
    return found


def test_sgd_adds_decay_to_the_gradient_and_keeps_momentum():
    # 3 + 0.1 * 2 = 3.2, then 1 + 0.2 + 0.5 * 3.2.
    optimizer = make_optimizer("sgd", momentum=0.5, weight_decay=0.1)
    assert directions(optimizer, [3.0, 1.0]) == pytest.approx([3.2, 2.8])


def test_adam_sees_the_decay_in_its_gradient():
    # The first direction is a gradient over its own magnitude (plus Adam's epsilon).
    assert directions(make_optimizer("adam"), [3.0]) == pytest.approx([1.0], rel=1e-4)
    decayed = make_optimizer("adam", weight_decay=0.1)
    assert directions(decayed, [-0.2 + 1e-3]) == pytest.approx([1.0], rel=1e-4)
    # Second step of 3.2 and 1.2: moments corrected for their start.
    first = (0.1 * 0.9 * 3.2 + 0.1 * 1.2) / (1 - 0.9**2)
    second = (0.001 * 0.999 * 3.2**2 + 0.001 * 1.2**2) / (1 - 0.999**2)
    assert directions(decayed, [3.0, 1.0])[1] == pytest.approx(first / second**0.5, rel=1e-4)


def test_adamw_adds_the_decay_after_its_moments():
    optimizer = make_optimizer("adamw", weight_decay=0.1)
    assert directions(optimizer, [3.0]) == pytest.approx([1.2], rel=1e-4)


def test_directions_carry_no_learning_rate():
    for name in OPTIMIZERS:
        params = {"w": jnp.ones(2)}
        optimizer = make_optimizer(name)
        direction, _ = optimizer.update({"w": jnp.ones(2)}, optimizer.init(params), params)
        moved = optax.apply_updates(params, direction)
        np.testing.assert_allclose(moved["w"], 2.0, rtol=1e-5)  # uphill, by a whole unit
