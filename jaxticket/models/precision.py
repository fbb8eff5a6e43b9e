"""Which number format a training step computes in."""

from dataclasses import dataclass
from typing import Literal

import jax
import jax.numpy as jnp

from jaxticket.models.detector import Detector, Tree

Precision = Literal["float32", "bfloat16"]


@dataclass(frozen=True)
class InBfloat16:
    """A detector whose layers compute in bfloat16: of `Detector` what a training step needs.

    Parameters are kept in float32 and rounded where they are used, so that their gradients are
    float32 and small updates are not lost (mixed precision: Micikevicius et al. 2018, 1710.03740;
    bfloat16 has the range of float32, so that no loss is scaled: 1905.12322). Statistics of batches
    and logits are float32 too.

    Attributes:
        detector: the network.
    """

    detector: Detector

    def normalise(self, images: jax.Array) -> jax.Array:
        """Return pixels as the network expects them, float32; see `Detector.normalise`."""
        return self.detector.normalise(images)

    def apply(
        self,
        params: Tree,
        batch_stats: Tree,
        x: jax.Array,
        *,
        train: bool = False,
        key: jax.Array | None = None,
    ) -> tuple[jax.Array, Tree]:
        """Return logits and batch statistics, both float32; see `Detector.apply`."""
        rounded = jax.tree.map(lambda leaf: leaf.astype(jnp.bfloat16), params)
        x = x.astype(jnp.bfloat16)
        logits, new = self.detector.apply(rounded, batch_stats, x, train=train, key=key)
        kept = jax.tree.map(lambda now, old: now.astype(old.dtype), new, batch_stats)
        return logits.astype(jnp.float32), kept


def in_precision(detector: Detector, precision: Precision) -> Detector | InBfloat16:
    """Return a detector as a training step of some precision applies it."""
    return InBfloat16(detector) if precision == "bfloat16" else detector
