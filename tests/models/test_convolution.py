import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.models.convolution import (
    Conv,
    DepthwiseConv,
    convolve,
    convolve_depthwise,
    convolve_patches,
    patches_win,
)
from jaxticket.models.lowering import force_lowering
from jaxticket.models.pooling import resolve_padding

CASES = [
    # map, input channels, kernel side, stride, padding, dilation
    ((2, 2), 6, 3, 1, 1, 1),
    ((1, 1), 6, 3, 1, 1, 1),
    ((2, 2), 6, 3, 2, 1, 1),
    ((1, 1), 6, 3, 2, 1, 1),
    ((4, 4), 6, 3, 2, 1, 1),
    ((3, 5), 4, 3, 2, 1, 1),
    ((7, 6), 4, 3, 1, 1, 1),
    ((7, 6), 4, 1, 2, 0, 1),
    ((6, 5), 4, 1, 1, 0, 1),
    ((5, 4), 3, 5, 1, "SAME", 1),
    ((6, 7), 3, 3, 1, "SAME", 3),
    ((2, 2), 3, 3, 1, "SAME", 3),
    ((7, 8), 3, 3, 2, "SAME", 1),
    ((9, 9), 3, 3, 2, 0, 1),
    ((1, 3), 3, 5, 1, "SAME", 1),
]


def close(ours, plain):
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(plain), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


def with_gradients(f, *arguments):
    """f's value and the gradients of sum(sin f): no cotangent is like another."""

    def loss(*arguments):
        y = f(*arguments)
        return jnp.sum(jnp.sin(y)), y

    (_, y), gradients = jax.value_and_grad(loss, (0, 1), has_aux=True)(*arguments)
    return y, gradients


@pytest.mark.parametrize(("sides", "channels", "side", "stride", "padding", "dilation"), CASES)
def test_patches_give_what_the_plain_operation_gives(
    sides, channels, side, stride, padding, dilation
):
    draw = np.random.default_rng(1)
    x = draw.standard_normal((3, *sides, channels), np.float32)
    kernel = draw.standard_normal((side, side, channels, 5), np.float32)

    def patches(x, kernel):
        pads = resolve_padding(x.shape, side, stride, padding, dilation)
        return convolve_patches(x, kernel, stride, pads, dilation)

    def chosen(x, kernel):
        return convolve(x, kernel, stride, padding, dilation)

    @jax.jit
    def all_ways(x, kernel):
        with force_lowering("plain"):
            plain = with_gradients(chosen, x, kernel)
        with force_lowering("cpu"):
            return plain, with_gradients(chosen, x, kernel), with_gradients(patches, x, kernel)

    plain, on_the_cpu, by_patches = all_ways(x, kernel)
    close(on_the_cpu, plain)
    close(by_patches, plain)


@pytest.mark.parametrize("lowering", ["plain", "cpu"])
def test_by_hand(lowering):
    x = jnp.array([[1.0, 2.0], [3.0, 4.0]])[None, :, :, None]
    kernel = jnp.arange(1.0, 10.0).reshape(3, 3, 1, 1)
    with force_lowering(lowering):
        # Top left: 1*5 + 2*6 + 3*8 + 4*9; bottom right: 1*1 + 2*2 + 3*4 + 4*5.
        assert convolve(x, kernel, padding=1)[0, :, :, 0].tolist() == [[77.0, 67.0], [47.0, 37.0]]
        assert convolve(x, kernel, 2, 1)[0, :, :, 0].tolist() == [[77.0]]
        assert convolve(x, kernel, 2, "SAME")[0, :, :, 0].tolist() == [[37.0]]
        assert convolve_depthwise(x, kernel, 1)[0, :, :, 0].tolist() == [[77.0, 67.0], [47.0, 37.0]]


def test_taps_that_meet_only_padding_have_no_gradient():
    gradient = jax.grad(
        lambda k: convolve_patches(jnp.ones((1, 1, 1, 1)), k, 1, ((1, 1), (1, 1))).sum()
    )(jnp.ones((3, 3, 1, 1)))
    assert gradient[:, :, 0, 0].tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("sides", "side", "padding"),
    [
        ((8, 8), 3, 1),
        ((5, 7), 3, 1),
        ((1, 1), 3, 1),
        ((2, 3), 3, 1),
        ((5, 7), 3, 0),
        ((3, 4), 5, 2),
    ],
)
def test_shifted_sums_give_what_the_plain_operation_gives(sides, side, padding):
    draw = np.random.default_rng(2)
    x = draw.standard_normal((3, *sides, 4), np.float32)
    kernel = draw.standard_normal((side, side, 1, 4), np.float32)

    @jax.jit
    def both(x, kernel):
        results = []
        for lowering in ("plain", "cpu"):
            with force_lowering(lowering):
                results.append(
                    with_gradients(lambda x, k: convolve_depthwise(x, k, padding), x, kernel)
                )
        return results

    close(*both(x, kernel))


@pytest.mark.parametrize(
    ("side", "channels", "positions", "expected"),
    [
        (1, 3, 10_000, True),
        (3, 512, 1, True),
        (3, 8, 4, True),
        (3, 256, 49, True),
        (3, 256, 50, False),
        (3, 255, 5, False),
        (7, 3, 1024, False),
    ],
)
def test_where_patches_are_used(side, channels, positions, expected):
    assert patches_win(side, channels, positions) is expected


@pytest.mark.parametrize(
    ("sides", "channels", "lowering", "convolutions"),
    [(2, 4, "cpu", 0), (2, 4, "plain", 1), (8, 4, "cpu", 1)],
)
def test_the_lowering_chooses(sides, channels, lowering, convolutions):
    with force_lowering(lowering):
        jaxpr = jax.make_jaxpr(lambda x, k: convolve(x, k, padding=1))(
            jnp.ones((1, sides, sides, channels)), jnp.ones((3, 3, channels, 2))
        )
    assert str(jaxpr).count("conv_general_dilated[") == convolutions


def test_layers_hold_the_public_leaves():
    def leaves(layer):
        shapes = jax.eval_shape(layer.init, jax.random.key(0), jnp.ones((1, 8, 8, 3)))
        return jax.tree.map(lambda leaf: leaf.shape, shapes["params"])

    assert leaves(Conv(5, 3)) == {"kernel": (3, 3, 3, 5)}
    assert leaves(Conv(5, 3, use_bias=True)) == {"kernel": (3, 3, 3, 5), "bias": (5,)}
    assert leaves(DepthwiseConv(3, 1)) == {"kernel": (3, 3, 1, 3)}


def test_the_bias_is_added():
    x = jnp.zeros((1, 2, 2, 1))
    params = {"kernel": jnp.ones((1, 1, 1, 2)), "bias": jnp.array([3.0, 4.0])}
    assert Conv(2, 1, use_bias=True).apply({"params": params}, x)[0, 1, 1].tolist() == [3.0, 4.0]
