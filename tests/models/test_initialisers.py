import jax
import numpy as np
import pytest

from jaxticket.models.convolution import he_fan_out
from jaxticket.models.meso import glorot_uniform
from jaxticket.models.pooled_head import torch_dense

KEY = jax.random.key(0)


@pytest.mark.parametrize(
    ("shape", "fan_out"),
    [((7, 7, 3, 64), 7 * 7 * 64), ((1, 1, 128, 256), 256), ((3, 3, 1, 512), 9 * 512)],
)
def test_he_by_fan_out(shape, fan_out):
    kernel = np.asarray(he_fan_out(KEY, shape))
    deviation = np.sqrt(2 / fan_out)
    assert kernel.std() == pytest.approx(deviation, rel=0.05)
    assert np.abs(kernel).max() > 2.5 * deviation  # not a truncated normal


def test_torch_dense_is_uniform_within_the_root_of_fan_in():
    kernel = np.asarray(torch_dense(KEY, (400, 50)))
    assert 0.049 < kernel.max() <= 0.05
    assert kernel.std() == pytest.approx(0.05 / np.sqrt(3), rel=0.02)


def test_glorot_is_uniform_within_the_root_of_both_fans():
    kernel = np.asarray(glorot_uniform(KEY, (5, 5, 8, 16)))
    bound = np.sqrt(6 / (25 * (8 + 16)))
    assert 0.99 * bound < kernel.max() <= bound
