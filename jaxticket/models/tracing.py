"""The graph of a detector: its forward pass in evaluation, traced.

Layers with weights are met while tracing as Linen modules, and each leaves one opaque operation;
what lies between them is a handful of JAX's own operations. Whatever is neither is refused, so a
graph that exists is the whole network.
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from flax import linen as nn
from jax.extend.core import Literal, Primitive, Var
from msgspec.structs import replace

from jaxticket.graph import Graph, Node
from jaxticket.graph.nodes import (
    IMAGES,
    Add,
    BatchNorm,
    Concatenate,
    Conv,
    Dense,
    Depthwise,
    Flatten,
    LeakyRelu,
    MaxPool,
    Mean,
    Relu,
    check,
)
from jaxticket.models import batch_norm, convolution
from jaxticket.models.detector import Detector
from jaxticket.models.lowering import force_lowering
from jaxticket.models.pooling import resolve_padding


class NoGraph(ValueError):
    """The network computes something that no graph can say."""


_layer = Primitive("jaxticket_layer")
_layer.def_abstract_eval(lambda x, *, shape, **_: x.update(shape=shape))


def trace(detector: Detector, image_size: int) -> Graph:
    """Return the graph of a detector's forward pass in evaluation.

    Args:
        detector: any of the table, or one's own if it is made of this package's `Conv`,
            `DepthwiseConv` and `BatchNorm`, Flax's `Conv`, `BatchNorm` and `Dense`, rectifiers,
            pooling, sums, concatenation and flattening.
        image_size: the images' side in pixels.

    Raises:
        NoGraph: it computes something else; names it.
        ValueError: the images are too small for this network.
    """
    images = jax.ShapeDtypeStruct((1, image_size, image_size, 3), jnp.float32)
    params, stats = jax.eval_shape(lambda: detector.init(jax.random.key(0), image_size))

    def forward(x: jax.Array, params: Any, stats: Any) -> jax.Array:
        with nn.intercept_methods(_leave_a_mark):
            return detector.apply(params, stats, x)[0]

    with force_lowering("plain"):
        jaxpr = jax.make_jaxpr(forward)(images, params, stats).jaxpr
    walk = _Walk({jaxpr.invars[0]: IMAGES})
    walk.through(jaxpr)
    nodes = _needed(walk.nodes, walk.name(jaxpr.outvars[0]))
    row = detector.architecture
    graph = Graph(nodes=nodes, image_size=image_size, mean=row.mean, std=row.std)
    check(graph)
    return graph


def _leave_a_mark(function: Callable, args: Any, kwargs: Any, context: Any) -> Any:
    """Put one opaque operation in the place of a layer with weights."""
    output, module = function(*args, **kwargs), context.module
    if context.method_name != "__call__" or type(module) not in _LAYERS:
        return output
    name = "/".join(module.path)
    node = _LAYERS[type(module)](module, name, args[0].shape)
    return _layer.bind(args[0], shape=output.shape, node=node)


def _conv(module: convolution.Conv, name: str, shape: tuple[int, ...]) -> Conv:
    stride, dilation = module.stride, module.dilation
    pads = resolve_padding(shape, module.side, stride, module.padding, dilation)
    return Conv(
        name=name, reads=(), stride=stride, pads=pads, dilation=dilation, bias=module.use_bias
    )


def _depthwise(module: convolution.DepthwiseConv, name: str, shape: tuple[int, ...]) -> Depthwise:
    pads = resolve_padding(shape, module.side, 1, module.padding)
    return Depthwise(name=name, reads=(), pads=pads)


def _batch_norm(module: batch_norm.BatchNorm, name: str, _: tuple[int, ...]) -> BatchNorm:
    return BatchNorm(name=name, reads=(), epsilon=module.epsilon)


def _flax_conv(module: nn.Conv, name: str, shape: tuple[int, ...]) -> Conv:
    sides, strides, dilations = (
        _pair(value) for value in (module.kernel_size, module.strides, module.kernel_dilation)
    )
    alike = all(pair[0] == pair[1] for pair in (sides, strides, dilations))
    named = module.padding in ("SAME", "VALID")
    if not alike or not named or module.feature_group_count != 1 or module.mask is not None:
        raise NoGraph(
            f"the layer {name} is a convolution of another kind than square, ungrouped, unmasked "
            "and padded SAME or VALID"
        )
    side, stride, dilation = sides[0], strides[0], dilations[0]
    padding = "SAME" if module.padding == "SAME" else 0
    pads = resolve_padding(shape, side, stride, padding, dilation)
    return Conv(
        name=name, reads=(), stride=stride, pads=pads, dilation=dilation, bias=module.use_bias
    )


def _pair(value: Any) -> tuple[int, ...]:
    return (value or 1,) * 2 if value is None or isinstance(value, int) else tuple(value)


def _flax_batch_norm(module: nn.BatchNorm, name: str, _: tuple[int, ...]) -> BatchNorm:
    if not (module.use_scale and module.use_bias):
        raise NoGraph(f"the layer {name} normalises without scale or bias")
    return BatchNorm(name=name, reads=(), epsilon=module.epsilon)


def _dense(module: nn.Dense, name: str, _: tuple[int, ...]) -> Dense:
    if not module.use_bias:
        raise NoGraph(f"the layer {name} has no bias")
    return Dense(name=name, reads=())


_LAYERS: dict[type, Callable] = {
    convolution.Conv: _conv,
    convolution.DepthwiseConv: _depthwise,
    batch_norm.BatchNorm: _batch_norm,
    nn.Conv: _flax_conv,
    nn.BatchNorm: _flax_batch_norm,
    nn.Dense: _dense,
}

_INLINED = {"jit", "pjit", "custom_jvp_call", "custom_vjp_call", "closed_call", "remat"}
_UNCHANGED = {"copy", "stop_gradient", "convert_element_type", "copy_p"}


class _Walk:
    """The operations of a jaxpr in order, and the nodes that they come to."""

    def __init__(self, names: dict[Var, str]):
        self._names: dict[Var, str] = names
        self._numbers: dict[Var, Any] = {}
        self._halves: dict[Var, tuple[str, Any]] = {}
        self.nodes: dict[str, Node] = {}

    def name(self, var: Var) -> str:
        """Return the node that gave a value."""
        if var in self._names:
            return self._names[var]
        operation, _ = self._halves.get(var, ("what does not come from its images", None))
        raise NoGraph(f"the network uses {operation}, which no graph can say")

    def through(self, jaxpr: Any) -> None:
        """Walk through the operations."""
        for equation in jaxpr.eqns:
            operation = equation.primitive.name
            if operation in _UNCHANGED:
                self._alias(equation.invars[0], equation.outvars[0])
            elif not any(self._known(var) for var in equation.invars):
                continue  # of weights alone: a layer computes with them, whose mark is there
            elif operation in _INLINED:
                self._inline(equation)
            else:
                self._one(operation, equation)

    def _known(self, var: Var | Literal) -> bool:
        return not isinstance(var, Literal) and (var in self._names or var in self._halves)

    def _inline(self, equation: Any) -> None:
        inner = equation.params.get("jaxpr") or equation.params.get("call_jaxpr")
        inner = getattr(inner, "jaxpr", inner)
        for var, outer in zip(inner.invars, equation.invars, strict=True):
            self._alias(outer, var)
        self.through(inner)
        for var, outer in zip(inner.outvars, equation.outvars, strict=True):
            self._alias(var, outer)

    def _alias(self, old: Var | Literal, new: Var) -> None:
        """Let a value go by another variable too, and nothing else by that one."""
        known: Any
        for known in (self._names, self._halves, self._numbers):
            known.pop(new, None)
            if not isinstance(old, Literal) and old in known:
                known[new] = known[old]
        if isinstance(old, Literal):
            self._numbers[new] = old.val

    def _one(self, operation: str, equation: Any) -> None:
        inputs, out, params = equation.invars, equation.outvars[0], equation.params
        if operation == "jaxticket_layer":
            self._layer(params["node"], inputs[0], out)
            return
        if (half := self._half(operation, equation)) is not None:
            self._halves[out] = half
            return
        node = self._node(operation, inputs, params)
        if node is None:
            # Inside a layer, behind whose mark nothing reads it; or the end of the walk says so.
            self._halves[out] = (operation, None)
            return
        kind, reads, more = node
        number = sum(isinstance(other, kind) for other in self.nodes.values()) + 1
        name = f"{kind.__struct_config__.tag}:{number}"
        self.nodes[name] = kind(name=name, reads=tuple(reads), **more)
        self._names[out] = name

    def _layer(self, node: Node, read: Var, out: Var) -> None:
        if node.name in self.nodes:
            raise NoGraph(f"the layer {node.name} is called twice")
        self.nodes[node.name] = replace(node, reads=(self.name(read),))
        self._names[out] = node.name

    def _half(self, operation: str, equation: Any) -> tuple[str, Any] | None:
        """Return what is only half of a node: a sum that a division makes a mean, and so on."""
        inputs, params = equation.invars, equation.params
        if operation == "reduce_sum" and tuple(params["axes"]) == (1, 2):
            shape = inputs[0].aval.shape
            return "sum", (self.name(inputs[0]), shape[1] * shape[2])
        if operation in ("ge", "gt") and self._number(inputs[1]) == 0:
            return "positive", self.name(inputs[0])
        if operation == "mul":
            for x, factor in (inputs, inputs[::-1]):
                if self._number(factor) is not None and self._named(x):
                    return "product", (self._names[x], self._number(factor))
        return None

    def _node(
        self, operation: str, inputs: Sequence[Any], params: dict[str, Any]
    ) -> tuple[type, list[str], dict[str, Any]] | None:
        """Return the kind of a node, what it reads, and the rest of it."""
        if operation == "max" and self._number(inputs[1]) == 0 and inputs[0] in self._names:
            return Relu, [self._names[inputs[0]]], {}
        if operation == "add" and all(self._named(var) for var in inputs):
            return Add, [self._names[var] for var in inputs], {}
        if operation == "concatenate" and params["dimension"] == 3:
            return Concatenate, [self.name(var) for var in inputs], {}
        if operation == "reduce_window_max":
            return self._max_pool(inputs, params)
        if operation == "reshape" and self._named(inputs[0]) and len(params["new_sizes"]) == 2:
            return Flatten, [self._names[inputs[0]]], {}
        if operation == "div" and inputs[0] in self._halves:
            half, value = self._halves[inputs[0]]
            if half == "sum" and self._number(inputs[1]) == value[1]:
                return Mean, [value[0]], {}
        if operation == "select_n":
            return self._leaky(inputs)
        return None

    def _max_pool(self, inputs: Sequence[Any], params: dict[str, Any]) -> Any:
        window, strides, pads = (
            tuple(params[name]) for name in ("window_dimensions", "window_strides", "padding")
        )
        square = window == (1, window[1], window[1], 1) and strides == (
            1,
            strides[1],
            strides[1],
            1,
        )
        if not square or not self._named(inputs[0]):
            return None
        pads = tuple((int(low), int(high)) for low, high in pads[1:3])
        more = {"window": int(window[1]), "stride": int(strides[1]), "pads": pads}
        return MaxPool, [self._names[inputs[0]]], more

    def _leaky(self, inputs: Sequence[Any]) -> Any:
        """select_n(x >= 0, slope * x, x)."""
        which, below, above = inputs
        if not self._named(above) or not {which, below} <= self._halves.keys():
            return None
        name = self._names[above]
        (positive, whose), (product, value) = self._halves[which], self._halves[below]
        if (positive, whose, product) == ("positive", name, "product") and value[0] == name:
            return LeakyRelu, [name], {"slope": float(value[1])}
        return None

    def _named(self, var: Any) -> bool:
        return not isinstance(var, Literal) and var in self._names

    def _number(self, var: Any) -> Any:
        return var.val if isinstance(var, Literal) else self._numbers.get(var)


def _needed(nodes: dict[str, Node], output: str) -> tuple[Node, ...]:
    """Return the nodes that the output stands on, in order."""
    needed = {output}
    for node in reversed(nodes.values()):
        if node.name in needed:
            needed.update(node.reads)
    return tuple(node for node in nodes.values() if node.name in needed)
