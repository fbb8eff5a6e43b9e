"""The head of CNN-5, ResNet-18 and Xception: the mean over the last map, and a dense layer."""

import jax
from flax import linen as nn

from jaxticket.models.pooling import global_average_pool

torch_dense = nn.initializers.variance_scaling(1 / 3, "fan_in", "uniform")
"""Uniform within 1 / sqrt(fan-in): the default of torch.nn.Linear."""


class PooledHead(nn.Module):
    """What the networks that end in global average pooling share.

    Attributes:
        num_logits: outputs of the last dense layer.
        width: factor of the channels of every layer.
    """

    num_logits: int = 1
    width: float = 1.0

    def setup(self) -> None:
        """Name the output layer `fc`."""
        self.fc = nn.Dense(self.num_logits, kernel_init=torch_dense)

    def head(self, features: jax.Array, train: bool = False) -> jax.Array:
        """Return the logits [B, num_logits] of the last map."""
        return self.fc(global_average_pool(features))
