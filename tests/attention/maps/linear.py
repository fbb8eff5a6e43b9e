"""A detector that one can compute by heart: two maps are two colours, and the head is linear."""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np


@dataclass(frozen=True)
class LinearDetector:
    """Pictures of 2 x 2; the last map holds red and green, the head weighs every place by itself.

    It keeps `jaxticket.models.Detector`'s contract. The blue channel is ignored.
    """

    name: str = "linear"
    num_logits: int = 1
    map_layers: tuple[str, ...] = ()

    def normalise(self, images):
        return jnp.asarray(images, jnp.float32)

    def features(self, params, batch_stats, x):
        return x[..., :2] * params["conv"]["kernel"]

    def head(self, params, batch_stats, features):
        flat = features.reshape(len(features), -1)
        return flat @ params["fc"]["kernel"] + params["fc"]["bias"]

    def apply(self, params, batch_stats, x):
        features = self.features(params, batch_stats, x)
        return self.head(params, batch_stats, features), batch_stats


RED = [[1, 2], [3, 4]]
GREEN = [[5, 0], [1, 2]]
RED_WEIGHTS = [[1.0, 0.0], [-2.0, 5.0]]  # mean 1
GREEN_WEIGHTS = [[-4.0, -4.0], [2.0, -2.0]]  # mean -2


def picture():
    blue = [[9, 9], [9, 9]]
    return np.stack([RED, GREEN, blue], axis=-1)[None].astype(np.uint8)


def params(*heads):
    """Of one logit, or of as many as there are factors of its weights."""
    weights = np.stack([RED_WEIGHTS, GREEN_WEIGHTS], axis=-1).reshape(8, 1)
    kernel = np.concatenate([weights * factor for factor in heads or (1,)], axis=1)
    return {
        "conv": {"kernel": jnp.ones(2)},
        "fc": {"kernel": jnp.asarray(kernel), "bias": jnp.full(kernel.shape[1], 0.5)},
    }
