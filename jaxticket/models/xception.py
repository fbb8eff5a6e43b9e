"""Xception (Chollet 2017, 1610.02357): the torch port used with FaceForensics++, with its names.

The names and indices are those of timm's `legacy_xception`. Padding is explicit, as in torch. Batch
normalisation epsilon 1e-5 (torch's default). Initialisers are the port's: He-normal by fan-out for
all convolutions, torch's default for the dense kernel (its bias starts at zero here).
"""

import jax
from flax import linen as nn

from jaxticket.models.batch_norm import BatchNorm
from jaxticket.models.convolution import Conv, DepthwiseConv, scaled
from jaxticket.models.layers import Output
from jaxticket.models.pooled_head import PooledHead
from jaxticket.models.pooling import max_pool

_EPSILON = 1e-5


def _conv(x: jax.Array, name: str, features: int, side: int, stride: int = 1) -> jax.Array:
    return Conv(features, side, stride, name=name)(x)


def _norm(x: jax.Array, name: str, train: bool) -> jax.Array:
    return BatchNorm(_EPSILON, name=name)(x, train)


def _separable_conv(x: jax.Array, name: str, features: int) -> jax.Array:
    x = DepthwiseConv(3, padding=1, name=f"{name}.conv1")(x)
    return _conv(x, f"{name}.pointwise", features, 1)


def _block(
    x: jax.Array,
    name: str,
    widths: tuple[int, ...],
    train: bool,
    stride: int = 1,
    start_with_relu: bool = True,
) -> jax.Array:
    """Apply separable convolutions to `widths`, one after the other, beside a shortcut.

    The numbers in the layers' names count the ReLUs too, as the port's Sequential does: a block
    that does not start with one starts counting one lower.
    """
    y = x
    first = 1 if start_with_relu else 0
    for index, width in enumerate(widths):
        if index > 0 or start_with_relu:
            y = nn.relu(y)
        y = _separable_conv(y, f"{name}.rep.{first + 3 * index}", width)
        y = _norm(y, f"{name}.rep.{first + 3 * index + 1}", train)
    if stride == 1:
        return Output(name=name)(x + y)
    x = _norm(_conv(x, f"{name}.skip", widths[-1], 1, stride), f"{name}.skipbn", train)
    return Output(name=name)(x + max_pool(y, 3, stride, 1))


class Xception(PooledHead):
    """20,809,001 parameters with one logit, 20,811,050 with two, 22,855,952 with 1000."""

    @nn.compact
    def features(self, x: jax.Array, train: bool = False) -> jax.Array:
        """Map images [B, H, W, 3] to the last map, float [B, h, w, 2048]: 10 x 10 at 299 pixels."""

        def wide(channels: int) -> int:
            return scaled(channels, self.width)

        x = nn.relu(_norm(_conv(x, "conv1", wide(32), 3, 2), "bn1", train))
        x = nn.relu(_norm(_conv(x, "conv2", wide(64), 3), "bn2", train))
        x = _block(x, "block1", (wide(128), wide(128)), train, stride=2, start_with_relu=False)
        x = _block(x, "block2", (wide(256), wide(256)), train, stride=2)
        x = _block(x, "block3", (wide(728), wide(728)), train, stride=2)
        for index in range(4, 12):
            x = _block(x, f"block{index}", (wide(728), wide(728), wide(728)), train)
        x = _block(x, "block12", (wide(728), wide(1024)), train, stride=2)
        x = nn.relu(_norm(_separable_conv(x, "conv3", wide(1536)), "bn3", train))
        return nn.relu(_norm(_separable_conv(x, "conv4", wide(2048)), "bn4", train))
