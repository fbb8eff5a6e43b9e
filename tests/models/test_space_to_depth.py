import jax
import numpy as np
import pytest

from jaxticket.models.convolution import convolve
from jaxticket.models.lowering import force_lowering
from jaxticket.models.pooling import resolve_padding
from jaxticket.models.space_to_depth import blocks_win, convolve_blocks
from tests.models.test_convolution import close, with_gradients


@pytest.mark.parametrize(
    ("sides", "side", "padding"),
    [((8, 10), 7, 3), ((8, 8), 3, 0), ((8, 6), 3, 1), ((8, 8), 3, "SAME"), ((6, 8), 5, 2)],
)
def test_blocks_give_what_the_plain_operation_gives(sides, side, padding):
    draw = np.random.default_rng(0)
    x = draw.standard_normal((2, *sides, 3), np.float32)
    kernel = draw.standard_normal((side, side, 3, 5), np.float32)

    @jax.jit
    def both(x, kernel):
        with force_lowering("plain"):
            plain = with_gradients(lambda x, kernel: convolve(x, kernel, 2, padding), x, kernel)
        height, width = plain[0].shape[1:3]
        pads = resolve_padding(x.shape, side, 2, padding)
        ours = with_gradients(
            lambda x, kernel: convolve_blocks(x, kernel, (height, width), pads), x, kernel
        )
        return ours, plain

    close(*both(x, kernel))


@pytest.mark.parametrize(
    ("shape", "side", "stride", "dilation", "positions", "expected"),
    [
        ((32, 64, 64, 3), 7, 2, 1, 1024, True),
        ((32, 64, 64, 3), 7, 1, 1, 4096, False),
        ((32, 64, 64, 3), 3, 2, 2, 1024, False),
        ((32, 63, 64, 3), 7, 2, 1, 1024, False),
        ((32, 64, 64, 64), 3, 2, 1, 1024, False),
        ((32, 16, 16, 3), 7, 2, 1, 64, False),
    ],
)
def test_where_they_are_used(shape, side, stride, dilation, positions, expected):
    assert blocks_win(shape, side, stride, dilation, positions) is expected
