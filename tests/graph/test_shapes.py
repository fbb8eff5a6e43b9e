"""What arrays and sizes a graph does not accept; what it gives is seen where it is computed."""

import numpy as np
import pytest

from jaxticket.graph import shapes
from tests.graph.small import EVERY_KIND, drawn


@pytest.mark.parametrize("shape", [(), (0,), (2,), (3, 3, 3), (0, 0, 0, 0), (1, 3, 3, 3, 6)])
@pytest.mark.parametrize("layer", ["a", "d", "dense"])
def test_kernels_of_other_dimensions(layer, shape):
    arrays = drawn(0, 0.5) | {f"{layer}/kernel": np.zeros(shape)}
    with pytest.raises(ValueError, match=f"'{layer}' "):
        shapes(EVERY_KIND, arrays)


@pytest.mark.parametrize("side", [-1, 0, 1 << 13])
def test_pictures_of_no_size(side):
    with pytest.raises(ValueError, match=f"pictures of {side} pixels"):
        shapes(EVERY_KIND, drawn(0, 0.5), side)
