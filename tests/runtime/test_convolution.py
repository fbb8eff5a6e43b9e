"""Every way of computing a convolution gives what the reference gives."""

import numpy as np
import pytest

from jaxticket.graph.execute import compute
from jaxticket.graph.nodes import Conv
from jaxticket.runtime.compiler import callable_of
from jaxticket.runtime.convolution import Convolution
from jaxticket.runtime.epilogue import Step
from jaxticket.runtime.layout import Lanes, Layout
from jaxticket.runtime.memory import aligned
from jaxticket.runtime.survivors import survivors_of

LANES = Lanes(1, 2, 2)
TARGET = Layout(4, 5, 5, LANES, (3, 3), (1, 1, 1, 1))


def _answer(option: Convolution, kernel: np.ndarray, bias: np.ndarray, x: np.ndarray):
    source = aligned(option.source.size).view(np.float32)
    source[:] = option.source.pack(x).reshape(-1)
    output = aligned(option.target.size).view(np.float32)
    output[:] = np.nan
    table = option.table(survivors_of(kernel), bias, (1, 1), 1)
    addresses = np.array([each.ctypes.data for each in table])
    at = (source.ctypes.data, source.ctypes.data, output.ctypes.data, addresses.ctypes.data)
    for unit in range(option.units):  # as if every unit were another thread's
        callable_of(option)(*at, unit, unit + 1)
    return output.reshape(option.target.shape)


@pytest.mark.parametrize("left", [0.0, 0.1, 1.0])
@pytest.mark.parametrize(
    ("block", "tile", "unroll", "chunks"),
    [(1, (3, 3), 1, 1), (1, (2, 2), 4, 3), (2, (1, 3), 2, 2), (4, (1, 2), 1, 1)],
)
@pytest.mark.parametrize("stride", [1, 2])
def test_it_gives_what_the_reference_gives(stride, block, tile, unroll, chunks, left):
    draw = np.random.default_rng(0)
    side = 5 if stride == 1 else 9
    kernel = draw.normal(size=(3, 3, 3, 4)) * (draw.random((3, 3, 3, 4)) < left)
    kernel, bias = kernel.astype(np.float32), draw.normal(size=4).astype(np.float32)
    x = draw.normal(size=(1, side, side, 3)).astype(np.float32)
    source = Layout(3, side, side, LANES, (3 * stride, 3 * stride), (1, 1, 1, 1))
    option = Convolution(
        source,
        TARGET,
        stride,
        tile,
        block,
        unroll,
        chunks,
        shared=left == 1 and block > 1,
        steps=(Step("leaky_relu", slope=0.1),),
    )
    node = Conv(name="a", reads=("x",), stride=stride, pads=((1, 1), (1, 1)), bias=True)
    wanted = compute(node, [x.astype(np.float64)], [kernel, bias])
    wanted = np.where(wanted > 0, wanted, 0.1 * wanted)
    found = _answer(option, kernel, bias, x)
    np.testing.assert_allclose(TARGET.unpack(found), wanted, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(found, TARGET.pack(wanted), rtol=1e-5, atol=1e-5)


def test_units_weigh_what_survives():
    kernel = np.zeros((1, 1, 8, 4), np.float32)
    kernel[..., 0] = 1
    kernel[..., 3:, 2] = 1
    option = Convolution(TARGET, TARGET, 1, (3, 3))
    weights = option.weights(option.table(survivors_of(kernel), np.zeros(4, np.float32), (0, 0), 1))
    assert (weights - weights[1]).tolist() == [8, 0, 8, 0]  # lists are filled up to fours
