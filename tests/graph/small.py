"""One small graph with every kind of node, for properties over random masks."""

import numpy as np

from jaxticket.graph import Graph
from jaxticket.graph.nodes import (
    Add,
    Affine,
    BatchNorm,
    Concatenate,
    Conv,
    Dense,
    Depthwise,
    Flatten,
    LeakyRelu,
    MaxPool,
    Mean,
    Node,
    Relu,
)

SAME = ((1, 1), (1, 1))


def graph(*nodes: Node, image_size: int = 4) -> Graph:
    """Return a graph whose images are their pixels over 255."""
    return Graph(nodes=nodes, image_size=image_size, mean=(0, 0, 0), std=(1, 1, 1))


EVERY_KIND = graph(
    Conv(name="a", reads=("images",), pads=SAME),
    BatchNorm(name="a.bn", reads=("a",), epsilon=1e-3),
    Relu(name="a.relu", reads=("a.bn",)),
    Conv(name="b", reads=("a.relu",), pads=SAME, bias=True),
    Affine(name="b.affine", reads=("b",)),
    Add(name="ab", reads=("a.relu", "b.affine")),
    LeakyRelu(name="ab.leaky", reads=("ab",), slope=0.1),
    Depthwise(name="d", reads=("ab.leaky",), pads=SAME),
    Conv(name="e", reads=("d",), bias=True),
    Depthwise(name="f", reads=("ab.leaky",), bias=True),
    Conv(name="g", reads=("ab",), dilation=1),
    Relu(name="g.relu", reads=("g",)),
    Concatenate(name="fg", reads=("f", "g.relu")),
    MaxPool(name="pool", reads=("fg",), window=3, stride=2, pads=SAME),
    Conv(name="h", reads=("pool",), stride=2, pads=SAME, bias=True),
    Relu(name="e.relu", reads=("e",)),
    Conv(name="i", reads=("e.relu",), stride=4, pads=SAME),
    Concatenate(name="hi", reads=("h", "i")),
    Flatten(name="flat", reads=("hi",)),
    Dense(name="dense", reads=("flat",)),
    Relu(name="dense.relu", reads=("dense",)),
    Dense(name="logits", reads=("dense.relu",)),
    image_size=8,
)
CHANNELS = {"a": (3, 3, 3, 6), "b": (3, 3, 6, 6), "d": (3, 3, 1, 6), "e": (1, 1, 6, 5),
            "f": (3, 3, 1, 6), "g": (3, 3, 6, 4), "h": (3, 3, 10, 4), "i": (3, 3, 5, 4),
            "dense": (32, 6), "logits": (6, 2)}  # fmt: skip


def drawn(seed: int, density: float) -> dict[str, np.ndarray]:
    """Return arrays for `EVERY_KIND`, some of every kind zero, float64."""
    draw = np.random.default_rng(seed)
    sizes = {name: shape[-1] for name, shape in CHANNELS.items()} | {"a.bn": 6, "b.affine": 6}
    arrays = {}
    for name in (name for node in EVERY_KIND.nodes for name in node.arrays()):
        layer, role = name.rsplit("/", 1)
        shape = CHANNELS[layer] if role == "kernel" else (sizes[layer],)
        left = density if role == "kernel" else 0.7
        arrays[name] = draw.normal(size=shape) * (draw.random(shape) < left)
    arrays["a.bn/var"] = draw.uniform(0.3, 2, 6)
    return arrays


MEAN = Mean(name="mean", reads=("b",))
"""Behind a layer `b`, before the logits of the hand cases."""
