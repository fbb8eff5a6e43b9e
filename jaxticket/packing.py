"""A pruned array as its survivors and where they are: mask as bits or as gaps, whichever is less.

Bits: one a weight, in C order, the first in the lowest bit of the first byte (`np.packbits`,
bitorder "little"), the last byte filled with zeros. Gaps: an unsigned number of one or two bytes an
entry, how many zeros lie before the next survivor; its largest value means as many zeros and no
survivor. So survivors stand at a cumulative sum, and zeros after the last one are not written.
NumPy only.
"""

import math
from dataclasses import dataclass

import numpy as np

from jaxticket.limits import TICKET_WEIGHTS

GAPS = (np.dtype("u1"), np.dtype("<u2"))
"""The types of gaps; a `mask` of any other shape than [M] of one of them is not gaps."""


@dataclass(frozen=True, eq=False)
class Packed:
    """A pruned array without its zeros.

    Attributes:
        values: the survivors, in C order, [K].
        mask: where they stand: bits uint8 [ceil(N / 8)], or gaps uint8 or uint16 [M].
        gaps: whether `mask` is gaps.
        shape: of the array, N weights.
    """

    values: np.ndarray
    mask: np.ndarray
    gaps: bool
    shape: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        """Bytes of values and mask together."""
        return self.values.nbytes + self.mask.nbytes


def pack(array: np.ndarray, mask: np.ndarray) -> Packed:
    """Return an array without what is pruned.

    Args:
        array: zero where `mask` is false.
        mask: bool, of the array's shape.

    Raises:
        ValueError: the shapes differ, or a pruned weight is not zero.
    """
    array, mask = np.asarray(array), np.asarray(mask)
    if array.shape != mask.shape or mask.dtype != bool:
        raise ValueError(f"a mask {mask.dtype}{mask.shape} is none of an array {array.shape}")
    if np.any(array[~mask]):
        raise ValueError("a pruned weight is not zero")
    bits = np.packbits(mask, axis=None, bitorder="little")
    packed = min([bits, *(to_gaps(mask, kind) for kind in GAPS)], key=lambda it: it.nbytes)
    return Packed(array[mask], packed, packed is not bits, array.shape)


def unpack(packed: Packed) -> tuple[np.ndarray, np.ndarray]:
    """Return the array, zero where it is pruned, and its mask.

    Raises:
        ValueError: the mask has places beyond the array, or not one for every value.
    """
    mask = unpack_mask(packed.mask, packed.shape, gaps=packed.gaps)
    if np.count_nonzero(mask) != len(packed.values):
        raise ValueError(f"{len(packed.values)} values for {np.count_nonzero(mask)} survivors")
    array = np.zeros(packed.shape, packed.values.dtype)
    array[mask] = packed.values
    return array, mask


def to_gaps(mask: np.ndarray, kind: np.dtype) -> np.ndarray:
    """Return the gaps of a mask, in numbers of one kind of `GAPS`."""
    longest = np.iinfo(kind).max
    positions = np.flatnonzero(mask)
    zeros = np.diff(positions, prepend=-1) - 1
    skips = zeros // longest
    gaps = np.full(len(positions) + int(skips.sum()), longest, kind)
    gaps[np.cumsum(skips + 1) - 1] = zeros % longest
    return gaps


def unpack_mask(packed: np.ndarray, shape: tuple[int, ...], *, gaps: bool) -> np.ndarray:
    """Return a mask, bool of the given shape.

    Raises:
        ValueError: the gaps or bits go beyond the shape, or are too few; or the shape is none, or
            larger than any network's.
    """
    count = math.prod(map(int, shape))
    if min(shape, default=0) < 0 or count > TICKET_WEIGHTS:
        raise ValueError(f"{shape} is no shape of at most {TICKET_WEIGHTS:,} weights")
    if not gaps:
        mask = np.unpackbits(packed, bitorder="little")
        if len(packed) != -(-count // 8) or mask[count:].any():
            raise ValueError(f"{len(packed)} bytes are no bits of {count} weights")
        return mask[:count].view(bool).reshape(shape)
    survives = packed != np.iinfo(packed.dtype).max
    ends = np.cumsum(packed.astype(np.int64) + survives)
    if len(ends) and ends[-1] > count:
        raise ValueError(f"the gaps end at {ends[-1]}, beyond the {count} weights")
    mask = np.zeros(count, bool)
    mask[ends[survives] - 1] = True
    return mask.reshape(shape)
