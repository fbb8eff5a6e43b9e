"""Controls: what a ticket must beat before it may be called one.

    ticket         the ticket itself: its mask, survivors at the rewind point
    random_layers  a random mask with the ticket's number of survivors in every layer
    random_global  a random mask with its number of survivors in the whole network
    shuffle        mask and rewound weights of every layer moved to random places together
    reinit         the ticket's mask, with other random weights

`random_layers` and `shuffle` keep what a layer's width is and destroy which connections are left
(Frankle et al. 2021, 2009.08576, section 5; Su et al. 2020, 2009.11094); `shuffle` also keeps the
survivors' initial values as they are, so that a choice of lucky values remains and only their
places go. `reinit` is the control of Frankle and Carbin 2019 (1803.03635). Each differs from the
ticket in that and in nothing else: same budget, data order, augmentation and rewinding. Two things
follow from what they are: with `step:K` a `reinit` has no state at step K and trains from step 0, K
steps more than the ticket; and `shuffle` moves kernels only, not the biases, normalisation
parameters and running statistics of the places.
"""

from dataclasses import replace
from typing import Literal, get_args

import jax
import jax.numpy as jnp
import numpy as np

from jaxticket import masks as masks_lib
from jaxticket.lottery.experiment import Experiment
from jaxticket.training import TrainState, create_state
from jaxticket.trees import Tree, leaves_by_path, replace_leaves
from jaxticket.weights import dense

Control = Literal["ticket", "random_layers", "random_global", "shuffle", "reinit"]
CONTROLS: tuple[Control, ...] = get_args(Control)


def control(
    experiment: Experiment, kind: Control, level: int, masks: Tree, point: TrainState
) -> tuple[Tree, TrainState]:
    """Return the masks of a control, and the unpruned state in which its training starts.

    The draws go by (seed, level, kind).

    Args:
        experiment: names seed, prunable leaves and detector.
        kind: see the module.
        level: of the ticket.
        masks: the ticket's.
        point: the unpruned state that the ticket was rewound to.
    """
    draw = np.random.default_rng([experiment.seed, level, CONTROLS.index(kind)])
    if kind == "random_layers":
        return _random(masks, [(path,) for path in experiment.prunable], draw), point
    if kind == "random_global":
        return _random(masks, [experiment.prunable], draw), point
    if kind == "shuffle":
        return _shuffled(experiment, masks, point, draw)
    if kind == "reinit":
        return masks, _fresh(experiment, level, draw)
    return masks, point


def _random(masks: Tree, groups: list[tuple[str, ...]], draw: np.random.Generator) -> Tree:
    """Return masks with as many survivors in each group of leaves, at random places."""
    leaves = {path: np.asarray(leaf) for path, leaf in leaves_by_path(masks).items()}
    new = {}
    for group in groups:
        flat = draw.permutation(np.concatenate([leaves[path].ravel() for path in group]))
        ends = np.cumsum([leaves[path].size for path in group])[:-1]
        for path, part in zip(group, np.split(flat, ends), strict=True):
            new[path] = jnp.asarray(part.reshape(leaves[path].shape))
    return replace_leaves(masks, new)


def _shuffled(
    e: Experiment, masks: Tree, point: TrainState, draw: np.random.Generator
) -> tuple[Tree, TrainState]:
    """Return masks and weights with the places of every prunable leaf permuted alike.

    The optimizer's moments are those of the places: with `step:K` they are permuted too.
    """
    sizes = {path: leaf.size for path, leaf in leaves_by_path(masks).items()}
    orders = {path: draw.permutation(sizes[path]) for path in e.prunable}

    def permuted(tree: Tree) -> Tree:
        leaves = leaves_by_path(tree)
        new = {
            path: jnp.asarray(np.asarray(leaves[path]).ravel()[order].reshape(leaves[path].shape))
            for path, order in orders.items()
        }
        return replace_leaves(tree, new)

    structure = jax.tree.structure(point.params)
    moments = jax.tree.map(
        lambda node: permuted(node) if jax.tree.structure(node) == structure else node,
        point.opt_state,
        is_leaf=lambda node: jax.tree.structure(node) == structure,
    )
    return permuted(masks), replace(point, params=permuted(point.params), opt_state=moments)


def _fresh(e: Experiment, level: int, draw: np.random.Generator) -> TrainState:
    """Return other random weights, at step 0: they have no state at a step K."""
    key = jax.random.key(int(draw.integers(2**32)))
    fresh = dense(*e.detector.init(key, e.train.image_size))
    return create_state(fresh, e.optimizer, e.level_seed(level))


def differences(
    ticket: tuple[Tree, TrainState], other: tuple[Tree, TrainState], prunable: tuple[str, ...]
) -> dict[str, float]:
    """Return how much a control shares with its ticket, each in [0, 1].

    Args:
        ticket: masks and unpruned starting state.
        other: those of the control.
        prunable: paths of the prunable leaves.

    Returns:
        `mask_overlap`, intersection over union of the survivors; `same_weights`, the share of all
        parameters that are bitwise equal before pruning.
    """
    pairs = zip(jax.tree.leaves(ticket[1].params), jax.tree.leaves(other[1].params), strict=True)
    equal = [np.asarray(a) == np.asarray(b) for a, b in pairs]
    return {
        "mask_overlap": masks_lib.overlap(ticket[0], other[0], prunable),
        "same_weights": sum(int(one.sum()) for one in equal) / sum(one.size for one in equal),
    }
