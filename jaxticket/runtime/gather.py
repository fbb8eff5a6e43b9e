"""Moving values from one layout into another, picture by picture or from pixels."""

from dataclasses import dataclass

import numpy as np
from llvmlite import ir

from jaxticket.runtime.emitter import I64, Emitter
from jaxticket.runtime.epilogue import by_channel
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
        emitter = Emitter(name, self.target.lanes.count)
        code, vector = emitter.code, 4 * emitter.lanes
        count = self.target.plane // vector
        fill = emitter.constant(self.target.fill)

        def channel(index: ir.Value, _) -> None:
            source = emitter.move(emitter.arguments[0], emitter.times(index, self.step))
            target = emitter.channel(emitter.arguments[2], index, self.target)
            offsets = emitter.entry(FROM)
            if not self.step:
                offsets = emitter.move(offsets, emitter.times(index, self.target.plane))
            scale = ()
            if self.pixels:
                scale = [by_channel(emitter, entry, index) for entry in (FACTOR, SHIFT)]

            def value(at: ir.Value, _) -> None:
                by = emitter.times(at, vector)
                found = emitter.gather(source, emitter.move(offsets, by), fill, self.pixels)
                if self.pixels:
                    inside = emitter.fma(found[0], *scale)
                    found = code.select(found[1], inside, fill), found[1]
                emitter.store(found[0], emitter.move(target, by))

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
