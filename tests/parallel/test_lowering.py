"""The step of several tickets over several devices becomes a program for CUDA and for TPU."""

import jax
import jax.numpy as jnp
import pytest
from jax.sharding import AbstractMesh, AxisType

from jaxticket.models import DETECTORS
from jaxticket.parallel import joint_step
from tests.lowering import PLATFORMS, batch_shapes, lowered, step_of


@pytest.mark.parametrize("model", sorted(DETECTORS))
def test_a_step_of_two_tickets_on_four_devices_is_lowered(model):
    function, *ticket = step_of(model)
    states, masks = jax.tree.map(lambda x: jax.ShapeDtypeStruct((2, *x.shape), x.dtype), ticket)
    mesh = AbstractMesh((2, 2), ("ticket", "data"), axis_types=(AxisType.Auto,) * 2)
    step = joint_step(function, mesh)
    active = jax.ShapeDtypeStruct((2,), jnp.bool_)
    program = lowered(step, states, active, masks, batch_shapes(2))
    assert (program.platforms, program.nr_devices) == (PLATFORMS, 4)
    assert [aval.shape for aval in program.out_avals[-3:]] == [(2,)] * 3
