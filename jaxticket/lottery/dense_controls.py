"""Dense controls: what as many weights, or as many steps, do in a network that is not pruned.

    small_dense  fewer channels: as many parameters as the ticket has left, under its own budget
    long_dense   the dense network itself, from the same beginning, for as many steps as all the
                 trainings took that led to the ticket

A ticket costs the training of every network that it was pruned from. `long_dense` spends the same
on level 0: the same initial weights, seed, order of batches and augmentation, and a schedule of the
same form, stretched over all of it. In whole epochs, rounded up: with `step:K` later levels take K
steps fewer each. With patience it takes the steps that the levels really took, stops no earlier,
and keeps its best weights, as they do.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jax

from jaxticket import masks as masks_lib
from jaxticket.lottery.assemble import by_detector
from jaxticket.lottery.experiment import Experiment, Rewind
from jaxticket.lottery.retraining import Ticket
from jaxticket.lottery.rewinding import first_step
from jaxticket.models import build, width_of
from jaxticket.pruning import parse_search
from jaxticket.recipe import Options
from jaxticket.runs.controls import LONG_DENSE, SMALL_DENSE
from jaxticket.runs.levels import read_evaluation
from jaxticket.runs.spent import spent
from jaxticket.weights import dense

DenseControl = Callable[[Options, Experiment, Ticket, Path], tuple[Experiment, Ticket]]
"""`(options, experiment, ticket, run) -> (experiment, ticket)`: of a ticket of a run folder, the
experiment whose `ticket` of kind `ticket` is the control."""


def small_dense(
    options: Options, experiment: Experiment, ticket: Ticket, run: Path
) -> tuple[Experiment, Ticket]:
    """Return the experiment of a narrower, dense network, and its beginning as a ticket.

    It has as many parameters as the ticket has left, or as nearly as channels allow; its weights
    are drawn from the ticket's seed.
    """
    left = masks_lib.parameters_left(ticket.masks, experiment.prunable)
    logits, size = experiment.detector.num_logits, options.image_size
    detector = build(options.model, logits, width_of(options.model, logits, size, left))
    init = dense(*detector.init(jax.random.key(options.seed), size))
    narrow = by_detector(options, detector, init, experiment.budget.steps)
    return replace(experiment, **narrow, **_unpruned(experiment)), Ticket(
        ticket.level, init.masks, init
    )


def long_dense(
    options: Options, experiment: Experiment, ticket: Ticket, run: Path
) -> tuple[Experiment, Ticket]:
    """Return the experiment of the dense network, given all the steps that led to the ticket.

    Raises:
        FileNotFoundError, Damaged: a level that led to it cannot be read.
    """
    budget = experiment.budget
    epochs = -(-steps_taken(run, experiment, ticket.level) // budget.steps_per_epoch)
    # Patience of all epochs: the best weights are kept, and none comes to its end.
    longer = replace(budget, epochs=epochs, patience=budget.patience and epochs)
    stretched = by_detector(options, experiment.detector, ticket.init, longer.steps)
    # Level 0 trained in the same order, and from the beginning, whatever later levels do.
    as_level_0 = {"data_order": "same", "rewind": Rewind("init"), **_unpruned(experiment)}
    experiment = replace(experiment, **stretched, **as_level_0, budget=longer)
    return experiment, Ticket(ticket.level, ticket.init.masks, ticket.init)


DENSE_CONTROLS: dict[str, DenseControl] = {SMALL_DENSE: small_dense, LONG_DENSE: long_dense}
"""By name."""


def levels_of_steps(kind: str, level: int, options: Options) -> float:
    """Return how many full levels' steps, about, the training of a control takes.

    Args:
        kind: as in a recipe.
        level: of the ticket.
        options: by which it was found.
    """
    if kind != LONG_DENSE:
        return 1.0
    before = min(level, 1) if options.pruning == "one_shot" else level
    return 1.0 + before * parse_search(options.search).fraction


def steps_taken(run: Path, experiment: Experiment, level: int) -> int:
    """Return how many training steps a level took together with all that led to it.

    Iteratively pruned, these are all levels up to it, also those that only lead to the next; in one
    jump, level 0 and itself. What a level took after the next was drawn from it is not counted.

    Args:
        run: the folder of the run.
        experiment: of the run.
        level: its number.

    Raises:
        FileNotFoundError, Damaged: one of them cannot be read.
    """
    chain = [read_evaluation(run, number) for number in experiment.line(level)]
    drawn = not experiment.search.is_full
    return spent(chain, first_step(experiment, 1), drawn=drawn).steps


def _unpruned(experiment: Experiment) -> dict[str, tuple[float, ...]]:
    return {"sparsities": (0.0,) * len(experiment.sparsities)}
