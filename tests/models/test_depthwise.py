import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.models.depthwise import shifted_sum
from tests.models.test_convolution import close, with_gradients

CASES = [
    # batch, map, kernel side, pads
    (8, (4, 4), 3, ((1, 1), (1, 1))),
    (3, (5, 7), 3, ((1, 1), (1, 1))),
    (1, (1, 1), 3, ((1, 1), (1, 1))),
    (16, (5, 6), 3, ((0, 0), (0, 0))),
    (6, (3, 4), 5, ((2, 2), (2, 2))),
]


def plain(x, kernel, pads):
    return jax.lax.conv_general_dilated(
        x, kernel, (1, 1), pads, dimension_numbers=("NHWC", "HWIO", "NHWC"),
        feature_group_count=x.shape[-1],
    )  # fmt: skip


@pytest.mark.parametrize(("batch", "sides", "side", "pads"), CASES)
def test_it_is_what_the_plain_operation_gives(batch, sides, side, pads):
    draw = np.random.default_rng(0)
    x = draw.standard_normal((batch, *sides, 4), np.float32)
    kernel = draw.standard_normal((side, side, 1, 4), np.float32)

    @jax.jit
    def both(x, kernel):
        return [
            with_gradients(lambda x, kernel, f=f: f(x, kernel, pads), x, kernel)
            for f in (shifted_sum, plain)
        ]

    close(*both(x, kernel))


def test_the_gradient_by_hand():
    """Of two pictures of one position each only the centre tap meets anything."""
    x = jnp.array([2.0, 3.0]).reshape(2, 1, 1, 1)
    pads = ((1, 1), (1, 1))
    _, pull_back = jax.vjp(lambda k: shifted_sum(x, k, pads), jnp.ones((3, 3, 1, 1)))
    (gradient,) = pull_back(jnp.array([10.0, 100.0]).reshape(2, 1, 1, 1))
    assert gradient[:, :, 0, 0].tolist() == [[0, 0, 0], [0, 320, 0], [0, 0, 0]]


def test_hessian_vector_products():
    draw = np.random.default_rng(1)
    x = draw.standard_normal((2, 4, 4, 3), np.float32)
    kernel, direction = draw.standard_normal((2, 3, 3, 1, 3), np.float32)
    pads = ((1, 1), (1, 1))

    def product(convolution):
        gradient = jax.grad(lambda kernel: jnp.sum(jnp.sin(convolution(x, kernel, pads))))
        return jax.jit(lambda kernel: jax.jvp(gradient, (kernel,), (direction,))[1])(kernel)

    close(product(shifted_sum), product(plain))
