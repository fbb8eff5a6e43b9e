"""Meso4 and MesoInception4 (Afchar et al. 2018, 1809.00888), as the authors' Keras code has them.

Every convolution has a bias and SAME padding and is followed by ReLU, batch normalisation (epsilon
1e-3, Keras' default) and max-pooling. Initialisers are Keras' defaults, which the authors left in
place: Glorot-uniform kernels, zero biases. The momentum of the running averages is our own choice,
0.9 as in every detector here (Keras: 0.99).
"""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
from flax import linen as nn

from jaxticket.models.architecture import KerasLayer
from jaxticket.models.batch_norm import BatchNorm
from jaxticket.models.convolution import Conv, scaled
from jaxticket.models.pooling import max_pool

EPSILON = 1e-3

_TAIL = {
    "conv3": KerasLayer("conv2d", "bn2 > max_pool 2"),
    "bn3": KerasLayer("batch_normalization", "conv3 > relu"),
    "conv4": KerasLayer("conv2d", "bn3 > max_pool 2"),
    "bn4": KerasLayer("batch_normalization", "conv4 > relu"),
    "fc1": KerasLayer("dense", "bn4 > max_pool 4"),
    "fc": KerasLayer("dense", "fc1 > leaky_relu 0.1"),
}
KERAS_MESO4 = {
    "conv1": KerasLayer("conv2d", "picture"),
    "bn1": KerasLayer("batch_normalization", "conv1 > relu"),
    "conv2": KerasLayer("conv2d", "bn1 > max_pool 2"),
    "bn2": KerasLayer("batch_normalization", "conv2 > relu"),
    **_TAIL,
}


def _keras_inception(name: str, reads: str) -> dict[str, KerasLayer]:
    layers = {f"{name}.conv1": KerasLayer("conv2d", reads)}
    for dilation in (1, 2, 3):
        narrow = f"{name}.conv{2 * dilation}"
        layers[narrow] = KerasLayer("conv2d", reads)
        wide = KerasLayer("conv2d", f"{narrow} > relu", dilation)
        layers[f"{name}.conv{2 * dilation + 1}"] = wide
    joined = ", ".join(f"{name}.conv{index} > relu" for index in (1, 3, 5, 7))
    return layers | {f"{name}.bn": KerasLayer("batch_normalization", f"concatenate({joined})")}


KERAS_MESOINCEPTION4 = {
    **_keras_inception("inception1", "picture"),
    **_keras_inception("inception2", "inception1.bn > max_pool 2"),
    **_TAIL,
    "conv3": KerasLayer("conv2d", "inception2.bn > max_pool 2"),
}
"""The layers of the authors' code, in the order of their numbers in its files."""

