"""The training step of every model becomes a program for CUDA and for TPU, on a machine of neither.

Lowered only: whether such a device runs it fast, or at all, is seen there.
"""

import jax
import jax.numpy as jnp
import pytest

from jaxticket.models import DETECTORS
from jaxticket.training import chunk_function
from tests.lowering import PLATFORMS, SIDE, batch_shapes, lowered, step_of

HELD = jax.ShapeDtypeStruct((50, SIDE, SIDE, 3), jnp.uint8)


@pytest.mark.parametrize("model", sorted(DETECTORS))
def test_a_step_and_a_chunk_of_steps_from_held_pictures_are_lowered(model):
    function, state, masks = step_of(model)
    step = lowered(function, state, masks, batch_shapes())
    assert step.platforms == PLATFORMS
    assert [aval.shape for aval in step.out_avals[-3:]] == [()] * 3
    assert "stablehlo.while" not in step.mlir_module()
    batches = batch_shapes(3, positions=True)
    chunk = lowered(chunk_function(function), state, masks, HELD, batches)
    assert chunk.platforms == PLATFORMS
    assert [aval.shape for aval in chunk.out_avals[-3:]] == [(3,)] * 3
    assert "stablehlo.while" in chunk.mlir_module()
    assert jax.tree.map(lambda x: x.dtype, state) == jax.tree.unflatten(
        jax.tree.structure(state), [aval.dtype for aval in step.out_avals[:-3]]
    )


def test_in_bfloat16_convolutions_are_and_what_is_kept_is_not():
    function, state, masks = step_of("cnn5", precision="bfloat16")
    step = lowered(function, state, masks, batch_shapes())
    convolutions = [line for line in step.mlir_module().splitlines() if ".convolution(" in line]
    assert len(convolutions) >= 5
    assert all("bf16" in line and "f32" not in line for line in convolutions)
    assert not [aval for aval in step.out_avals if aval.dtype == jnp.bfloat16]
