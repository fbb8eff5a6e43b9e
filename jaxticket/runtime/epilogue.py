"""What is done to values in registers before they are stored: add, rectify, scale and shift."""

from dataclasses import dataclass
from typing import Literal

from llvmlite import ir

from jaxticket.runtime.emitter import Emitter
from jaxticket.runtime.layout import Layout


@dataclass(frozen=True)
class Step:
    """One operation on a value.

    Attributes:
        kind: `add` the second input, `relu`, `leaky_relu`, or `affine` by channel.
        slope: of a leaky ReLU.
        entry: of an affine, where the kernel's table has its factors; its shifts come next.
        layout: of the second input of an addition.
    """

    kind: Literal["add", "relu", "leaky_relu", "affine"]
    slope: float = 0.0
    entry: int = 0
    layout: Layout | None = None


class Epilogue:
    """The steps for a tile of one output channel, with its constants in registers."""

    def __init__(
        self,
        emitter: Emitter,
        steps: tuple[Step, ...],
        channel: ir.Value,
        y: ir.Value,
        x: ir.Value,
    ):
        self.emitter = emitter
        self.steps = []
        for step in steps:
            held: tuple[ir.Value, ...] = ()
            if step.kind == "affine":
                held = tuple(by_channel(emitter, step.entry + i, channel) for i in (0, 1))
            elif step.layout is not None:
                plane = emitter.channel(emitter.arguments[1], channel, step.layout)
                held = (emitter.corner(plane, step.layout, y, x),)
            self.steps.append((step, held))

    def __call__(self, value: ir.Value, row: int, column: int) -> ir.Value:
        """Return the vector of a position of the tile after all steps."""
        emitter, zero = self.emitter, self.emitter.constant(0)
        for step, held in self.steps:
            if step.layout is not None:
                offset = step.layout.at(row, column) - step.layout.at(0, 0)
                value = emitter.code.fadd(value, emitter.load(held[0], offset))
            elif step.kind == "relu":
                value = emitter.maximum(zero, value)
            elif step.kind == "leaky_relu":
                low = emitter.code.fmul(value, emitter.constant(step.slope))
                negative = emitter.code.fcmp_ordered("<", value, zero)
                value = emitter.code.select(negative, low, value)
            else:
                value = emitter.fma(value, *held)
        return value


def by_channel(emitter: Emitter, entry: int, channel: ir.Value) -> ir.Value:
    """Return a channel's constant in all lanes, from an array of the kernel's table."""
    at = emitter.move(emitter.entry(entry), emitter.times(channel, 4))
    return emitter.splat(emitter.scalar(at))
