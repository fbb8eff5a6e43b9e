"""The training state: a pytree that holds only arrays."""

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
import optax

from jaxticket.trees import Tree
from jaxticket.weights import Weights


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class TrainState:
    """All that a step changes.

    Attributes:
        step: int32 scalar; the learning rate, the batch and every random draw go by it.
        seed: uint32 scalar; the randomness of augmentation and dropout.
        params: parameters, zero where pruned.
        batch_stats: BatchNorm's running statistics, `{}` for a network without.
        opt_state: the optimizer's moments, zero where pruned.
    """

    step: jax.Array
    seed: jax.Array
    params: Tree
    batch_stats: Tree
    opt_state: Tree

    def weights(self, masks: Tree) -> Weights:
        """Return the weights of this moment, under their masks."""
        return Weights(self.params, self.batch_stats, masks)


def create_state(
    weights: Weights, optimizer: optax.GradientTransformation, seed: int, step: int = 0
) -> TrainState:
    """Return a state with a fresh optimizer. It owns its arrays: the step may donate them.

    Args:
        weights: copied; what is pruned of them is zero already.
        optimizer: gives the empty moments.
        seed: of augmentation and dropout, in [0, 2**32).
        step: where the learning-rate schedule and the data order start.
    """
    return TrainState(
        step=jnp.asarray(step, jnp.int32),
        seed=jnp.asarray(seed, jnp.uint32),
        params=copy(weights.params),
        batch_stats=copy(weights.batch_stats),
        opt_state=jax.jit(optimizer.init)(weights.params),
    )


def copy(tree: Tree) -> Tree:
    """Return a tree of new buffers, so that donating it leaves the original alone."""
    return jax.device_put(tree, may_alias=False)  # which needs no program, unlike `jnp.array`


def mask_state(
    state: TrainState, masks: Tree, optimizer: optax.GradientTransformation
) -> TrainState:
    """Return a copy of `state` whose weights and moments are zero where `masks` is false."""
    kept = optax.tree_utils.tree_map_params(
        optimizer,
        lambda _, mask: mask,
        state.opt_state,
        masks,
        transform_non_params=lambda _: np.True_,
    )
    params, moments = _select((masks, kept), (state.params, state.opt_state))
    rest = copy(replace(state, params={}, opt_state={}))
    return replace(rest, params=params, opt_state=moments)


@jax.jit
def _select(masks: Tree, tree: Tree) -> Tree:
    """One program for all leaves: a program a shape takes a second to make and keeps its memory."""
    return jax.tree.map(lambda m, x: jnp.where(m, x, jnp.zeros((), x.dtype)), masks, tree)


def moments(state: TrainState) -> dict[str, Tree]:
    """Return every parameter-shaped tree inside the optimizer's state, by its place."""
    structure = jax.tree.structure(state.params)
    places: dict[str, Tree] = {}

    def visit(node: object, place: str) -> None:
        if jax.tree.structure(node) == structure:
            places[place] = node
        elif isinstance(node, tuple):
            names = getattr(node, "_fields", range(len(node)))
            for name, child in zip(names, node, strict=True):
                visit(child, f"{place}.{name}")

    visit(state.opt_state, "optimizer")
    return places
