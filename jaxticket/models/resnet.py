"""ResNet-18 (He et al. 2016, 1512.03385) to torchvision's definition and with its names.

Padding is explicit, as in torch: at stride 2 it differs from SAME, and imported weights would give
other numbers. Batch normalisation epsilon 1e-5. Initialisers are torchvision's: He-normal by
fan-out for convolutions, torch's default for the dense kernel (its bias starts at zero here).
"""

import jax
from flax import linen as nn

from jaxticket.models.batch_norm import BatchNorm
from jaxticket.models.convolution import Conv, scaled
from jaxticket.models.layers import Output
from jaxticket.models.pooled_head import PooledHead
from jaxticket.models.pooling import max_pool

_EPSILON = 1e-5
_STAGES = (("layer1", 64, 1), ("layer2", 128, 2), ("layer3", 256, 2), ("layer4", 512, 2))


def _conv(
    x: jax.Array, name: str, features: int, side: int, stride: int, padding: int
) -> jax.Array:
    return Conv(features, side, stride, padding, name=name)(x)


def _norm(x: jax.Array, name: str, train: bool) -> jax.Array:
    return BatchNorm(_EPSILON, name=name)(x, train)


def _basic_block(x: jax.Array, name: str, width: int, stride: int, train: bool) -> jax.Array:
    y = _conv(x, f"{name}.conv1", width, 3, stride, 1)
    y = nn.relu(_norm(y, f"{name}.bn1", train))
    y = _conv(y, f"{name}.conv2", width, 3, 1, 1)
    y = _norm(y, f"{name}.bn2", train)
    if stride != 1:
        x = _conv(x, f"{name}.downsample.0", width, 1, stride, 0)
        x = _norm(x, f"{name}.downsample.1", train)
    return Output(name=name)(nn.relu(x + y))


class ResNet18(PooledHead):
    """11,177,025 parameters with one logit, 11,177,538 with two, 11,689,512 with 1000."""

    @nn.compact
    def features(self, x: jax.Array, train: bool = False) -> jax.Array:
        """Map images [B, H, W, 3] to the last map, float [B, ceil(H / 32), ceil(W / 32), 512]."""
        x = _conv(x, "conv1", scaled(64, self.width), 7, 2, 3)
        x = nn.relu(_norm(x, "bn1", train))
        x = max_pool(x, 3, 2, 1)
        for stage, channels, stride in _STAGES:
            width = scaled(channels, self.width)
            x = _basic_block(x, f"{stage}.0", width, stride, train)
            x = _basic_block(x, f"{stage}.1", width, 1, train)
        return x
