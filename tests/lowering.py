"""A training step lowered for devices that are not at hand."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import export

from jaxticket.lottery.assemble import train_step
from jaxticket.models import build
from jaxticket.models.lowering import force_lowering
from jaxticket.recipe import Options
from jaxticket.training import Step, create_state
from jaxticket.weights import dense

PLATFORMS = ("cuda", "tpu")
SIDE, BATCH = 64, 4


def lowered(function: Callable[..., Any], *arguments: Any) -> export.Exported:
    """Lower a function, jitted if it is not, for CUDA and TPU; arguments may be shapes alone."""
    jitted = function if hasattr(function, "lower") else jax.jit(function)
    with force_lowering("plain"):
        return export.export(jitted, platforms=PLATFORMS)(*arguments)


def step_of(model: str, **options: Any) -> tuple[Step, Any, Any]:
    """Return a model's step function, and the shapes of its state and masks."""
    detector = build(model)
    optimizer, function = train_step(Options(model=model, **options), detector, 10)

    def begin() -> tuple[Any, Any]:
        weights = dense(*detector.init(jax.random.key(0), SIDE))
        return create_state(weights, optimizer, 0), weights.masks

    return function, *jax.eval_shape(begin)


def batch_shapes(*leading: int, positions: bool = False) -> dict[str, jax.ShapeDtypeStruct]:
    """Return the shapes of a batch, or of several on a leading axis."""
    rows = (*leading, BATCH)
    image = jax.ShapeDtypeStruct((*rows, SIDE, SIDE, 3), jnp.uint8)
    pictures = (
        {"position": jax.ShapeDtypeStruct(rows, jnp.int32)} if positions else {"image": image}
    )
    label = jax.ShapeDtypeStruct(rows, jnp.int32)
    return {**pictures, "label": label, "weight": jax.ShapeDtypeStruct(rows, jnp.float32)}
