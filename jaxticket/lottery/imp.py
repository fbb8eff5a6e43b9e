"""Iterative magnitude pruning: the outer loop (Frankle and Carbin 2019, 1803.03635)."""

from jaxticket.lottery.drawing import make_drawing, mean_steps
from jaxticket.lottery.execution import Execution
from jaxticket.lottery.experiment import Experiment
from jaxticket.lottery.invariants import check_end, check_start
from jaxticket.lottery.level import stop_if_asked, train_level
from jaxticket.lottery.prune import prune
from jaxticket.lottery.record import keep_data_counts, keep_level
from jaxticket.lottery.rewinding import rewind_point, rewound
from jaxticket.runs import LevelRecord
from jaxticket.training import Turns, finished
from jaxticket.weights import Weights


def find_ticket(experiment: Experiment, init: Weights, execution: Execution) -> list[LevelRecord]:
    """Train, prune, rewind, level by level; what the run folder has already is not done again.

    Args:
        experiment: detector, step, data and choices.
        init: the saved beginning, unpruned.
        execution: its run folder keeps every level.

    Returns:
        The record of every level; of one that only leads to the next, its counts.

    Raises:
        NonFiniteLoss: a loss is not a number; see `level`.
        Stopped: the callbacks asked for it.
        InvariantViolation: a contract is broken; see `invariants`.
    """
    return finished(ticket_turns(experiment, init, execution))


def ticket_turns(
    experiment: Experiment, init: Weights, execution: Execution
) -> Turns[list[LevelRecord]]:
    """Do what `find_ticket` does, in turns with others that the same trainer trains."""
    e, run, clock = experiment, execution.run, execution.clock
    records: list[LevelRecord] = []
    keep_data_counts(e, run)
    execution.callbacks.started(len(e.sparsities), mean_steps(e))
    for level in range(len(e.sparsities)):
        restored, parent = run.has(level), e.parent(level)
        passed = parent in e.passing
        if not restored:
            weights = init
            if level > 0:
                drawn = e.draws(parent) and not passed
                with clock.measure("checkpoint"):
                    weights = run.restore_level(parent, init, drawn=drawn)
            masks, thresholds = weights.masks, {}
            point = rewind_point(e, level, init, weights, run)
            if level > 0:
                with clock.measure("prune"):
                    masks, thresholds = prune(e, level, weights, point)
            start = rewound(e, point, masks)
            check_start(e, level, start, masks, weights.masks, point)
            drawing = make_drawing(e, level, init, masks, run)
            del weights, point  # as much memory as the training itself takes
            trained = yield from train_level(e, level, start, masks, execution, drawing)
            check_end(level, trained.state, masks)
            keep_level(e, level, trained, thresholds, records, execution)
            del trained
        run.tidy(level, parent if passed else None, parent if parent > 0 else None)
        records.append(run.evaluation(level))
        execution.callbacks.level_done(records[-1], restored=restored)
        if not restored:
            stop_if_asked(level, execution)
    return records