TORCH_MESO4 = ({"fc": "fc2"},)
_BRANCHES = ("conv1", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv4_1", "conv4_2")


def _torch_inception(branch: str, bn: str) -> dict[str, str]:
    names = {f"inception{block}.bn": bn.format(block) for block in (1, 2)}
    for block in (1, 2):
        for index, place in enumerate(_BRANCHES, start=1):
            names[f"inception{block}.conv{index}"] = branch.format(block, place, index)
    return names


_TORCH_BLOCKS = (
    # "Incption" is how the most copied port, HongguLiu/MesoNet-Pytorch, spells it.
    _torch_inception("Incption{0}_{1}", "Incption{0}_bn"),
    _torch_inception("Inception{0}_{1}", "Inception{0}_bn"),
    _torch_inception("inception{0}.conv{2}", "bn{0}"),
)
_TORCH_TAILS = (
    {"conv3": "conv1", "bn3": "bn1", "conv4": "conv2", "bn4": "bn2"},
    {"conv3": "conv1", "conv4": "conv2"},
    {},
)
TORCH_MESOINCEPTION4 = tuple(
    {**block, **tail, "fc": "fc2"} for block in _TORCH_BLOCKS for tail in _TORCH_TAILS
)
"""How PyTorch ports name the layers."""

glorot_uniform = nn.initializers.glorot_uniform()
"""Glorot and Bengio 2010: the default of Keras for convolutions and dense layers."""


def _conv(x: jax.Array, name: str, features: int, side: int, dilation: int = 1) -> jax.Array:
    conv = Conv(
        features,
        side,
        padding="SAME",
        dilation=dilation,
        use_bias=True,
        kernel_init=glorot_uniform,
        name=name,
    )
    return nn.relu(conv(x))


def _normalise_and_pool(x: jax.Array, name: str, window: int, train: bool) -> jax.Array:
    return max_pool(BatchNorm(EPSILON, name=name)(x, train), window, window, "SAME")


def _inception(x: jax.Array, name: str, widths: Sequence[int]) -> jax.Array:
    """Join four branches: 1x1, and 1x1 then 3x3 with dilation 1, 2 and 3."""
    branches = [_conv(x, f"{name}.conv1", widths[0], 1)]
    for dilation, width in enumerate(widths[1:], start=1):
        narrow = _conv(x, f"{name}.conv{2 * dilation}", width, 1)
        branches.append(_conv(narrow, f"{name}.conv{2 * dilation + 1}", width, 3, dilation))
    return jnp.concatenate(branches, axis=-1)


class _MesoHead(nn.Module):
    """The classifier of both networks, which reads the last map.

    Attributes:
        num_logits: outputs of the last dense layer.
        width: factor of the channels of every layer.
    """

    num_logits: int = 1
    width: float = 1.0

    def setup(self) -> None:
        """Name the dense layers: `fc1` and the output layer `fc`."""
        self.dropout = nn.Dropout(0.5)
        self.fc1 = nn.Dense(scaled(16, self.width), kernel_init=glorot_uniform)
        self.fc = nn.Dense(self.num_logits, kernel_init=glorot_uniform)

    def head(self, features: jax.Array, train: bool = False) -> jax.Array:
        """Return the logits [B, num_logits] of the last map [B, h, w, 16], flattened as it lies."""
        x = features.reshape(features.shape[0], -1)
        self._check_size(x.shape[1])
        x = self.fc1(self.dropout(x, deterministic=not train))
        x = nn.leaky_relu(x, 0.1)
        return self.fc(self.dropout(x, deterministic=not train))

    def _check_size(self, values: int) -> None:
        if self.is_initializing():
            return
        expected = self.fc1.variables["params"]["kernel"].shape[0]
        if values != expected:
            raise ValueError(
                f"fc1 reads a last map of {expected} values and these images leave {values}: "
                "give images of the size that the parameters were made for"
            )


class Meso4(_MesoHead):
    """Four convolution blocks; 27,977 parameters at 256 x 256, 15,689 at 128 x 128."""

    @nn.compact
    def features(self, x: jax.Array, train: bool = False) -> jax.Array:
        """Map images [B, H, W, 3] to the last map, float [B, ceil(H / 32), ceil(W / 32), 16]."""
        blocks = ((8, 3, 2), (8, 5, 2), (16, 5, 2), (16, 5, 4))
        for index, (width, side, window) in enumerate(blocks, start=1):
            x = _conv(x, f"conv{index}", scaled(width, self.width), side)
            x = _normalise_and_pool(x, f"bn{index}", window, train)
        return x


class MesoInception4(_MesoHead):
    """Two inception blocks, then two convolution blocks; 28,615 parameters at 256 x 256."""

    @nn.compact
    def features(self, x: jax.Array, train: bool = False) -> jax.Array:
        """Map images [B, H, W, 3] to the last map, float [B, ceil(H / 32), ceil(W / 32), 16]."""
        for index, widths in enumerate(((1, 4, 4, 2), (2, 4, 4, 2)), start=1):
            narrow = [scaled(width, self.width) for width in widths]
            x = _inception(x, f"inception{index}", narrow)
            x = _normalise_and_pool(x, f"inception{index}.bn", 2, train)
        for index, window in ((3, 2), (4, 4)):
            x = _conv(x, f"conv{index}", scaled(16, self.width), 5)
            x = _normalise_and_pool(x, f"bn{index}", window, train)
        return x
