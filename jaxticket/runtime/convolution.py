"""Convolution, sparse to dense, of which each surviving weight is one multiply-add of vectors.

The weights of a block of output channels are a list: an offset into the input (its channel and tap)
and a value for each channel of the block. A tile of the output stays in registers while the list is
walked. Blocks of one channel are the sparse kernel, with no zero in the list; in a block of several
a vector that was loaded serves all of them, and the list is the union of their survivors: the dense
kernel, where none is pruned. Dense layers are the same on maps of one position.
"""

from dataclasses import dataclass, replace

import numpy as np
from llvmlite import ir

from jaxticket.runtime.emitter import I32, I64, Emitter
from jaxticket.runtime.epilogue import Epilogue, Step, by_channel
from jaxticket.runtime.layout import Layout
from jaxticket.runtime.survivors import Survivors

OFFSETS, VALUES, STARTS, BIAS = range(4)
"""The kernel's table."""
EPILOGUE = 4
"""Where arrays of the epilogue begin in it."""


@dataclass(frozen=True)
class Convolution:
    """A kernel; its units of work are blocks of output channels.

    Attributes:
        source: layout of the input.
        target: layout of the output.
        stride: of the positions.
        tile: rows and columns of output positions that are held in registers.
        block: output channels that are computed together; divides their number.
        unroll: sums of its own that every output has, 1, 2 or 4: with few positions the processor
            would wait for each sum.
        chunks: parts of the input channels that are gone through one after the other, so that
            what is read fits the first cache.
        shared: whether all blocks have the same list, of which there is one then.
        steps: what follows.
    """

    source: Layout
    target: Layout
    stride: int
    tile: tuple[int, int] = (1, 1)
    block: int = 1
    unroll: int = 1
    chunks: int = 1
    shared: bool = False
    steps: tuple[Step, ...] = ()

    @property
    def way(self) -> list[int]:
        """What can be chosen: rows and columns of the tile, block, unroll, chunks, shared."""
        return [*self.tile, self.block, self.unroll, self.chunks, int(self.shared)]

    def by(self, way: list[int]) -> "Convolution":
        """Return the kernel with what was chosen."""
        rows, columns, block, unroll, chunks, shared = way
        return replace(
            self,
            tile=(rows, columns),
            block=block,
            unroll=unroll,
            chunks=chunks,
            shared=bool(shared),
        )

    @property
    def units(self) -> int:
        """Units of work."""
        return self.target.channels // self.block

    @property
    def _turn(self) -> int:
        """Entries of the list that are taken at once; lists are filled up to a multiple of it."""
        return 4 if self.block == 1 else self.unroll

    @property
    def _bits(self) -> int:
        """Bits of an offset, which counts vectors: several are loaded at once, loads are scarce."""
        return 16 if self.source.size < 2**16 * 4 * self.source.lanes.count else 32

    def weights(self, table: list[np.ndarray]) -> np.ndarray:
        """Return how much work each unit is, float [units]."""
        counts = np.diff(table[STARTS]).reshape(self.chunks, self.units).sum(axis=0)
        return counts + 4.0

    def emit(self, name: str) -> str:
        """Return its machine code as LLVM's text."""
        emitter = Emitter(name, self.target.lanes.count)
        begin, end = emitter.arguments[4:]
        rows = self.tile[0]
        # One strip of rows after the other, and of the input only what its chunk needs of it.
        emitter.tiles(
            (self.target.tile[0], 1),
            (rows, 1),
            lambda y, _, size: self._strip(emitter, y, size[0]),
        )
        first, last = emitter.times(begin, self.block), emitter.times(end, self.block)
        emitter.complete(self.target, first, last)
        return emitter.finish()

    def _strip(self, emitter: Emitter, y: ir.Value, rows: int) -> None:
        begin, end = emitter.arguments[4:]

        def chunk(number: ir.Value, is_first: bool, is_last: bool) -> None:
            def block(index: ir.Value, _) -> None:
                emitter.tiles(
                    (1, self.target.tile[1]),
                    (1, self.tile[1]),
                    lambda _, x, size: self._tile(
                        emitter, number, index, y, x, (rows, size[1]), is_first, is_last
                    ),
                )

            emitter.loop(begin, end, block)

        last = self.chunks - 1
        chunk(I64(0), True, last == 0)
        if last > 1:
            emitter.loop(I64(1), I64(last), lambda number, _: chunk(number, False, False))
        if last > 0:
            chunk(I64(last), False, True)

    def _tile(
        self,
        emitter: Emitter,
        chunk: ir.Value,
        block: ir.Value,
        y: ir.Value,
        x: ir.Value,
        size: tuple[int, int],
        is_first: bool,
        is_last: bool,
    ) -> None:
        code = emitter.code
        positions = [(row, column) for row in range(size[0]) for column in range(size[1])]
        channels = [
            code.add(emitter.times(block, self.block), I64(channel))
            for channel in range(self.block)
        ]
        outputs = [
            emitter.corner(
                emitter.channel(emitter.arguments[2], channel, self.target), self.target, y, x
            )
            for channel in channels
        ]
        places = [self.target.at(*position) - self.target.at(0, 0) for position in positions]
        if is_first:
            biases = [by_channel(emitter, BIAS, channel) for channel in channels]
            sums = [bias for bias in biases for _ in positions]
        else:
            sums = [emitter.load(output, place) for output in outputs for place in places]
        sums = self._multiply(emitter, chunk, block, y, x, positions, sums)
        for index, (channel, output) in enumerate(zip(channels, outputs, strict=True)):
            values = sums[index * len(positions) :][: len(positions)]
            if is_last:
                follow = Epilogue(emitter, self.steps, channel, y, x)
                values = [follow(v, *at) for v, at in zip(values, positions, strict=True)]
            for value, place in zip(values, places, strict=True):
                emitter.store(value, output, place)

    def _multiply(self, emitter, chunk, block, y, x, positions, sums) -> list[ir.Value]:
        """Return the sums after all survivors of a chunk of a block."""
        code = emitter.code
        zero = emitter.constant(0)
        source = self.source
        base = emitter.move(
            emitter.corner(emitter.arguments[0], source, y, x, self.stride), -source.at(0, 0)
        )
        taps = [
            source.at(self.stride * row, self.stride * column) - source.at(0, 0)
            for row, column in positions
        ]
        row = code.add(emitter.times(chunk, self.units), block)
        start = emitter.move(emitter.entry(STARTS), emitter.times(row, 4))
        begin, end = (
            code.zext(emitter.scalar(emitter.move(start, 4 * i), I32), I64) for i in (0, 1)
        )
        offsets, values = emitter.entry(OFFSETS), emitter.entry(VALUES)
        bits, vector = self._bits, 4 * source.lanes.count
        size = min(64, self._turn * bits)
        if self.shared:
            first = emitter.move(emitter.entry(STARTS), emitter.times(chunk, 4 * self.units))
            own = code.udiv(emitter.scalar(first, I32), I32(self.units))
            back = code.sub(code.zext(own, I64), begin)
            offsets = emitter.move(offsets, emitter.times(back, bits // 8))
        count = len(sums)

        def turn(index: ir.Value, carried: list[ir.Value]) -> list[ir.Value]:
            results = list(carried)
            for number in range(self._turn):
                if number * bits % size == 0:
                    at = code.add(emitter.times(index, bits // 8), I64(number * bits // 8))
                    word = code.load(emitter.move(offsets, at), typ=ir.IntType(size), align=2)
                    word = word if size == 64 else code.zext(word, I64)
                offset = code.lshr(word, I64(number * bits % size))
                offset = code.and_(offset, I64(2**bits - 1))
                pointer = emitter.move(base, emitter.times(offset, vector))
                inputs = [emitter.load(pointer, tap) for tap in taps]
                at = code.add(index, I64(number))
                value = emitter.move(values, emitter.times(at, 4 * self.block))
                part = number % self.unroll * count
                for channel in range(self.block):
                    weight = emitter.splat(emitter.scalar(emitter.move(value, 4 * channel)))
                    for data in inputs:
                        results[part] = emitter.fma(data, weight, results[part])
                        part += 1
            return results

        sums = [*sums, *[zero] * (count * (self.unroll - 1))]
        results = emitter.loop(begin, end, turn, sums, self._turn)
        for part in range(1, self.unroll):
            results[:count] = [
                code.fadd(a, b)
                for a, b in zip(results[:count], results[part * count :], strict=False)
            ]
        return results[:count]

    def table(
        self, kernel: Survivors, bias: np.ndarray, padding: tuple[int, int], dilation: int
    ) -> list[np.ndarray]:
        """Return the arrays of the kernel's table, without those of its epilogue.

        Args:
            kernel: the survivors of [k, k, I, O].
            bias: float32 [O].
            padding: rows above and columns left of the input.
            dilation: of the taps.
        """
        height, width, inputs, outputs = kernel.shape
        source, blocks, taps = self.source, outputs // self.block, height * width
        found, values = kernel.entries(self.block)
        rest, block = np.divmod(found, blocks)
        tap, channel = np.divmod(rest, inputs)
        vector = 4 * source.lanes.count
        row = np.arange(taps) // width * dilation - padding[0] + source.halo[0]
        column = np.arange(taps) % width * dilation - padding[1] + source.halo[2]
        offset = (row * source.pitch + column)[tap] + channel * (source.plane // vector)
        # By chunk, block and input channel: what is read lies together.
        group = (channel * self.chunks // inputs) * blocks + block
        order = np.argsort((group * inputs + channel) * taps + tap)
        counts = np.bincount(group, minlength=self.chunks * blocks)
        padded = -(-counts // self._turn) * self._turn
        starts = np.concatenate([[0], np.cumsum(padded)])
        shift = starts[:-1] - np.concatenate([[0], np.cumsum(counts)[:-1]])
        place = np.arange(len(order)) + np.repeat(shift, counts)
        offsets = np.zeros(starts[-1], f"<u{self._bits // 8}")
        offsets[place] = offset[order]
        ordered = np.zeros((starts[-1], self.block), np.float32)
        ordered[place] = values[order]
        if self.shared:
            lists = [offsets[starts[i] : starts[i + 1]] for i in range(0, len(counts), blocks)]
            offsets = np.concatenate(lists)
        return [offsets, ordered, starts.astype(np.int32), np.ascontiguousarray(bias, np.float32)]
