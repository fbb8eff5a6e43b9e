"""A graph's nodes grouped to what one kernel computes: a layer and what is done to its output."""

from dataclasses import dataclass, replace

from jaxticket.graph import Graph, Node, readers
from jaxticket.graph.nodes import (
    Add,
    Affine,
    Concatenate,
    Conv,
    Dense,
    Depthwise,
    LeakyRelu,
    MaxPool,
    Relu,
)

FOLLOWS = Add | Affine | Relu | LeakyRelu


@dataclass(frozen=True)
class Group:
    """A kernel's work.

    Attributes:
        name: of its output: its last node's.
        node: the layer; None for a mere copy of what it reads.
        reads: names of outputs.
        follows: nodes that are applied to the values before they are stored.
        other: the output that an addition among them reads.
    """

    name: str
    node: Node | None
    reads: tuple[str, ...]
    follows: tuple[FOLLOWS, ...] = ()
    other: str | None = None

    @property
    def stride(self) -> int:
        """The step of its output positions."""
        return self.node.stride if isinstance(self.node, Conv | MaxPool) else 1


def group(graph: Graph) -> list[Group]:
    """Return the groups of a graph without BatchNorm, in the order of the forward pass.

    A node joins the group whose output it reads if nothing else reads that output.
    """
    readers_of = readers(graph)
    groups: list[Group] = []
    for node in graph.nodes:
        if not isinstance(node, FOLLOWS):
            groups.append(Group(node.name, node, node.reads))
            continue
        index = _host(groups, node, {name: len(readers_of[name]) for name in node.reads})
        read = node.reads[0] if index is None else groups[index].name
        if index is None:
            groups.append(Group(node.name, None, (read,)))
            index = len(groups) - 1
        host = groups[index]
        other = host.other
        if isinstance(node, Add):
            other = node.reads[1] if node.reads[0] == read else node.reads[0]
        groups[index] = replace(host, name=node.name, follows=(*host.follows, node), other=other)
    return groups


def _host(groups: list[Group], node: Node, readers_of: dict[str, int]) -> int | None:
    """Return the group that a node can join: the last that it reads, so that all else is there."""
    for index in range(len(groups) - 1, -1, -1):
        candidate = groups[index]
        if candidate.name in node.reads:
            fits = isinstance(candidate.node, Conv | Depthwise | Dense | MaxPool | None)
            twice = isinstance(node, Add) and candidate.other is not None
            alone = readers_of[candidate.name] == 1
            return index if fits and alone and not twice else None
    return None


def concatenated(groups: list[Group]) -> dict[str, tuple[str, int]]:
    """Return the outputs that can be written where a concatenation wants them, with their place.

    Returns:
        The concatenation and the number of the part, by the output's name.
    """
    reads = [name for group in groups for name in (*group.reads, group.other)]
    return {
        name: (group.name, part)
        for group in groups
        if isinstance(group.node, Concatenate)
        for part, name in enumerate(group.reads)
        if reads.count(name) == 1
    }
