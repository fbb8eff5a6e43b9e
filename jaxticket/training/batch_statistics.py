"""Batch statistics estimated anew, for weights that no training has led to.

Between two trained networks the running averages of neither fit, nor does their mean: without new
ones an interpolation shows the failure of the statistics, not of the weights (Izmailov et al. 2018,
1803.05407, section 3.2, after averaging weights; Jordan et al. 2022, 2211.08403).
"""

from collections.abc import Callable, Iterable, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from jaxticket.models import Detector
from jaxticket.models.batch_norm import MOMENTUM
from jaxticket.trees import Tree

BatchMoments = Callable[[Tree, Tree, jax.Array | np.ndarray], Tree]


def make_batch_moments(detector: Detector) -> BatchMoments:
    """Return the jitted `(params, batch_stats, image uint8 [B,S,S,3]) -> moments of the batch`.

    The moments have the structure of `batch_stats`, of which only the shapes are read: every
    layer's mean and biased variance over the batch, with the layers before it normalised by this
    batch too, as in training. Pictures are not augmented. No unit's statistics depend on dropout,
    which the detectors have only behind their last BatchNorm.
    """

    def moments(params: Tree, batch_stats: Tree, image: jax.Array) -> Tree:
        # From running averages of zero a step leads to 1 - MOMENTUM of the batch's own.
        zero = jax.tree.map(jnp.zeros_like, batch_stats)
        _, after = detector.apply(
            params, zero, detector.normalise(image), train=True, key=jax.random.key(0)
        )
        return jax.tree.map(lambda x: x / (1 - MOMENTUM), after)

    return jax.jit(moments)


def pooled(moments: Sequence[Tree]) -> Tree:
    """Return the mean and biased variance of several batches of one size, taken together.

    The variance is the mean of the batches' variances plus the variance of their means (law of
    total variance), in float64, returned as float32.

    Args:
        moments: one or more trees of {"mean": [C], "var": [C]}, however nested, or empty ones.

    Raises:
        ValueError: there is no batch.
    """
    if not moments:
        raise ValueError("batch statistics need one batch at least")
    if moments[0].keys() == {"mean", "var"}:
        means, variances = (
            np.array([batch[k] for batch in moments], float) for k in ("mean", "var")
        )
        both = {"mean": means.mean(axis=0), "var": variances.mean(axis=0) + means.var(axis=0)}
        return {name: jnp.asarray(value, jnp.float32) for name, value in both.items()}
    return {name: pooled([batch[name] for batch in moments]) for name in moments[0]}


def estimate_statistics(
    batch_moments: BatchMoments, params: Tree, like: Tree, images: Iterable[np.ndarray]
) -> Tree:
    """Return the batch statistics of weights over batches of pictures, all of one size.

    Args:
        batch_moments: of `make_batch_moments`.
        params: masked already.
        like: batch statistics of the same detector; `{}` gives `{}`.
        images: uint8 [B, S, S, 3] each.

    Raises:
        ValueError: there is no batch.
    """
    return pooled([batch_moments(params, like, image) for image in images]) if like else like
