"""A network at a level: what it computes with, and which of its weights are alive."""

from dataclasses import dataclass
from functools import cached_property

import jax

from jaxticket import masks as masks_lib
from jaxticket import trees
from jaxticket.trees import Tree


@jax.tree_util.register_dataclass
@dataclass(frozen=True, eq=False)
class Weights:
    """The weights of a network, pruned or not; a pytree.

    Attributes:
        params: parameters, zero where pruned.
        batch_stats: running statistics of BatchNorm, `{}` for a network without.
        masks: booleans in the structure of the parameters, false where pruned.
    """

    params: Tree
    batch_stats: Tree
    masks: Tree

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all bits, equal for equal weights and masks."""
        parts = {"params": self.params, "batch_stats": self.batch_stats, "masks": self.masks}
        return trees.digest(parts)


def dense(params: Tree, batch_stats: Tree) -> Weights:
    """Return unpruned weights, such as `dense(*detector.init(key, image_size))`."""
    return Weights(params, batch_stats, masks_lib.full(params))
