"""What a graph is: a list of nodes, each of which reads nodes before it.

Maps are [B, H, W, C], kernels [k, k, I, O]. A node with weights has the name of its layer in the
parameters, and its arrays are `NAME/kernel`, `NAME/bias` and so on, batch statistics among them.
"""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

IMAGES = "images"
"""What the first nodes read: normalised images, float [B, S, S, 3]."""

LARGEST = 1 << 12
"""Of a number of a node, pixels."""
LONGEST = 1 << 13
"""Nodes, and outputs that they read, all together."""
Step = Annotated[int, Meta(ge=1, le=LARGEST)]
Pad = Annotated[int, Meta(ge=0, le=LARGEST)]
Number = Annotated[float, Meta(ge=-LARGEST, le=LARGEST)]
Pads = tuple[tuple[Pad, Pad], tuple[Pad, Pad]]
"""Rows added above and below a map, columns to its left and right."""


class _Node(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all nodes have.

    Attributes:
        name: unique in its graph.
        reads: the nodes whose outputs it reads.
    """

    name: str
    reads: tuple[str, ...]

    def arrays(self) -> tuple[str, ...]:
        """Return the names of its arrays."""
        return ()


class Conv(_Node, frozen=True, tag="conv"):
    """Cross-correlation with `kernel` [k, k, I, O], plus `bias` [O] if it has one.

    Attributes:
        stride: step of the output positions.
        pads: zeros around the map.
        dilation: distance between the kernel's taps.
        bias: whether there is one.
    """

    stride: Step = 1
    pads: Pads = ((0, 0), (0, 0))
    dilation: Step = 1
    bias: bool = False

    def arrays(self) -> tuple[str, ...]:
        """Return the names of its arrays."""
        return (f"{self.name}/kernel", f"{self.name}/bias")[: 1 + self.bias]


class Depthwise(_Node, frozen=True, tag="depthwise"):
    """Every channel with its own `kernel` [k, k, 1, C], step 1, plus `bias` [C] if it has one."""

    pads: Pads = ((0, 0), (0, 0))
    bias: bool = False

    def arrays(self) -> tuple[str, ...]:
        """Return the names of its arrays."""
        return (f"{self.name}/kernel", f"{self.name}/bias")[: 1 + self.bias]


class BatchNorm(_Node, frozen=True, tag="batch_norm"):
    """(x - mean) * scale / sqrt(var + epsilon) + bias, each of the four [C]."""

    epsilon: Annotated[float, Meta(ge=0, le=1)]

    def arrays(self) -> tuple[str, ...]:
        """Return the names of its arrays."""
        return tuple(f"{self.name}/{role}" for role in ("scale", "bias", "mean", "var"))


class Affine(_Node, frozen=True, tag="affine"):
    """x * `scale` + `shift`, both [C]: what is left of a normalisation that nothing takes up."""

    def arrays(self) -> tuple[str, ...]:
        """Return the names of its arrays."""
        return f"{self.name}/scale", f"{self.name}/shift"


class Dense(_Node, frozen=True, tag="dense"):
    """x [B, I] times `kernel` [I, O], plus `bias` [O]."""

    def arrays(self) -> tuple[str, ...]:
        """Return the names of its arrays."""
        return f"{self.name}/kernel", f"{self.name}/bias"


class Relu(_Node, frozen=True, tag="relu"):
    """The maximum of x and 0."""


class LeakyRelu(_Node, frozen=True, tag="leaky_relu"):
    """x where it is positive, else `slope` times x."""

    slope: Number


class MaxPool(_Node, frozen=True, tag="max_pool"):
    """The maximum over square windows; what is added around the map is minus infinity."""

    window: Step
    stride: Step
    pads: Pads = ((0, 0), (0, 0))


class Mean(_Node, frozen=True, tag="mean"):
    """The mean over the map: [B, H, W, C] -> [B, C]."""


class Flatten(_Node, frozen=True, tag="flatten"):
    """[B, H, W, C] -> [B, H * W * C], as it lies."""


class Add(_Node, frozen=True, tag="add"):
    """The sum of two maps of equal shape."""


class Concatenate(_Node, frozen=True, tag="concatenate"):
    """Maps one after the other along the channels."""


Node = (
    Conv | Depthwise | BatchNorm | Affine | Dense
    | Relu | LeakyRelu | MaxPool | Mean | Flatten | Add | Concatenate
)  # fmt: skip


class Graph(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A forward pass: from normalised images to logits [B, num_logits], the last node's output.

    Attributes:
        nodes: each reads `IMAGES` or nodes before it.
        image_size: the side of the pictures that it was traced with, pixels.
        mean: subtracted from pixels scaled to [0, 1]; red, green, blue.
        std: what they are divided by then.
    """

    nodes: tuple[Node, ...]
    image_size: Step
    mean: tuple[Number, Number, Number]
    std: tuple[Number, Number, Number]

    @property
    def output(self) -> str:
        """The name of the node that gives the logits."""
        return self.nodes[-1].name


def check(graph: Graph) -> None:
    """Refuse a graph that is none.

    Raises:
        ValueError: it is empty or too long, a name stands twice, or a node reads what does not
            stand before it.
    """
    if not graph.nodes:
        raise ValueError("the graph has no nodes")
    if max(len(graph.nodes), sum(len(node.reads) for node in graph.nodes)) > LONGEST:
        raise ValueError(f"the graph has more than {LONGEST:,} nodes or reads")
    if not all(std > 0 for std in graph.std):
        raise ValueError(f"the graph's std must be above 0, not {graph.std}")
    known = {IMAGES}
    for node in graph.nodes:
        if not node.name:
            raise ValueError("the graph has a node without a name")
        if node.name in known:
            raise ValueError(f"the graph has two nodes named {node.name!r}")
        if unknown := [name for name in node.reads if name not in known]:
            raise ValueError(f"the graph's node {node.name!r} reads {unknown[0]!r}, unknown there")
        many = len(node.reads)
        if many == 0 or (not isinstance(node, Concatenate) and many != 1 + isinstance(node, Add)):
            raise ValueError(f"the graph's node {node.name!r} reads {len(node.reads)} nodes")
        known.add(node.name)


def readers(graph: Graph) -> dict[str, list[Node]]:
    """Return, for `IMAGES` and every node, the nodes that read it."""
    found: dict[str, list[Node]] = {IMAGES: []} | {node.name: [] for node in graph.nodes}
    for node in graph.nodes:
        for name in node.reads:
            found[name].append(node)
    return found


def to_json(graph: Graph) -> dict[str, Any]:
    """Return a graph as it is written."""
    return msgspec.to_builtins(graph)


def from_json(written: Mapping[str, Any]) -> Graph:
    """Return the graph that was written.

    Raises:
        ValueError: it is none; says what is wrong.
    """
    graph = msgspec.convert(written, Graph)  # its ValidationError is a ValueError
    check(graph)
    return graph
