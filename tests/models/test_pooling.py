import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.models.lowering import force_lowering
from jaxticket.models.pooling import global_average_pool, max_pool, resolve_padding

CASES = [
    # shape, window, stride, padding
    ((2, 8, 8, 3), 2, 2, 0),
    ((2, 7, 9, 3), 2, 2, 0),
    ((2, 7, 9, 3), 2, 2, "SAME"),
    ((2, 9, 6, 3), 4, 4, "SAME"),
    ((2, 8, 8, 3), 3, 2, 1),
    ((2, 7, 5, 3), 3, 2, 1),
    ((1, 1, 1, 2), 3, 2, 1),
    ((1, 5, 6, 2), 3, 1, "SAME"),
]


@pytest.mark.parametrize(("shape", "window", "stride", "padding"), CASES)
def test_slices_give_what_the_plain_operation_gives(shape, window, stride, padding):
    @jax.jit
    def both(x):
        results = []
        for lowering in ("plain", "cpu"):
            with force_lowering(lowering):
                y, pull_back = jax.vjp(lambda x: max_pool(x, window, stride, padding), x)
            results.append((y, pull_back(jnp.arange(1.0, y.size + 1).reshape(y.shape))[0]))
        return results

    draw = np.random.default_rng(0)
    no_ties = draw.permutation(np.prod(shape)).reshape(shape)
    many_ties = draw.integers(0, 3, shape)
    for values in (no_ties, many_ties):
        (plain, plain_gradient), (ours, gradient) = both(values.astype(np.float32) - 5)
        np.testing.assert_array_equal(ours, plain)
        np.testing.assert_array_equal(gradient, plain_gradient)


@pytest.mark.parametrize("lowering", ["plain", "cpu"])
def test_by_hand(lowering):
    x = jnp.array([[-1.0, -2.0, -3.0], [-4.0, -5.0, -6.0], [-7.0, -8.0, -9.0]])[None, :, :, None]
    with force_lowering(lowering):
        assert max_pool(x, 2, 2)[0, :, :, 0].tolist() == [[-1.0]]
        assert max_pool(x, 2, 2, "SAME")[0, :, :, 0].tolist() == [[-1.0, -3.0], [-7.0, -9.0]]
        assert max_pool(x, 3, 2, 1)[0, :, :, 0].tolist() == [[-1.0, -2.0], [-4.0, -5.0]]


@pytest.mark.parametrize("lowering", ["plain", "cpu"])
def test_the_first_of_equal_maxima_has_the_gradient(lowering):
    x = jnp.array([[0.0, 1.0], [1.0, 1.0]])[None, :, :, None]
    with force_lowering(lowering):
        gradient = jax.grad(lambda x: max_pool(x, 2, 2).sum())(x)
    assert gradient[0, :, :, 0].tolist() == [[0.0, 1.0], [0.0, 0.0]]


@pytest.mark.parametrize("position", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_not_a_number_is_not_lost(position):
    x = jnp.ones((1, 2, 2, 1)).at[0, position[0], position[1], 0].set(jnp.nan)
    with force_lowering("cpu"):
        assert np.isnan(max_pool(x, 2, 2)).all()


def test_slices_hold_no_window_reduction():
    with force_lowering("cpu"):
        jaxpr = jax.make_jaxpr(jax.grad(lambda x: max_pool(x, 3, 2, 1).sum()))(
            jnp.ones((1, 8, 8, 4))
        )
    assert "reduce_window" not in str(jaxpr)
    assert "select_and_scatter" not in str(jaxpr)


def test_global_average():
    x = jnp.arange(12.0).reshape(1, 2, 2, 3)
    assert global_average_pool(x).tolist() == [[4.5, 5.5, 6.5]]


@pytest.mark.parametrize(
    ("side", "window", "stride", "dilation", "expected"),
    [
        (8, 3, 1, 1, (1, 1)),
        (8, 3, 2, 1, (0, 1)),  # torch's padding 1 would be (1, 1)
        (7, 2, 2, 1, (0, 1)),
        (8, 3, 1, 3, (3, 3)),
        (5, 4, 4, 1, (1, 2)),
        (4, 4, 4, 1, (0, 0)),
    ],
)
def test_same_as_keras_counts_it(side, window, stride, dilation, expected):
    pads = resolve_padding((1, side, 8 * window * stride, 3), window, stride, "SAME", dilation)
    assert pads[0] == expected


def test_rows_and_columns_apart():
    assert resolve_padding((1, 7, 8, 3), 2, 2, "SAME") == ((0, 1), (0, 0))


def test_a_number_is_that_number_on_every_side():
    assert resolve_padding((1, 8, 9, 3), 3, 2, 1) == ((1, 1), (1, 1))
