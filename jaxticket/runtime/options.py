"""The ways to compute a convolution, of which the fastest is found by timing."""

import math
from dataclasses import replace

import numpy as np

from jaxticket.runtime.compiler import vector_registers
from jaxticket.runtime.convolution import Convolution
from jaxticket.runtime.survivors import Survivors

BLOCKS = (1, 2, 4, 8, 16)
"""Output channels that may be computed together."""
CACHES = (20 * 1024, 36 * 1024)
"""Bytes of the first cache that the input of a chunk may take, as to be tried."""
WITHIN = 1.5
"""Ways that are estimated to take longer than the best by this factor are not timed."""


def options(base: Convolution, kernel: Survivors, dilation: int) -> list[Convolution]:
    """Return the ways worth timing, by estimated time, with the sparse one among them.

    Args:
        base: what they have in common.
        kernel: the survivors of [k, k, I, O].
        dilation: of its taps.
    """
    outputs = kernel.shape[-1]
    found: list[tuple[float, Convolution]] = []
    for block in BLOCKS:
        if outputs % block:
            continue
        union = kernel.union(block)
        entries = int(np.count_nonzero(union))
        option = replace(_fitted(base, block), shared=entries == union.size)
        for chunks in _chunks(option, kernel.shape, dilation):
            option = replace(option, chunks=chunks)
            found.append((_cost(option, entries), option))
    least = min(cost for cost, _ in found)
    found.sort(key=lambda each: each[0])
    return [option for cost, option in found if cost <= WITHIN * least or option.block == 1]


def remembered(
    base: Convolution, kernel: Survivors, dilation: int, way: list[int]
) -> Convolution | None:
    """Return the kernel with a way that was found earlier, maybe for other survivors.

    None if it is no way of this layer: the file that remembers it may hold anything.

    Args:
        base: what all ways have in common.
        kernel: the survivors of [k, k, I, O].
        dilation: of its taps.
        way: see `Convolution.way`.
    """
    option = base.by(way)
    if option.block not in BLOCKS or kernel.shape[-1] % option.block:
        return None
    fitted = _fitted(base, option.block)
    if option.chunks not in _chunks(fitted, kernel.shape, dilation):
        return None
    if replace(fitted, chunks=option.chunks, shared=option.shared).way != way:
        return None
    return replace(option, shared=option.shared and bool(kernel.union(option.block).all()))


def _fitted(base: Convolution, block: int) -> Convolution:
    """Return the kernel with a block and the largest tile that fits the registers beside it."""
    registers = vector_registers()
    most = registers - 4 if block == 1 else max(1, (registers - 1 - block) // block)
    height, width = base.target.tile
    columns = _even(width, most)
    rows = _even(height, most // columns)
    sums = rows * columns * block
    unroll = 1 if sums >= 8 else 2 if sums >= 4 else 4
    return replace(base, tile=(rows, columns), block=block, unroll=unroll)


def _even(total: int, most: int) -> int:
    """Return the side of the equal parts, at most `most` long, that a length is cut into."""
    return math.ceil(total / math.ceil(total / most))


def _chunks(option: Convolution, shape: tuple[int, ...], dilation: int) -> list[int]:
    """Return numbers of parts of the input channels worth trying."""
    side, inputs = shape[0], shape[2]
    vector = 4 * option.source.lanes.count
    rows = (option.tile[0] - 1) * option.stride + dilation * (side - 1) + 1
    strip = min(rows, option.source.rows) * option.source.pitch * vector
    return sorted({1, *(min(inputs, math.ceil(strip * inputs / size)) for size in CACHES)})


def _cost(option: Convolution, entries: int) -> float:
    """Estimate the time, in turns of two multiply-adds or two loads."""
    positions = option.tile[0] * option.tile[1]
    tiles = math.prod(
        math.ceil(total / side) for total, side in zip(option.target.tile, option.tile, strict=True)
    )
    sums = positions * option.block
    loads = positions + 1 + option.block
    spilled = 2 * option.chunks * option.units * sums
    return tiles * (entries * max(sums, loads) + spilled)
