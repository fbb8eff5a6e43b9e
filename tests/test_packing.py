import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jaxticket.packing import GAPS, Packed, pack, to_gaps, unpack, unpack_mask

BYTE, WORD = GAPS


def alive(*places, count):
    mask = np.zeros(count, bool)
    mask[list(places)] = True
    return mask


@pytest.mark.parametrize(
    ("places", "gaps"),
    [
        ([], []),
        ([0], [0]),
        ([3, 4, 6], [3, 0, 1]),
        ([254], [254]),
        ([255], [255, 0]),
        ([256, 999], [255, 1, 255, 255, 232]),
        ([510], [255, 255, 0]),
    ],
)
def test_gaps_say_how_many_zeros_lie_before_the_next_survivor(places, gaps):
    mask = alive(*places, count=1000)
    assert to_gaps(mask, BYTE).tolist() == gaps
    assert (unpack_mask(np.array(gaps, BYTE), (1000,), gaps=True) == mask).all()


def test_wide_gaps_skip_as_many_as_fit():
    mask = alive(70_000, count=70_001)
    assert to_gaps(mask, WORD).tolist() == [65535, 70_000 - 65535]
    assert (unpack_mask(to_gaps(mask, WORD), (70_001,), gaps=True) == mask).all()


def test_bits_stand_the_lowest_first():
    packed = pack(alive(0, 3, 8, count=9).astype(np.float32), alive(0, 3, 8, count=9))
    assert (packed.mask.tolist(), packed.gaps) == ([0b1001, 1], False)


@pytest.mark.parametrize(
    ("every", "kind", "gaps"), [(2, BYTE, False), (20, BYTE, True), (5000, WORD, True)]
)
def test_the_shortest_mask_is_taken(every, kind, gaps):
    mask = alive(*range(0, 40_000, every), count=40_000)
    packed = pack(mask.astype(np.float32), mask)
    assert (packed.mask.dtype, packed.gaps) == (kind, gaps)


@given(
    st.integers(0, 400).flatmap(lambda n: st.lists(st.booleans(), min_size=n, max_size=n)),
    st.integers(1, 400),
)
def test_what_is_packed_comes_back_bitwise(bits, spread):
    mask = np.zeros(len(bits) * spread, bool)
    mask[::spread] = bits
    array = np.where(mask, np.float32(-0.0) + np.arange(mask.size, dtype=np.float32), 0)
    array, mask = array.astype(np.float32).reshape(-1, spread), mask.reshape(-1, spread)
    back, where = unpack(pack(array, mask))
    assert (back.tobytes(), back.shape, back.dtype) == (array.tobytes(), array.shape, array.dtype)
    assert (where == mask).all()


def test_what_is_pruned_is_zero():
    with pytest.raises(ValueError, match="a pruned weight is not zero"):
        pack(np.ones(2, np.float32), np.array([True, False]))
    with pytest.raises(ValueError, match="is none of an array"):
        pack(np.ones(2, np.float32), np.array([True]))


@pytest.mark.parametrize(
    ("mask", "gaps", "said"),
    [
        (np.array([3, 6], BYTE), True, "the gaps end at 11, beyond the 10 weights"),
        (np.array([255], BYTE), True, "the gaps end at 255"),
        (np.array([65535], WORD), True, "the gaps end at 65535"),
        (np.array([1], BYTE), False, "1 bytes are no bits of 10 weights"),
        (np.array([1, 4], BYTE), False, "2 bytes are no bits of 10 weights"),
        (np.array([1, 2], BYTE), False, "1 values for 2 survivors"),
    ],
)
def test_places_beyond_the_array_are_refused(mask, gaps, said):
    with pytest.raises(ValueError, match=said):
        unpack(Packed(np.ones(1, np.float32), mask, gaps, (10,)))


def test_no_jax_is_imported():
    code = "import sys, jaxticket.packing, jaxticket.tickets; assert 'jax' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("shape", [(1 << 40,), (1 << 32, 1 << 32), (-4, -4), (-1,)])
def test_a_shape_beyond_every_network_takes_no_memory(shape):
    with pytest.raises(ValueError, match="is no shape of at most 67,108,864 weights"):
        unpack_mask(np.array([3], np.uint8), shape, gaps=True)
