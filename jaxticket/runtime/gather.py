"""Moving values from one layout into another, picture by picture or from pixels."""

from dataclasses import dataclass

import numpy as np
from llvmlite import ir

from jaxticket.runtime.emitter import F32, I32, I64, Emitter
from jaxticket.runtime.layout import Lanes, Layout

FROM, FACTOR, SHIFT = range(3)
"""The kernel's table: where each value of a channel comes from, and what pixels are scaled by."""


@dataclass(frozen=True)
class Gather:
    """A kernel that fills a map value by value from anywhere; its units of work are channels.

    Attributes:
        target: layout of the output.
        step: bytes from a channel's source to the next one's; 0 where each has a list of its own.
        pixels: whether the input is uint8 [N, H, W, 3], which is scaled, and not float32.
    """

    target: Layout
    step: int
    pixels: bool = False

    @property
    def units(self) -> int:
        """Units of work."""
        return self.target.channels

    def emit(self, name: str) -> str:
        """Return its machine code as LLVM's text."""
        emitter = Emitter(name, 1)
        code = emitter.code
        count = self.target.plane // 4

        def channel(index: ir.Value, _) -> None:
            source = emitter.move(emitter.arguments[0], emitter.times(index, self.step))
            target = emitter.channel(emitter.arguments[2], index, self.target)
            offsets = emitter.entry(FROM)
            if not self.step:
                offsets = emitter.move(offsets, emitter.times(index, 4 * count))
            if self.pixels:
                own = emitter.times(index, 4)
                factor, shift = (
                    emitter.scalar(emitter.move(emitter.entry(entry), own))
                    for entry in (FACTOR, SHIFT)
                )

            def value(at: ir.Value, _) -> None:
                by = emitter.times(at, 4)
                offset = emitter.scalar(emitter.move(offsets, by), I32)
                inside = code.icmp_signed(">=", offset, I32(0))
                safe = code.select(inside, offset, I32(0))
                pointer = emitter.move(source, code.sext(safe, I64))
                if self.pixels:
                    byte = code.load(pointer, typ=ir.IntType(8), align=1)
                    found = code.fadd(code.fmul(code.uitofp(byte, F32), factor), shift)
                else:
                    found = emitter.scalar(pointer)
                found = code.select(inside, found, F32(self.target.fill))
                code.store(found, emitter.move(target, by), align=4)

            emitter.loop(I64(0), I64(count), value)

        begin, end = emitter.arguments[4:]
        emitter.loop(begin, end, channel)
        return emitter.finish()


def from_layout(source: Layout, target: Layout) -> np.ndarray:
    """Return where each value of a channel comes from, in bytes of the source's channel."""
    positions = np.full(source.lanes.images * source.height * source.width + 1, -1, np.int32)
    window = np.s_[
        source.halo[0] : source.halo[0] + source.tile[0],
        source.halo[2] : source.halo[2] + source.tile[1],
    ]
    where = np.arange(source.plane // 4, dtype=np.int32).reshape(source.sources.shape) * 4
    positions[source.sources[window]] = where[window]  # those outside go to the last, below -1
    positions[-1] = -1
    return positions[target.sources]


def flattened(source: Layout, target: Layout) -> np.ndarray:
    """Return where each value of [N, h, w, c] flattened comes from; [h * w * c, 1, 1, N]."""
    positions = from_layout(source, _positions(source)).reshape(
        source.lanes.images, source.height * source.width
    )
    channel = np.arange(source.channels, dtype=np.int32) * source.plane
    rows = positions.T[:, None, :] + channel[None, :, None]
    return np.ascontiguousarray(rows.reshape(target.shape), np.int32)


def _positions(source: Layout) -> Layout:
    """Return the layout that holds [N, H, W] as it lies: all in one lane each."""
    lanes = Lanes(source.lanes.images, source.height, source.width)
    return Layout(1, source.height, source.width, lanes, (1, 1))


def from_pixels(target: Layout) -> np.ndarray:
    """Return where each value of a channel comes from, in bytes of uint8 [N, H, W, 3]."""
    sources = target.sources
    return np.where(sources >= 0, sources * 3, -1).astype(np.int32)
