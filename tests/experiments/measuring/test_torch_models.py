import jax
import numpy as np
import pytest

from experiments.measuring.torch_models import build_torch
from jaxticket.models import DETECTORS, build


@pytest.mark.parametrize("model", sorted(DETECTORS))
def test_the_reference_has_as_many_weights_as_ours(model, torch):
    reference = build_torch(model, 64)
    if reference is None:
        pytest.skip("torchvision or timm is not installed")
    params, _ = jax.eval_shape(lambda: build(model).init(jax.random.key(0), 64))
    ours = sum(int(np.prod(leaf.shape)) for leaf in jax.tree.leaves(params))
    assert sum(weight.numel() for weight in reference.parameters()) == ours


def test_there_is_none_of_other_models(torch):
    assert build_torch("none_such", 64) is None
