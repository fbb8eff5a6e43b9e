"""Iterative magnitude pruning: the outer loop (Frankle and Carbin 2019, 1803.03635)."""

from typing import Any

from jaxticket import masks as masks_lib
from jaxticket.lottery.experiment import Experiment
from jaxticket.lottery.invariants import check_end, check_start
from jaxticket.lottery.level import train_level
from jaxticket.lottery.prune import prune
from jaxticket.lottery.record import keep_level
from jaxticket.lottery.rewinding import rewind_point, rewound
from jaxticket.lottery.watch import Watch
from jaxticket.runs import Clock, Run
from jaxticket.trees import Tree


def find_ticket(
    experiment: Experiment, init: Tree, run: Run, watch: Watch, clock: Clock
) -> list[dict[str, Any]]:
    """Train, prune, rewind, level by level; what the run folder has already is not done again.

    Args:
        experiment: detector, step, data and choices.
        init: `{"params", "batch_stats"}`, the saved beginning.
        run: the open run folder; keeps every level.
        watch: is told what happens.
        clock: of the command; takes where the time goes.

    Returns:
        The evaluation of every level; of one that only leads to the next, its counts.

    Raises:
        NonFiniteLoss: a loss is not a number; see `level`.
        Stopped: the watch asked for it.
        InvariantViolation: a contract is broken; see `invariants`.
    """
    e, weights, masks = experiment, init, masks_lib.full(init["params"])
    records: list[dict[str, Any]] = []
    watch.started(len(e.sparsities), e.budget.steps)
    with run.open_log(e.budget.steps) as log:
        for level in range(len(e.sparsities)):
            restored, parent = run.has(level), e.parent(level)
            if not restored:
                if level > 0:
                    with clock.measure("checkpoint"):
                        weights, masks = run.restore_level(parent, (weights, masks))
                before, thresholds = masks, {}
                point = rewind_point(e, level, init, weights, run)
                if level > 0:
                    with clock.measure("prune"):
                        masks, thresholds = prune(e, level, weights, masks, point)
                start = rewound(e, point, masks)
                check_start(e, level, start, masks, before, point)
                trained = train_level(e, level, start, masks, run, log, watch, clock)
                check_end(level, trained.state, masks)
                keep_level(e, level, trained, masks, thresholds, records, run, log, clock)
            run.tidy(level, parent if parent in e.passing else None)
            records.append(run.evaluation(level))
            watch.level_done(records[-1], restored=restored)
    return records
