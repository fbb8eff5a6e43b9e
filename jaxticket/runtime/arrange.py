"""Which layout each output of a network has: lanes, tiles and halos that suit those who read it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from jaxticket.graph.nodes import Conv, Dense, Depthwise, Flatten, MaxPool, Mean
from jaxticket.graph.shapes import Arrays, Shape
from jaxticket.runtime.groups import Group
from jaxticket.runtime.layout import Lanes, Layout


@dataclass(frozen=True)
class Window:
    """How a layer's windows lie on its input."""

    side: int
    stride: int = 1
    dilation: int = 1
    padding: tuple[int, int] = (0, 0)

    def halo(self) -> tuple[int, int, int, int]:
        """Return the rows above and below and the columns beside its part that a tile reads."""
        reach = self.dilation * (self.side - 1) + 1 - self.stride
        top, left = self.padding
        return top, max(0, reach - top), left, max(0, reach - left)


def window(group: Group, arrays: Arrays) -> Window:
    """Return how the windows of a group's layer lie on its input."""
    match group.node:
        case Conv() as node:
            side = arrays[f"{node.name}/kernel"].shape[0]
            return Window(side, node.stride, node.dilation, _first(node.pads))
        case Depthwise() as node:
            return Window(arrays[f"{node.name}/kernel"].shape[0], padding=_first(node.pads))
        case MaxPool() as node:
            return Window(node.window, node.stride, padding=_first(node.pads))
    return Window(1)


def _first(pads) -> tuple[int, int]:
    return pads[0][0], pads[1][0]


def lanes_for(height: int, width: int, images: int, vector: int) -> Lanes:
    """Return the lanes that cut maps into the smallest tiles; the fewest lanes that do."""
    sides = [2**power for power in range(vector.bit_length())]
    options = [
        Lanes(images, rows, columns)
        for rows in sides
        for columns in sides
        if images * rows * columns <= vector
    ]
    return min(
        options,
        key=lambda lanes: (
            -(-height // lanes.rows) * -(-width // lanes.columns),
            lanes.count,
            abs(lanes.rows - lanes.columns),
        ),
    )


def bases(
    groups: list[Group], shapes: Mapping[str, Shape], images: int, vector: int
) -> dict[str, Layout]:
    """Return the layout of every output, without halo.

    Tiles of outputs with the same lanes keep to the strides between them: the input tile of a layer
    of stride 2 is twice its output tile.
    """
    level = {groups[0].reads[0]: 1}
    for group in groups:
        level[group.name] = level[group.reads[0]] * group.stride
    found: dict[str, Layout] = {}
    for name in level:
        shape = shapes[name]
        height, width, channels = shape if len(shape) == 3 else (1, 1, *shape)
        row = len(shape) == 1
        lanes = Lanes(images, 1, 1) if row else lanes_for(height, width, images, vector)
        tile = (-(-height // lanes.rows), -(-width // lanes.columns))
        found[name] = Layout(channels, height, width, lanes, tile)
    for lanes in {layout.lanes for layout in found.values()}:
        alike = [n for n, layout in found.items() if layout.lanes == lanes and len(shapes[n]) == 3]
        if not alike:
            continue
        last = max(level[name] for name in alike)
        if any(last % level[name] for name in alike):
            continue
        unit = [max(-(-found[n].tile[axis] * level[n] // last) for n in alike) for axis in (0, 1)]
        for name in alike:
            factor = last // level[name]
            found[name] = replace(found[name], tile=(unit[0] * factor, unit[1] * factor))
    return found


def wanted(group: Group, layout: Layout, base: Layout, win: Window) -> Layout:
    """Return the layout in which a group reads an output.

    Args:
        group: it.
        layout: that of the group's own output.
        base: that of the output that it reads, without halo.
        win: its windows on that output.
    """
    if isinstance(group.node, Mean | Flatten):
        return base
    if isinstance(group.node, Dense) or win == Window(1):
        return replace(base, lanes=layout.lanes, tile=layout.tile)
    tile = (layout.tile[0] * win.stride, layout.tile[1] * win.stride)
    return replace(base, lanes=layout.lanes, tile=tile, halo=win.halo())
