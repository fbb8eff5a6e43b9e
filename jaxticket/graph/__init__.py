"""A detector's forward pass in evaluation as data: nodes and arrays, in NumPy alone.

`nodes` says what a graph is; `shapes` what every node gives; `execute` computes it (the
reference); `fold` folds batch normalisation away; `compact` removes the channels that cannot
matter, which `liveness` finds; `cost` counts parameters, multiply-adds and memory.
`jaxticket.models.trace` makes the graph of a detector. A ticket carries its graph, so that those
who run, export or shrink it need neither JAX nor a second definition of any network.
"""

from jaxticket.graph.compaction import Compacted, compact
from jaxticket.graph.cost import Cost, NodeCost, cost
from jaxticket.graph.execute import execute, normalise
from jaxticket.graph.fold import fold
from jaxticket.graph.liveness import Liveness, Range, liveness
from jaxticket.graph.nodes import Graph, Node, from_json, readers, to_json
from jaxticket.graph.shapes import shapes

__all__ = [
    "Compacted", "Cost", "Graph", "Liveness", "Node", "NodeCost", "Range", "compact", "cost",
    "execute", "fold", "from_json", "liveness", "normalise", "readers", "shapes", "to_json",
]  # fmt: skip
