import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.models.convolution import convolve
from jaxticket.models.kernel_gradient import (
    convolve_own_gradient,
    kernel_gradient,
    own_gradient_wins,
)
from jaxticket.models.lowering import force_lowering
from tests.models.test_convolution import close, with_gradients

CASES = [
    # map, kernel side, pads
    ((6, 6), 3, ((1, 1), (1, 1))),
    ((5, 9), 3, ((1, 1), (1, 1))),
    ((4, 30), 3, ((1, 1), (1, 1))),  # so wide that columns are added
    ((6, 7), 3, ((0, 0), (0, 0))),
    ((6, 6), 4, ((2, 1), (2, 1))),
    ((3, 5), 5, ((2, 2), (2, 2))),
    ((1, 1), 1, ((0, 0), (0, 0))),
]


@pytest.mark.parametrize(("sides", "side", "pads"), CASES)
def test_it_is_what_differentiation_gives(sides, side, pads):
    draw = np.random.default_rng(0)
    x = draw.standard_normal((3, *sides, 4), np.float32)
    kernel = draw.standard_normal((side, side, 4, 5), np.float32)

    def plain(x, kernel):
        numbers = ("NHWC", "HWIO", "NHWC")
        return jax.lax.conv_general_dilated(x, kernel, (1, 1), pads, dimension_numbers=numbers)

    @jax.jit
    def both(x, kernel):
        ours = with_gradients(lambda x, kernel: convolve_own_gradient(x, kernel, pads), x, kernel)
        return ours, with_gradients(plain, x, kernel)

    close(*both(x, kernel))


def test_by_hand():
    x = jnp.array([[1.0, 2.0], [3.0, 4.0]])[None, :, :, None]
    cotangent = jnp.array([[1.0, 0.0], [0.0, 10.0]])[None, :, :, None]
    gradient = kernel_gradient(x, cotangent, 3, ((1, 1), (1, 1)))
    # The centre meets 1 and 4; right of it 2 and padding; the upper left padding and 1.
    assert gradient[:, :, 0, 0].tolist() == [[10, 20, 0], [30, 41, 2], [0, 3, 4]]


def test_hessian_vector_products():
    draw = np.random.default_rng(1)
    x = draw.standard_normal((2, 5, 5, 3), np.float32)
    kernel, direction = draw.standard_normal((2, 3, 3, 3, 2), np.float32)
    pads = ((1, 1), (1, 1))

    def product(convolution):
        gradient = jax.grad(lambda kernel: jnp.sum(jnp.sin(convolution(x, kernel))))
        return jax.jit(lambda kernel: jax.jvp(gradient, (kernel,), (direction,))[1])(kernel)

    with force_lowering("plain"):
        plain = product(lambda x, kernel: convolve(x, kernel, padding=1))
    close(product(lambda x, kernel: convolve_own_gradient(x, kernel, pads)), plain)


@pytest.mark.parametrize(
    ("side", "positions", "expected"),
    [(3, 256, True), (3, 255, False), (4, 256, True), (5, 4096, False)],
)
def test_where_it_is_used(side, positions, expected):
    assert own_gradient_wins(side, positions) is expected


@pytest.mark.parametrize(("lowering", "used"), [("cpu", True), ("plain", False)])
def test_the_lowering_chooses(lowering, used):
    with force_lowering(lowering):
        jaxpr = jax.make_jaxpr(lambda x, k: convolve(x, k, padding=1))(
            jnp.ones((1, 16, 16, 4)), jnp.ones((3, 3, 4, 2))
        )
    assert ("custom_vjp" in str(jaxpr)) is used
