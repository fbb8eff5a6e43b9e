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

import zlib
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from jaxticket import masks as masks_lib
from jaxticket.doors import look_up, naming
from jaxticket.lottery.experiment import Experiment
from jaxticket.training import TrainState, create_state
from jaxticket.trees import Tree, leaves_by_path, replace_leaves
from jaxticket.weights import dense

Start = tuple[Tree, TrainState]
"""Masks, and the unpruned state in which training starts."""
Control = Callable[[Experiment, Tree, TrainState, np.random.Generator], Start]
"""`(experiment, masks, point, draw) -> Start`: of a ticket's masks and of the unpruned state that
it was rewound to, what is trained instead; `draw` is all the chance there is."""


def _ticket(e: Experiment, masks: Tree, point: TrainState, draw: np.random.Generator) -> Start:
    return masks, point


def _random_layers(
    e: Experiment, masks: Tree, point: TrainState, draw: np.random.Generator
) -> Start:
    return _random(masks, [(path,) for path in e.prunable], draw), point


def _random_global(
    e: Experiment, masks: Tree, point: TrainState, draw: np.random.Generator
) -> Start:
    return _random(masks, [e.prunable], draw), point


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


def _shuffle(e: Experiment, masks: Tree, point: TrainState, draw: np.random.Generator) -> Start:
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


def _reinit(e: Experiment, masks: Tree, point: TrainState, draw: np.random.Generator) -> Start:
    """Return other random weights, at step 0: they have no state at a step K."""
    key = jax.random.key(int(draw.integers(2**32)))
    fresh = dense(*e.detector.init(key, e.train.image_size))
    return masks, create_state(fresh, e.optimizer, int(point.seed))


CONTROLS: dict[str, Control] = {
    "ticket": _ticket,
    "random_layers": _random_layers,
    "random_global": _random_global,
    "shuffle": _shuffle,
    "reinit": _reinit,
}
"""By name, in the order in which their draws are numbered: new ones come last."""


def check_control(name: str, beside: Collection[str] = ()) -> None:
    """Refuse a control that cannot be had, before anything else is done.

    Args:
        name: a key of `CONTROLS`, or `package.module:name` of a `Control`.
        beside: what the caller knows besides.

    Raises:
        ValueError: there is no such thing, or it is no function.
    """
    row = look_up("control", name, CONTROLS | dict.fromkeys(beside))
    if name not in beside and not callable(row):
        raise ValueError(
            f"the control {name!r} is a {type(row).__name__}: give a function "
            "(experiment, masks, point, draw) -> (masks, point)"
        )


def control(experiment: Experiment, kind: str, level: int, masks: Tree, point: TrainState) -> Start:
    """Return the masks of a control, and the unpruned state in which its training starts.

    The draws go by (seed, level, kind).

    Args:
        experiment: names seed, prunable leaves and detector.
        kind: as for `check_control`.
        level: of the ticket.
        masks: the ticket's.
        point: the unpruned state that the ticket was rewound to.

    Raises:
        ValueError: there is no such control, or a user's own fails, gives another number of
            weights, or what are no masks and no state.
    """
    check_control(kind)
    names = list(CONTROLS)
    number = names.index(kind) if kind in names else len(names) + zlib.crc32(kind.encode())
    draw = np.random.default_rng([experiment.seed, level, number])
    with naming("control", kind):
        start = look_up("control", kind, CONTROLS)(experiment, masks, point, draw)
    _check_start(kind, start, masks, point, experiment.prunable)
    return start


def _check_start(
    kind: str, start: Start, masks: Tree, point: TrainState, prunable: tuple[str, ...]
) -> None:
    """Refuse what is no control of a ticket: it has as many weights, at other places or others."""
    if problem := _problem(start, masks, point):
        raise ValueError(
            f"the control {kind!r} must give (masks, point), like the masks and the state that it "
            f"was given; {problem}"
        )
    left, wanted = (sum(masks_lib.alive(tree, prunable).values()) for tree in (start[0], masks))
    if left != wanted:
        raise ValueError(
            f"the control {kind!r} leaves {left:,} weights and its ticket {wanted:,}: a control "
            "has as many as its ticket"
        )


def _problem(start: Any, masks: Tree, point: TrainState) -> str:
    """Return what keeps a control's answer from being masks and a state, or nothing."""
    if not isinstance(start, tuple) or len(start) != 2:
        size = f" of {len(start)}" if isinstance(start, tuple) else ""
        return f"it gives {type(start).__name__}{size}"
    if not isinstance(start[1], TrainState):
        return (
            f"its point is a {type(start[1]).__name__} and no TrainState: give the point itself, "
            "or dataclasses.replace(point, params=...)"
        )
    for what, tree, like in (
        ("masks", start[0], masks),
        ("parameters", start[1].params, point.params),
    ):
        if jax.tree.structure(tree) != jax.tree.structure(like):
            return f"its {what} are a tree of other leaves"
        leaves = leaves_by_path(tree)
        for path, leaf in leaves_by_path(like).items():
            form, wanted = _form(leaves[path]), _form(leaf)
            if form != wanted:
                return f"its {what} have {form} for {path}, which is {wanted}"
    return ""


def _form(array: Any) -> str:
    return f"{array.dtype}{list(array.shape)}"


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
        "same_weights": sum(int(leaf.sum()) for leaf in equal) / sum(leaf.size for leaf in equal),
    }
