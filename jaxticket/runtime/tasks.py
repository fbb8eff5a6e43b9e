"""From a graph to tasks: which kernels work on which arrays, in the order of the forward pass."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from jaxticket.graph import Graph, shapes
from jaxticket.graph.nodes import (
    IMAGES,
    Add,
    Affine,
    Concatenate,
    Conv,
    Dense,
    Depthwise,
    Flatten,
    LeakyRelu,
    MaxPool,
    Mean,
    Relu,
)
from jaxticket.graph.shapes import Arrays
from jaxticket.runtime import convolution, gather, windows
from jaxticket.runtime.arrange import Window, bases, wanted, window
from jaxticket.runtime.convolution import Convolution
from jaxticket.runtime.epilogue import Step
from jaxticket.runtime.gather import Gather
from jaxticket.runtime.groups import Group, concatenated, group
from jaxticket.runtime.layout import Halo, Layout
from jaxticket.runtime.options import options, remembered
from jaxticket.runtime.survivors import Survivors
from jaxticket.runtime.windows import Windows

PIXELS = "pixels"
"""uint8 [N, S, S, 3], what the first task reads."""
MOST_SIDE, MOST_POSITIONS = 32, 1 << 12
"""Of windows, and of a tile under a mean: these are written out value by value."""


@dataclass
class Task:
    """One kernel on some arrays.

    Attributes:
        output: the name of what it writes.
        reads: the name of what it reads.
        kernel: what does it; of a convolution, what its ways have in common.
        ways: gives the kernels that could do it, where there is a choice.
        remembered: gives the kernel of a way that was found earlier, None if it is none.
        table: the arrays of a kernel's table.
        other: the name of its second input.
        density: share of a layer's weights that are left, where it has any.
    """

    output: str
    reads: str
    kernel: Any
    table: Callable[[Any], list[np.ndarray]] = field(default=lambda kernel: [])
    other: str | None = None
    ways: Callable[[], list[Convolution]] | None = None
    remembered: Callable[[list[int]], Convolution | None] | None = None
    density: float = 1.0


@dataclass
class Tasks:
    """What a network does.

    Attributes:
        tasks: in their order.
        layouts: of every array, by its name.
        parts: arrays that lie within another: its name and the first channel.
        output: the name of the logits.
    """

    tasks: list[Task]
    layouts: dict[str, Layout]
    parts: dict[str, tuple[str, int]]
    output: str


def tasks(
    graph: Graph,
    arrays: Arrays,
    kernels: Mapping[str, Survivors],
    image_size: int,
    images: int,
    vector: int,
) -> Tasks:
    """Return what to do for a batch.

    Args:
        graph: without BatchNorm.
        arrays: its arrays by name.
        kernels: the survivors of its convolutions and dense layers by the arrays' names.
        image_size: side of the pictures, pixels.
        images: pictures of a batch, a power of 2, at most `vector`.
        vector: lanes of this processor's vectors.
    """
    groups = group(graph)
    layouts = bases(groups, shapes(graph, arrays, image_size), images, vector)
    return _Writer(graph, arrays, kernels, groups, layouts).write()


class _Writer:
    def __init__(
        self,
        graph: Graph,
        arrays: Arrays,
        kernels: Mapping[str, Survivors],
        groups: list[Group],
        layouts: dict[str, Layout],
    ):
        self.graph, self.arrays, self.kernels = graph, arrays, kernels
        self.groups, self.bases = groups, layouts
        self.windows = {each.name: window(each, arrays) for each in groups}
        self.parts: dict[str, tuple[str, int]] = {}
        self.tasks: list[Task] = []
        self.layouts: dict[str, Layout] = {}
        self.rectified = {
            each.name for each in groups if each.follows and isinstance(each.follows[-1], Relu)
        }

    def write(self) -> Tasks:
        for name in self.bases:
            self.layouts[name] = self._layout(name)
        self._join()
        self._pixels()
        for each in self.groups:
            self._group(each)
        return Tasks(self.tasks, self.layouts, self._outermost(), self.graph.output)

    def _outermost(self) -> dict[str, tuple[str, int]]:
        """Return the arrays that lie within others, in those that lie in no other themselves."""
        found = {}
        for name, (whole, first) in self.parts.items():
            while whole in self.parts:
                whole, more = self.parts[whole]
                first += more
            found[name] = whole, first
        return found

    def _group(self, each: Group) -> None:
        match each.node:
            case Conv() | Dense() as node:
                self._convolution(each, node)
            case Depthwise() as node:
                self._depthwise(each, node)
            case Mean():
                self._mean(each)
            case Flatten():
                self._flatten(each)
            case Concatenate():
                self._concatenate(each)
            case _:
                self._window(each)

    def _wanted(self, each: Group, name: str, added: bool) -> tuple[Layout, float | None]:
        """Return the layout in which a group reads an output, and what must lie outside of it.

        Args:
            each: the group.
            name: the output.
            added: whether it is read as what is added, and not through the group's windows.
        """
        win = Window(1) if added else self.windows[each.name]
        layout = wanted(each, self.bases[each.name], self.bases[name], win)
        if isinstance(each.node, MaxPool) and not added:
            padded = any(map(any, each.node.pads))
            return layout, (0.0 if name in self.rectified else -np.inf) if padded else None
        return layout, 0.0 if any(layout.halo) or win.side > 1 else None

    def _layout(self, name: str) -> Layout:
        """Return an output's layout: with the halo that those need who can read it as it lies."""
        base = self.bases[name]
        wants = [
            self._wanted(each, name, added)
            for each in self.groups
            for added in (False, True)
            if name in ((each.other,) if added else each.reads)
        ]
        fills = [fill for _, fill in wants if fill is not None]
        fill = 0.0 if 0.0 in fills or not fills else fills[0]
        halos = [
            layout.halo
            for layout, its_fill in wants
            if (layout.lanes, layout.tile) == (base.lanes, base.tile) and its_fill in (None, fill)
        ]
        return replace(base, halo=_largest(halos), fill=fill)

    def _join(self) -> None:
        """Let parts of concatenations be written where they are wanted."""
        # The last first: a concatenation that lies within another has its layout, parts and all.
        for name, (whole, part) in reversed(concatenated(self.groups).items()):
            target = self.layouts[whole]
            reads = next(each.reads for each in self.groups if each.name == whole)
            own = self.layouts[name]
            if (own.lanes, own.tile) != (target.lanes, target.tile) or name == IMAGES:
                continue
            first = sum(self.layouts[other].channels for other in reads[:part])
            self.layouts[name] = replace(target, channels=own.channels)
            self.parts[name] = (whole, first)

    def _read(self, each: Group, name: str, added: bool = False) -> str:
        """Return the name of an output in a layout that a group can read; copy it if need be."""
        layout, fill = self._wanted(each, name, added)
        have = self.layouts[name]
        same = (layout.lanes, layout.tile) == (have.lanes, have.tile)
        if same and fill in (None, have.fill):
            return name
        layout = replace(layout, fill=fill or 0.0)
        copy = f"{name} as {each.name} {'adds' if added else 'reads'} it"
        self.layouts[copy] = layout
        table = [gather.from_layout(have, layout)]
        self.tasks.append(Task(copy, name, Gather(layout, have.plane), lambda _: table))
        return copy

    def _steps(self, each: Group, first: int) -> tuple[tuple[Step, ...], list[np.ndarray], Any]:
        """Return a group's steps, their arrays and the name of its second input."""
        steps, held, other = [], [], None
        for node in each.follows:
            match node:
                case Add():
                    assert each.other is not None
                    other = self._read(each, each.other, added=True)
                    steps.append(Step("add", layout=self.layouts[other]))
                case Affine():
                    steps.append(Step("affine", entry=first + len(held)))
                    held += [
                        np.ascontiguousarray(self.arrays[n], np.float32) for n in node.arrays()
                    ]
                case LeakyRelu():
                    steps.append(Step("leaky_relu", slope=node.slope))
                case Relu():
                    steps.append(Step("relu"))
        return tuple(steps), held, other

    def _pixels(self) -> None:
        layout = self.layouts[IMAGES]
        mean, std = (np.array(each, np.float64) for each in (self.graph.mean, self.graph.std))
        table = [
            gather.from_pixels(layout),
            (1 / (255 * std)).astype(np.float32),
            (-mean / std).astype(np.float32),
        ]
        self.tasks.append(Task(IMAGES, PIXELS, Gather(layout, 1, pixels=True), lambda _: table))

    def _convolution(self, each: Group, node: Conv | Dense) -> None:
        kernel = self.kernels[f"{node.name}/kernel"]
        none = np.zeros(kernel.shape[-1], np.float32)
        bias = np.asarray(self.arrays.get(f"{node.name}/bias", none), np.float32)
        steps, held, other = self._steps(each, convolution.EPILOGUE)
        win = self.windows[each.name]
        source = self._read(each, each.reads[0])
        base = Convolution(self.layouts[source], self.layouts[each.name], win.stride, steps=steps)

        def table(option: Convolution) -> list[np.ndarray]:
            return option.table(kernel, bias, win.padding, win.dilation) + held

        def ways() -> list[Convolution]:
            return options(base, kernel, win.dilation)

        def known(way: list[int]) -> Convolution | None:
            return remembered(base, kernel, win.dilation, way)

        self.tasks.append(Task(each.name, source, base, table, other, ways, known, kernel.density))

    def _window(self, each: Group, weighted: bool = False, held: Any = ()) -> None:
        steps, more, other = self._steps(each, len(held))
        win = self.windows[each.name]
        if win.side > MOST_SIDE:
            raise ValueError(
                f"{each.name!r} has windows of side {win.side}; the runtime has kernels for those "
                f"up to {MOST_SIDE}"
            )
        source = self._read(each, each.reads[0])
        kernel = Windows(
            self.layouts[source],
            self.layouts[each.name],
            win.side,
            win.stride,
            win.padding,
            weighted,
            steps,
        )
        self.tasks.append(Task(each.name, source, kernel, lambda _: [*held, *more], other))

    def _depthwise(self, each: Group, node: Depthwise) -> None:
        kernel = np.asarray(self.arrays[f"{node.name}/kernel"], np.float32)
        none = np.zeros(kernel.shape[-1], np.float32)
        bias = np.asarray(self.arrays.get(f"{node.name}/bias", none), np.float32)
        by_channel = np.ascontiguousarray(kernel.reshape(-1, kernel.shape[-1]).T)
        self._window(each, True, [by_channel, np.ascontiguousarray(bias)])

    def _mean(self, each: Group) -> None:
        source = self._read(each, each.reads[0])
        if math.prod(self.layouts[source].tile) > MOST_POSITIONS:
            layout = self.layouts[source]
            raise ValueError(
                f"{each.name!r} is a mean over {layout.height} x {layout.width}: too many for the "
                "runtime's kernel"
            )
        kernel = windows.Mean(self.layouts[source], self.layouts[each.name])
        self.tasks.append(Task(each.name, source, kernel))

    def _flatten(self, each: Group) -> None:
        source = self._read(each, each.reads[0])
        layout = self.layouts[each.name]
        table = [gather.flattened(self.layouts[source], layout)]
        self.tasks.append(Task(each.name, source, Gather(layout, 0), lambda _: table))

    def _concatenate(self, each: Group) -> None:
        first = 0
        for number, name in enumerate(each.reads):
            own = self.layouts[name]
            if self.parts.get(name, ("",))[0] != each.name:
                part = f"{name} as part {number} of {each.name}"
                layout = replace(self.layouts[each.name], channels=own.channels)
                self.layouts[part] = layout
                self.parts[part] = (each.name, first)
                table = [gather.from_layout(own, layout)]
                self.tasks.append(Task(part, name, Gather(layout, own.plane), lambda _, t=table: t))
            first += own.channels


def _largest(halos: list[Halo]) -> Halo:
    top, bottom, left, right = zip(*halos, (0, 0, 0, 0), strict=True)
    return max(top), max(bottom), max(left), max(right)
