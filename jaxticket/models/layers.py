"""Reading and replacing what a named layer gives, from outside the network.

A layer goes by its name in the parameters, such as "conv1" or "layer4.1.bn2"; `Output` gives a name
to a map that no layer with parameters gives. Linen's interceptors do the rest, while tracing: a
network that nobody looks into compiles to the very same program as without.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jax
from flax import linen as nn

_Context = nn.module.InterceptorContext


class Output(nn.Module):
    """The identity, without parameters, so that a map has a name: that of this module."""

    def __call__(self, x: jax.Array) -> jax.Array:
        """Return x."""
        return x


@contextmanager
def recorded() -> Iterator[dict[str, jax.Array]]:
    """Collect what each named layer gives, in the order of the forward pass.

    Only what is called inside the block is seen. Dropout is left out: it does nothing in
    evaluation.
    """
    outputs: dict[str, jax.Array] = {}

    def record(function: Any, args: Any, kwargs: Any, context: _Context) -> Any:
        output = function(*args, **kwargs)
        if _is_layer(context) and not isinstance(context.module, nn.Dropout):
            outputs[_name(context)] = output
        return output

    with nn.intercept_methods(record):
        yield outputs


@contextmanager
def replaced(layer: str, output: jax.Array) -> Iterator[None]:
    """Let a named layer give `output`, whatever it reads, for what is called inside the block."""

    def replace(function: Any, args: Any, kwargs: Any, context: _Context) -> Any:
        if _is_layer(context) and _name(context) == layer:
            return output
        return function(*args, **kwargs)

    with nn.intercept_methods(replace):
        yield


def _is_layer(context: _Context) -> bool:
    return context.method_name == "__call__" and bool(context.module.path)


def _name(context: _Context) -> str:
    return "/".join(context.module.path)
