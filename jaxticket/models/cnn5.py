"""CNN-5: a small plain network of about 300,000 parameters.

The lottery-ticket paper on deepfakes describes its "CNN-5" by no more than "5 layers, batch
normalization, 0.300M", and no other definition is known. This one is our own choice: five blocks of
3x3 convolution (no bias), batch normalisation, ReLU and 2x2 max-pooling, then global average
pooling and a dense layer. The widths double; the last is the multiple of 16 that brings the count
nearest to 300,000. Kernels start as in ResNet (He, fan-out), the dense layer as torch's default
with a zero bias; batch normalisation epsilon 1e-5.
"""

import jax
from flax import linen as nn

from jaxticket.models.batch_norm import BatchNorm
from jaxticket.models.convolution import Conv, scaled
from jaxticket.models.layers import Output
from jaxticket.models.pooled_head import PooledHead
from jaxticket.models.pooling import max_pool

WIDTHS = (16, 32, 64, 128, 176)


class CNN5(PooledHead):
    """Five convolution blocks and a dense layer; 300,961 parameters with one logit."""

    @nn.compact
    def features(self, x: jax.Array, train: bool = False) -> jax.Array:
        """Map images [B, H, W, 3] to the last map, float [B, H // 32, W // 32, 176]."""
        for index, width in enumerate(WIDTHS, start=1):
            x = Conv(scaled(width, self.width), 3, padding=1, name=f"conv{index}")(x)
            x = nn.relu(BatchNorm(1e-5, name=f"bn{index}")(x, train))
            x = max_pool(Output(name=f"relu{index}")(x), 2, 2)
        return x
