"""Small pieces of machine code from which the kernels are put together (LLVM, by llvmlite).

A kernel is a function `(input, second input, output, table, begin, end)`: addresses, a table of
addresses of its weights, and the range of its units of work (output channels, mostly), so that
threads can share it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir

from jaxticket.runtime.layout import Copy, Layout

I8: Any = ir.IntType(8)
I32: Any = ir.IntType(32)
I64: Any = ir.IntType(64)
F32: Any = ir.FloatType()
POINTER = ir.PointerType()
KERNEL = ir.FunctionType(ir.VoidType(), [POINTER] * 4 + [I64] * 2)


class Emitter:
    """Writes the body of one kernel.

    Attributes:
        lanes: float32 values of a vector.
        code: the builder of its instructions.
        arguments: of the kernel, see the module.
    """

    def __init__(self, name: str, lanes: int):
        self.module = ir.Module(name)
        self.lanes = lanes
        self.vector = ir.VectorType(F32, lanes)
        function = ir.Function(self.module, KERNEL, name)
        self.arguments = function.args
        fused = ir.FunctionType(self.vector, [self.vector] * 3)
        self._fma = ir.Function(self.module, fused, f"llvm.fma.v{lanes}f32")
        self.code: Any = ir.IRBuilder(function.append_basic_block())

    def finish(self) -> str:
        """Return the module's text."""
        self.code.ret_void()
        return str(self.module)

    def loop(
        self,
        start: ir.Value,
        stop: ir.Value,
        body: Callable,
        carried: Sequence[Any] = (),
        step: int = 1,
    ) -> list[ir.Value]:
        """Count from start to stop.

        Args:
            start: i64, the first.
            stop: i64, the first that is left out.
            body: called with the counter and the carried values; returns the new ones, or None.
            carried: values that a turn hands to the next, in registers.
            step: of the counter.

        Returns:
            The carried values after the last turn.
        """
        code = self.code
        before = code.block
        head, inner, after = (code.append_basic_block() for _ in range(3))
        code.branch(head)
        code.position_at_end(head)
        counter = code.phi(I64)
        phis = [code.phi(value.type) for value in carried]
        counter.add_incoming(start, before)
        for phi, value in zip(phis, carried, strict=True):
            phi.add_incoming(value, before)
        code.cbranch(code.icmp_signed("<", counter, stop), inner, after)
        code.position_at_end(inner)
        results = body(counter, phis) or []
        counter.add_incoming(code.add(counter, I64(step)), code.block)
        for phi, value in zip(phis, results, strict=True):
            phi.add_incoming(value, code.block)
        code.branch(head)
        code.position_at_end(after)
        return phis

    def move(self, pointer: ir.Value, by: ir.Value | int) -> ir.Value:
        """Return an address some bytes further."""
        if isinstance(by, int):
            by = I64(by)
        return self.code.gep(pointer, [by], source_etype=I8)

    def times(self, value: ir.Value, factor: int) -> ir.Value:
        """Return an i64 times a constant."""
        return self.code.mul(value, I64(factor))

    def load(self, pointer: ir.Value, offset: int = 0) -> ir.Value:
        """Return the vector at an address."""
        return self.code.load(self.move(pointer, offset), typ=self.vector, align=4 * self.lanes)

    def store(self, value: ir.Value, pointer: ir.Value, offset: int = 0) -> None:
        """Store a vector."""
        self.code.store(value, self.move(pointer, offset), align=4 * self.lanes)

    def scalar(self, pointer: ir.Value, kind: ir.Type = F32) -> ir.Value:
        """Return the scalar at an address."""
        return self.code.load(pointer, typ=kind, align=8 if kind in (I64, POINTER) else 4)

    def entry(self, index: int) -> ir.Value:
        """Return an address from the kernel's table."""
        return self.scalar(self.move(self.arguments[3], 8 * index), POINTER)

    def splat(self, value: ir.Value) -> ir.Value:
        """Return a vector of one value in all lanes."""
        first = self.code.insert_element(self.constant(None), value, I32(0))
        zeros = ir.Constant(ir.VectorType(I32, self.lanes), [0] * self.lanes)
        return self.code.shuffle_vector(first, self.constant(None), zeros)

    def constant(self, value: float | None) -> ir.Constant:
        """Return a vector of a constant in all lanes; undefined for None."""
        if value is None:
            return ir.Constant(self.vector, ir.Undefined)
        return ir.Constant(self.vector, [F32(value)] * self.lanes)

    def fma(self, a: ir.Value, b: ir.Value, c: ir.Value) -> ir.Value:
        """Return a * b + c."""
        return self.code.call(self._fma, [a, b, c])

    def pick(self, value: ir.Value, valid: Sequence[bool], other: ir.Value) -> ir.Value:
        """Return a vector's valid lanes, and those of another elsewhere."""
        return self.shuffle(
            value, other, [lane + (0 if good else self.lanes) for lane, good in enumerate(valid)]
        )

    def shuffle(self, a: ir.Value, b: ir.Value, lanes: Sequence[int]) -> ir.Value:
        """Return the named lanes of two vectors, those of the second counted on."""
        pattern = ir.Constant(ir.VectorType(I32, self.lanes), list(lanes))
        return self.code.shuffle_vector(a, b, pattern)

    def gather(
        self, base: ir.Value, offsets: ir.Value, other: ir.Value, is_bytes: bool
    ) -> tuple[ir.Value, ir.Value]:
        """Return float32 values, or bytes as such, from anywhere; and where there are any.

        Args:
            base: the address that offsets count from.
            offsets: address of an int32 for each lane; below 0 there is none.
            other: the values where there are none.
            is_bytes: whether they are uint8; the three bytes behind each are read too.
        """
        integers = ir.VectorType(I32, self.lanes)
        kind = integers if is_bytes else self.vector
        offset = self.code.load(offsets, typ=integers, align=4 * self.lanes)
        inside = self.code.icmp_signed(">=", offset, ir.Constant(integers, [I32(0)] * self.lanes))
        index = self.code.sext(offset, ir.VectorType(I64, self.lanes))
        pointers = self.code.gep(base, [index], source_etype=I8)
        pointers.type = ir.VectorType(POINTER, self.lanes)  # llvmlite takes it for one pointer
        suffix = f"v{self.lanes}{'i' if is_bytes else 'f'}32"
        taken = [ir.VectorType(POINTER, self.lanes), I32, inside.type, kind]
        load = ir.Function(
            self.module,
            ir.FunctionType(kind, taken),
            f"llvm.masked.gather.{suffix}.v{self.lanes}p0",
        )
        rest = ir.Constant(kind, ir.Undefined) if is_bytes else other
        found = self.code.call(load, [pointers, I32(1 if is_bytes else 4), inside, rest])
        if is_bytes:
            low = ir.Constant(integers, [I32(255)] * self.lanes)
            found = self.code.uitofp(self.code.and_(found, low), self.vector)
        return found, inside

    def maximum(self, a: ir.Value, b: ir.Value) -> ir.Value:
        """Return the larger of two vectors, b where one is no number."""
        return self.code.select(self.code.fcmp_ordered(">", a, b), a, b)

    def tiles(self, size: tuple[int, int], tile: tuple[int, int], body: Callable) -> None:
        """Cut a rectangle of positions into smaller ones that fit the registers.

        Args:
            size: its rows and columns.
            tile: those of a small one; what is left over at the ends is smaller still.
            body: called with the first row and the first column, i64, and with the size.
        """

        def along(total: int, side: int, inner: Callable) -> None:
            whole = total // side * side
            if whole == side:
                inner(I64(0), side)
            elif whole:
                self.loop(I64(0), I64(whole), lambda at, _: inner(at, side), step=side)
            if total > whole:
                inner(I64(whole), total - whole)

        along(
            size[0],
            tile[0],
            lambda y, rows: along(size[1], tile[1], lambda x, columns: body(y, x, (rows, columns))),
        )

    def channel(self, base: ir.Value, index: ir.Value, layout: Layout) -> ir.Value:
        """Return the address of a channel of a map."""
        return self.move(base, self.times(index, layout.plane))

    def corner(
        self, plane: ir.Value, layout: Layout, y: ir.Value, x: ir.Value, stride: int = 1
    ) -> ir.Value:
        """Return the address of position (stride * y, stride * x) of a channel."""
        vector = 4 * layout.lanes.count * stride
        down = self.times(y, vector * layout.pitch)
        offset = self.code.add(down, self.times(x, vector))
        return self.move(plane, self.code.add(offset, I64(layout.at(0, 0))))

    def complete(self, layout: Layout, begin: ir.Value, end: ir.Value) -> None:
        """Set what channels of the output hold outside the maps and in the halo."""
        copies = layout.copies()
        if not copies:
            return

        def channel(index: ir.Value, _) -> None:
            plane = self.channel(self.arguments[2], index, layout)
            for copy in copies:
                self._copy(layout, plane, copy)

        self.loop(begin, end, channel)

    def _copy(self, layout: Layout, plane: ir.Value, copy: Copy) -> None:
        fill = self.constant(layout.fill)
        lanes = [lane if lane >= 0 else self.lanes for lane in copy.lanes]

        def one(y: ir.Value, x: ir.Value, _) -> None:
            value = fill
            if max(copy.lanes) >= 0:
                source = self.corner(plane, layout, y, x)
                by = layout.at(*copy.source) - layout.at(0, 0)
                value = self.shuffle(self.load(source, by), fill, lanes)
            target = self.corner(plane, layout, y, x)
            self.store(value, target, layout.at(*copy.target) - layout.at(0, 0))

        self.tiles(copy.size, (1, 1), one)
