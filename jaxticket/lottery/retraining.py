"""Training a ticket, or a control of it, once more: on its own data, or on others."""

from dataclasses import dataclass, replace
from pathlib import Path

import jax
import jax.numpy as jnp

from jaxticket import masks as masks_lib
from jaxticket.lottery.controls import Start, control
from jaxticket.lottery.execution import Execution
from jaxticket.lottery.experiment import Experiment
from jaxticket.lottery.invariants import check_end, check_start
from jaxticket.lottery.kept_ticket import by_place
from jaxticket.lottery.level import stop_if_asked, train_level
from jaxticket.lottery.record import keep_data_counts, keep_level
from jaxticket.lottery.rewinding import rewound
from jaxticket.runs import LevelRecord, read_beginning, read_level
from jaxticket.runs.checkpoints import restore_tree
from jaxticket.tickets import RewindPoint, nested
from jaxticket.tickets import Ticket as TicketFile
from jaxticket.training import TrainState, Turns, create_state, finished
from jaxticket.trees import Tree, replace_leaves
from jaxticket.weights import Weights, dense


@dataclass(frozen=True)
class Ticket:
    """A level of a finished run.

    Attributes:
        level: its number.
        masks: its masks.
        init: the beginning of its run.
        rewind: where its training began if not at `init` with a fresh optimizer: with `step:K`,
            the state at step K of its run's level 0.
    """

    level: int
    masks: Tree
    init: Weights
    rewind: TrainState | None = None


def read_ticket(path: Path, experiment: Experiment, level: int) -> Ticket:
    """Read a ticket from its run folder, which stays as it is.

    Args:
        path: the run folder.
        experiment: names the rewinding.
        level: of the ticket.

    Raises:
        FileNotFoundError: the level is not there, or was not kept in full.
        ValueError: the run rewound to no fixed point, so that its levels have no controls.
    """
    if experiment.rewind.kind not in ("init", "step"):
        raise ValueError(
            f"the ticket of {path} was not rewound (rewind {experiment.rewind}): its level began "
            "from the level before, and only levels that began from a fixed point have controls"
        )
    masks, init, rewind = read_level(path, level).masks, read_beginning(path), None
    if experiment.rewind.kind == "step":
        state = create_state(init, experiment.optimizer, seed=0)
        rewind = restore_tree(path / "rewind", state)
    return Ticket(level, masks, init, rewind)


def unpacked(experiment: Experiment, ticket: TicketFile, point: RewindPoint) -> Ticket:
    """Return the ticket of two files, to be trained again.

    Args:
        experiment: as the ticket's recipe says.
        ticket: as it was read.
        point: its rewind point, pruned.

    Raises:
        ValueError: the point has another optimizer's state.
    """
    init = dense(*(jax.tree.map(jnp.asarray, nested(part)) for part in
                   (point.params, point.batch_stats)))  # fmt: skip
    masks = replace_leaves(init.masks, {k: jnp.asarray(v) for k, v in ticket.masks.items()})
    state = create_state(init, experiment.optimizer, seed=0, step=point.step)
    if point.optimizer:
        fresh = by_place(state.opt_state)
        form = {place: (leaf.shape, leaf.dtype) for place, leaf in fresh.items()}
        if form != {place: (leaf.shape, leaf.dtype) for place, leaf in point.optimizer.items()}:
            raise ValueError("the rewind point holds the state of another optimizer")
        leaves = [jnp.asarray(point.optimizer[place]) for place in fresh]
        moments = jax.tree.unflatten(jax.tree.structure(state.opt_state), leaves)
        state = replace(state, opt_state=moments)
    return Ticket(ticket.manifest.level, masks, init, state)


def control_of(experiment: Experiment, kind: str, ticket: Ticket) -> Start:
    """Return the masks and the unpruned state in which a ticket's control starts, as `control`."""
    point = _point(experiment, ticket)
    return control(experiment, kind, ticket.level, ticket.masks, point)


def retrain(experiment: Experiment, kind: str, ticket: Ticket, execution: Execution) -> LevelRecord:
    """Train a ticket or a control of it; what the run folder has already is not done again.

    On the ticket's own data `ticket` gives the ticket's level again, bit for bit.

    Args:
        experiment: as the ticket's; its data may be others.
        kind: what is trained, as for `controls.check_control`.
        ticket: whose control it is.
        execution: its run folder keeps one level, of the ticket's number.

    Returns:
        The level's record.

    Raises:
        NonFiniteLoss, Stopped, InvariantViolation: as `find_ticket`.
    """
    return finished(retrain_turns(experiment, kind, ticket, execution))


def retrain_turns(
    experiment: Experiment, kind: str, ticket: Ticket, execution: Execution
) -> Turns[LevelRecord]:
    """Do what `retrain` does, in turns with others that the same trainer trains."""
    e, level, run = experiment, ticket.level, execution.run
    execution.callbacks.started(level + 1, e.budget.steps)
    keep_data_counts(e, run)
    restored = run.has(level)
    if not restored:
        masks, point = control_of(e, kind, ticket)
        start = rewound(e, point, masks)
        whole = masks_lib.full(start.params)
        check_start(replace(e, scope="global"), level, start, masks, whole, point)
        trained = yield from train_level(e, level, start, masks, execution)
        check_end(level, trained.state, masks)
        keep_level(e, level, trained, {}, [], execution)
    run.tidy(level, None)
    record = run.evaluation(level)
    execution.callbacks.level_done(record, restored=restored)
    if not restored:
        stop_if_asked(level, execution)
    return record


def _point(e: Experiment, ticket: Ticket) -> TrainState:
    """The unpruned state that the ticket was rewound to."""
    fresh = create_state(ticket.init, e.optimizer, e.level_seed(ticket.level))
    if ticket.rewind is None:
        return fresh
    return replace(ticket.rewind, seed=fresh.seed)
