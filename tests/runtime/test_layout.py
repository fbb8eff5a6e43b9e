import numpy as np
import pytest

from jaxticket.runtime.layout import Lanes, Layout

CASES = [
    Layout(2, 4, 4, Lanes(1, 2, 2), (2, 2), (1, 1, 1, 1)),
    Layout(1, 5, 3, Lanes(1, 4, 2), (2, 2), (3, 2, 0, 5)),
    Layout(3, 3, 3, Lanes(4, 2, 1), (4, 6), (1, 0, 1, 0), -np.inf),
    Layout(2, 1, 1, Lanes(2, 1, 1), (1, 1)),
]


@pytest.mark.parametrize("layout", CASES)
def test_maps_come_back_from_memory(layout):
    shape = (layout.lanes.images, layout.height, layout.width, layout.channels)
    maps = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    memory = layout.pack(maps)
    assert memory.shape == layout.shape
    assert memory.nbytes == layout.size
    np.testing.assert_array_equal(layout.unpack(memory), maps)


def test_a_tile_keeps_what_its_neighbours_hold():
    layout = Layout(1, 4, 4, Lanes(1, 2, 2), (2, 2), (1, 1, 1, 1))
    memory = layout.pack(np.arange(1, 17, dtype=np.float32).reshape(1, 4, 4, 1))[0]
    #  1  2 |  3  4      the second tile begins with 3; left of it lies 2, above it nothing,
    #  5  6 |  7  8      and below and to the left of its last row lies 10
    second = memory[:, :, 1]
    np.testing.assert_array_equal(
        second, [[0, 0, 0, 0], [2, 3, 4, 0], [6, 7, 8, 0], [10, 11, 12, 0]]
    )


@pytest.mark.parametrize("layout", CASES)
def test_copies_make_all_of_memory_from_the_values_inside(layout):
    shape = (layout.lanes.images, layout.height, layout.width, layout.channels)
    wanted = layout.pack(np.random.default_rng(0).normal(size=shape))
    top, _, left, _ = layout.halo
    inside = np.s_[:, top : top + layout.tile[0], left : left + layout.tile[1]]
    memory = np.full(layout.shape, np.nan, np.float32)
    memory[inside] = np.where(layout.sources[inside[1:]] >= 0, wanted[inside], np.nan)
    for copy in layout.copies():
        for row in range(copy.size[0]):
            for column in range(copy.size[1]):
                source = memory[:, copy.source[0] + row + top, copy.source[1] + column + left]
                lanes = np.array(copy.lanes)
                value = np.where(lanes >= 0, source[:, lanes], layout.fill)
                memory[:, copy.target[0] + row + top, copy.target[1] + column + left] = value
    np.testing.assert_array_equal(memory, wanted)
