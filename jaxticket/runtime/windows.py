"""What works on every channel alone: max-pooling, depthwise convolution, means, lone steps."""

from dataclasses import dataclass

from llvmlite import ir

from jaxticket.runtime.emitter import I64, Emitter
from jaxticket.runtime.epilogue import Epilogue, Step, by_channel
from jaxticket.runtime.layout import Layout

KERNEL, BIAS = range(2)
"""The table of a depthwise convolution."""
EPILOGUE = 2
"""Where arrays of the epilogue begin in it."""
_POSITIONS = 8
"""Most positions of a row that are computed together."""


@dataclass(frozen=True)
class Windows:
    """A kernel over the windows of every channel; its units of work are channels.

    Attributes:
        source: layout of the input.
        target: layout of the output.
        side: of the square windows.
        stride: of the positions.
        padding: rows above and columns left of the input.
        weighted: a depthwise convolution; else the maximum of the window, of side 1 a mere copy.
        steps: what follows.
    """

    source: Layout
    target: Layout
    side: int = 1
    stride: int = 1
    padding: tuple[int, int] = (0, 0)
    weighted: bool = False
    steps: tuple[Step, ...] = ()

    @property
    def units(self) -> int:
        """Units of work."""
        return self.target.channels

    def emit(self, name: str) -> str:
        """Return its machine code as LLVM's text."""
        emitter = Emitter(name, self.target.lanes.count)
        begin, end = emitter.arguments[4:]
        emitter.loop(begin, end, lambda channel, _: self._channel(emitter, channel))
        emitter.complete(self.target, begin, end)
        return emitter.finish()

    def _channel(self, emitter: Emitter, channel: ir.Value) -> None:
        source = emitter.channel(emitter.arguments[0], channel, self.source)
        target = emitter.channel(emitter.arguments[2], channel, self.target)
        weights: list[ir.Value] = []
        if self.weighted:
            bytes_per_channel = 4 * self.side**2
            own = emitter.move(emitter.entry(KERNEL), emitter.times(channel, bytes_per_channel))
            weights = [
                emitter.splat(emitter.scalar(emitter.move(own, at)))
                for at in range(0, bytes_per_channel, 4)
            ]
            weights.append(by_channel(emitter, BIAS, channel))

        def tile(y: ir.Value, x: ir.Value, size: tuple[int, int]) -> None:
            first = emitter.corner(source, self.source, y, x, self.stride)
            output = emitter.corner(target, self.target, y, x)
            follow = Epilogue(emitter, self.steps, channel, y, x)
            for column in range(size[1]):
                taps = [emitter.load(first, offset) for offset in self._offsets(column)]
                value = self._combine(emitter, taps, weights)
                place = self.target.at(0, column) - self.target.at(0, 0)
                emitter.store(follow(value, 0, column), output, place)

        emitter.tiles(self.target.tile, (1, _POSITIONS), tile)

    def _offsets(self, column: int) -> list[int]:
        return [
            self.source.at(row - self.padding[0], self.stride * column + tap - self.padding[1])
            - self.source.at(0, 0)
            for row in range(self.side)
            for tap in range(self.side)
        ]

    def _combine(self, emitter: Emitter, taps: list[ir.Value], weights: list[ir.Value]) -> ir.Value:
        if self.weighted:
            value = weights[-1]
            for tap, weight in zip(taps, weights, strict=False):
                value = emitter.fma(tap, weight, value)
            return value
        value = taps[0]
        for tap in taps[1:]:
            value = emitter.maximum(value, tap)
        return value


@dataclass(frozen=True)
class Mean:
    """The mean of every channel over a map; its units of work are channels.

    Attributes:
        source: layout of the input.
        target: layout of the output, [C, 1, 1, pictures].
    """

    source: Layout
    target: Layout

    @property
    def units(self) -> int:
        """Units of work."""
        return self.target.channels

    def emit(self, name: str) -> str:
        """Return its machine code as LLVM's text."""
        lanes = self.source.lanes
        emitter = Emitter(name, lanes.count)
        code, zero = emitter.code, emitter.constant(0)
        share = lanes.rows * lanes.columns

        def channel(index: ir.Value, _) -> None:
            plane = emitter.channel(emitter.arguments[0], index, self.source)
            total = zero
            for row in range(self.source.tile[0]):
                for column in range(self.source.tile[1]):
                    valid = self.source.valid(row, column).tolist()
                    value = emitter.load(plane, self.source.at(row, column))
                    total = code.fadd(total, emitter.pick(value, valid, zero))
            # Halves are added to halves until the first lane of every picture holds its sum.
            half = share // 2
            while half:
                lane = [(at + half) % lanes.count for at in range(lanes.count)]
                total = code.fadd(total, emitter.shuffle(total, zero, lane))
                half //= 2
            total = code.fmul(total, emitter.constant(1 / (self.source.height * self.source.width)))
            output = emitter.channel(emitter.arguments[2], index, self.target)
            for image in range(lanes.images):
                value = code.extract_element(total, I64(image * share))
                code.store(value, emitter.move(output, 4 * image), align=4)

        begin, end = emitter.arguments[4:]
        emitter.loop(begin, end, channel)
        return emitter.finish()
