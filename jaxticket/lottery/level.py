"""One level: what is kept of a training, and when; where it goes on, and where it ends."""

import math
from collections import deque
from dataclasses import dataclass

from jaxticket.lottery.checkpoints import Checkpoints
from jaxticket.lottery.divergence import EXPLODED, ROW, LossExploded, explodes
from jaxticket.lottery.drawing import Drawing
from jaxticket.lottery.execution import Execution
from jaxticket.lottery.experiment import Budget, Experiment
from jaxticket.lottery.invariants import first_nonfinite
from jaxticket.lottery.progress import Progress
from jaxticket.training import OneByOne, TrainState, Turns, of_logits
from jaxticket.training.loop import Metrics
from jaxticket.training.state import copy
from jaxticket.trees import Tree
from jaxticket.weights import Weights


class NonFiniteLoss(FloatingPointError):
    """The loss became NaN or infinite; the last checkpoint is kept."""


class Stopped(KeyboardInterrupt):
    """The run was asked to end; a checkpoint was saved."""


@dataclass(frozen=True)
class Trained:
    """A trained level.

    Attributes:
        state: at its last step.
        weights: chosen.
        of_step: after which they were those.
        progress: how it went.
    """

    state: TrainState
    weights: Weights
    of_step: int
    progress: Progress


def train_level(
    experiment: Experiment,
    level: int,
    start: TrainState,
    masks: Tree,
    execution: Execution,
    drawing: Drawing | None = None,
) -> Turns[Trained]:
    """Train one level from `start`, or from the newest checkpoint inside it.

    Its run folder keeps the checkpoints; at step K of level 0, the rewind point; and where it is
    drawn from, the weights of then. A level that only leads to the next ends there.

    Args:
        experiment: what all levels share.
        level: its number.
        start: the (rewound) state; donated.
        masks: the level's masks.
        execution: where it keeps, and who does the steps; its callbacks may ask to stop.
        drawing: says when it is drawn from; None for its end.

    Raises:
        NonFiniteLoss: names the step and the learning rate.
        LossExploded: likewise; the loss is finite, and has been far above guessing for long.
        Stopped: the callbacks asked for it; a checkpoint was saved.
        Damaged: a newer version saved the checkpoint.
    """
    e, budget, clock = experiment, experiment.budget, execution.clock
    first = int(start.step)
    last = (first // budget.steps + 1) * budget.steps
    rewind_at = e.rewind.step if level == 0 else 0
    draw_at = (drawing and drawing.step) or 0
    if drawing and drawing.ends and draw_at:
        last = draw_at
    checkpoints = Checkpoints(execution.run.partial(level), budget, drawing, execution.now)
    state, best, progress = checkpoints.restore(start, masks, execution.callbacks.remarked)
    at = int(state.step)
    execution.log.forget_after((level, at))
    execution.callbacks.level_started(level, e.sparsities[level], at, last, resumed=at > first)
    earlier, before = dict(clock.seconds), progress.seconds
    unread: deque[tuple[int, Metrics]] = deque()
    trainer = execution.trainer or OneByOne(e.step)
    trainer.begin(state, masks, e.feed(level), clock.measure)
    del state

    def over() -> bool:
        whole = at % budget.steps_per_epoch == 0
        return (
            at == last
            or _leads_on(drawing, at, progress)
            or (whole and at >= rewind_at and _is_stale(progress, budget))
        )

    while not over():
        epoch_end = (at // budget.steps_per_epoch + 1) * budget.steps_per_epoch
        stops = [epoch_end, *(stop for stop in (rewind_at, draw_at) if stop > at)]
        trainer.ask(min(*(stop - at for stop in stops), checkpoints.steps_left()))
        yield
        done = trainer.answer()
        for metrics in done:
            at += 1
            execution.run.count_step()
            unread.append((at, metrics))
        _read(e, level, unread, len(done), progress, execution)
        epoch_done = at == epoch_end
        due = checkpoints.due(len(done))
        looks = drawing is not None and drawing.looks(at, progress, epoch_done=epoch_done)
        if epoch_done or due or looks or at == rewind_at:
            _read(e, level, unread, 0, progress, execution)
        if at == rewind_at:
            execution.run.keep("rewind", trainer.state)
        if epoch_done:
            weights = trainer.state.weights(masks)
            with clock.measure("evaluate"):
                better = progress.close_epoch(at, _validate(e, level, at, weights, execution))
            if better and budget.patience is not None:
                best = Weights(copy(weights.params), copy(weights.batch_stats), masks)
        if drawing and looks:
            _draw(drawing, at, trainer.state.weights(masks), progress, execution)
        stopping = execution.callbacks.stop_requested()
        if stopping or (due and not over()):
            _read(e, level, unread, 0, progress, execution)
            with clock.measure("checkpoint"):
                _refuse_nonfinite(level, at, trainer.state)
                execution.sync()
                seconds = added(before, clock.since(earlier))
                checkpoints.save(trainer.state, best, progress, seconds)
            if stopping:
                checkpoints.wait()
                raise Stopped(f"stopped at step {at} of level {level}; a checkpoint is saved")
    progress.seconds = added(before, clock.since(earlier))
    _refuse_nonfinite(level, at, trainer.state)
    weights, of_step = trainer.state.weights(masks), at
    if best is not None and not _leads_on(drawing, at, progress):
        weights, of_step = best, progress.best_step
    if drawing and progress.drawn_at < 0:  # masks did not settle, or patience came to its end
        drawing.keep(at, weights, progress)
    return Trained(trainer.state, weights, of_step, progress)


def stop_if_asked(level: int, execution: Execution) -> None:
    """End the run after a level that is kept, where the callbacks ask for it.

    Raises:
        Stopped: they do.
    """
    if execution.callbacks.stop_requested():
        raise Stopped(f"stopped after level {level}, which is kept")


def _read(
    experiment: Experiment,
    level: int,
    unread: deque[tuple[int, Metrics]],
    left: int,
    progress: Progress,
    execution: Execution,
) -> None:
    """Fetch, tell and log the metrics of all steps but so many of the newest.

    Raises:
        NonFiniteLoss, LossExploded: see `train_level`.
    """
    while len(unread) > left:
        step, values = unread.popleft()
        with execution.clock.measure("train"):
            metrics = {name: float(value) for name, value in values.items()}
        if not math.isfinite(metrics["loss"]):
            raise NonFiniteLoss(
                f"the loss is {metrics['loss']} at step {step} of level {level}, with learning "
                f"rate {metrics['learning_rate']:.3g}. The last checkpoint is kept in "
                f"{execution.run.path}. Try a lower --learning_rate, in another run_dir."
            )
        progress.add_step(
            metrics["loss"], explodes=explodes(metrics["loss"], experiment.detector.num_logits)
        )
        execution.stepped(level, step, metrics)
        if progress.exploded >= ROW:
            raise LossExploded(
                f"the loss was more than {EXPLODED:g} times that of guessing for {ROW} steps in a "
                f"row, {metrics['loss']:.3g} at step {step} of level {level}, with learning rate "
                f"{metrics['learning_rate']:.3g}. The last checkpoint is kept in "
                f"{execution.run.path}. Try a lower --learning_rate, in another run_dir."
            )


def _draw(
    drawing: Drawing, at: int, weights: Weights, progress: Progress, execution: Execution
) -> None:
    """Draw from a level, if the time has come."""
    _refuse_nonfinite(drawing.level, at, weights)
    with execution.clock.measure("prune"):
        now = drawing.is_due(weights, progress)
    if now:
        with execution.clock.measure("checkpoint"):
            drawing.keep(at, weights, progress)


def _leads_on(drawing: Drawing | None, at: int, progress: Progress) -> bool:
    """Return whether a level ends after a step since the next one is drawn from it there."""
    return drawing is not None and drawing.ends and progress.drawn_at == at


def _is_stale(progress: Progress, budget: Budget) -> bool:
    return bool(budget.patience) and progress.stale >= budget.patience


def _validate(
    experiment: Experiment, level: int, at: int, weights: Weights, execution: Execution
) -> float:
    """Return the validation value that patience watches.

    Raises:
        NonFiniteLoss: it is NaN since the weights are.
        ValueError: it is NaN for another reason, and there is patience.
    """
    logits = experiment.predict("validation", weights)
    metrics = of_logits(experiment.validation.labels, logits, experiment.budget.metric)
    execution.validated(level, at, metrics)
    name = experiment.budget.metric
    if experiment.budget.patience is not None and math.isnan(metrics[name]):
        _refuse_nonfinite(level, at, weights)
        raise ValueError(
            f"the metric {name} is NaN on the validation split after step {at} of level {level}: "
            "patience cannot watch it"
        )
    return metrics[name]


def _refuse_nonfinite(level: int, at: int, state: TrainState | Weights) -> None:
    path = first_nonfinite({"params": state.params, "batch_stats": state.batch_stats})
    if path:
        raise NonFiniteLoss(
            f"{path} is not finite after step {at} of level {level}. The last checkpoint is kept. "
            "Try a lower --learning_rate, in another run_dir."
        )


def added(before: dict[str, float], more: dict[str, float]) -> dict[str, float]:
    """Return the sums of two accounts of seconds by activity."""
    return {k: before.get(k, 0.0) + more.get(k, 0.0) for k in sorted(before.keys() | more.keys())}
