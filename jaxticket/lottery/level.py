"""One level: a training with validation, patience and checkpoints inside."""

import math
import time
from dataclasses import asdict, dataclass, field
from typing import Any

import jax

from jaxticket.data import training_batches
from jaxticket.lottery.experiment import Experiment
from jaxticket.lottery.invariants import first_nonfinite
from jaxticket.lottery.watch import Watch
from jaxticket.runs import Clock, Run
from jaxticket.runs.log import MetricsLog
from jaxticket.training import TrainState, of_logits, predict
from jaxticket.training.state import copy
from jaxticket.trees import Tree

CHECKPOINT_SECONDS = 60.0


class NonFiniteLoss(FloatingPointError):
    """The loss became NaN or infinite; the last checkpoint is kept."""


class Stopped(KeyboardInterrupt):
    """The run was asked to end; a checkpoint was saved."""


@dataclass
class Progress:
    """What a level knows of itself besides arrays; kept in its checkpoints.

    Attributes:
        epoch_losses: mean training loss of every full epoch so far.
        epoch_sum, epoch_steps: the sum of losses and the steps in the epoch under way.
        best_value, best_step: the best validation value and its step; -1 before the first.
        stale: epochs since.
        seconds: time spent, by activity, before the last checkpoint.
    """

    epoch_losses: list[float] = field(default_factory=list)
    epoch_sum: float = 0.0
    epoch_steps: int = 0
    best_value: float = -math.inf
    best_step: int = -1
    stale: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Trained:
    """A trained level: the state at its last step, the weights chosen, and how it went."""

    state: TrainState
    params: Tree
    batch_stats: Tree
    progress: Progress


def train_level(
    experiment: Experiment,
    level: int,
    start: TrainState,
    masks: Tree,
    run: Run,
    log: MetricsLog,
    watch: Watch,
    clock: Clock,
) -> Trained:
    """Train one level from `start`, or from the newest checkpoint inside it.

    Args:
        experiment: what all levels share.
        level: its number.
        start: the (rewound) state; donated.
        masks: the level's masks.
        run: keeps checkpoints, and at step K of level 0 the rewind point.
        log: takes every step's and epoch's metrics.
        watch: is told, and may ask to stop.
        clock: of the command.

    Raises:
        NonFiniteLoss: names the step and the learning rate.
        Stopped: the watch asked for it; a checkpoint was saved.
    """
    budget = experiment.budget
    first = int(start.step)
    last = (first // budget.steps + 1) * budget.steps
    rewind_at = experiment.rewind.step if level == 0 else 0
    partial = run.partial(level)
    state, best, progress = _resume(partial.restore(_arrays(start, None, budget.patience)), start)
    at = int(state.step)
    log.forget_after((level, at))
    watch.level_started(level, experiment.sparsities[level], at, last, resumed=at > first)
    earlier = dict(clock.seconds)
    saves = _Saves(budget.checkpoint_every)
    batches = training_batches(
        experiment.train,
        budget.batch_size,
        seed=experiment.level_seed(level),
        start_step=at,
        balance=experiment.balance,
        mixture=experiment.mixture,
    )
    waiting: tuple[int, dict[str, jax.Array]] | None = None

    def read(metrics_at: tuple[int, dict[str, jax.Array]] | None) -> None:
        """Fetch a step's metrics: one step late, so that the device always has work queued."""
        if metrics_at is None:
            return
        with clock.measure("train"):
            step, metrics = metrics_at[0], {k: float(v) for k, v in metrics_at[1].items()}
        if not math.isfinite(metrics["loss"]):
            raise NonFiniteLoss(
                f"the loss is {metrics['loss']} at step {step} of level {level}, with learning "
                f"rate {metrics['learning_rate']:.3g}. The last checkpoint is kept in {run.path}. "
                "Try a lower --learning_rate, in another run_dir."
            )
        progress.epoch_sum += metrics["loss"]
        progress.epoch_steps += 1
        watch.stepped(level, step, metrics)
        log.append(level, step, "train", metrics)

    while at < last:
        with clock.measure("data"):
            batch = next(batches)
        run.count_step()
        with clock.measure("train"):
            state, metrics = experiment.step(state, masks, batch)
        at += 1
        read(waiting)
        waiting = at, metrics
        epoch_done = at % budget.steps_per_epoch == 0
        stopping = watch.stop_requested()
        due = saves.due()
        if epoch_done or stopping or due or at == rewind_at:
            read(waiting)
            waiting = None
        if at == rewind_at:
            run.keep("rewind", state)
        if epoch_done:
            with clock.measure("evaluate"):
                better = _validate(experiment, level, at, state, progress, log, watch)
            if better and budget.patience is not None:
                best = copy(_weights(state))
            if budget.patience and progress.stale >= budget.patience and at >= rewind_at:
                break
        if (due or stopping) and at < last:
            with clock.measure("checkpoint"):
                _refuse_nonfinite(level, at, state)
                notes = asdict(progress) | {
                    "seconds": added(progress.seconds, clock.since(earlier))
                }
                log.flush()
                partial.save(at, _arrays(state, best, budget.patience), notes)
            if stopping:
                raise Stopped(f"stopped at step {at} of level {level}; a checkpoint is saved")
    progress.seconds = added(progress.seconds, clock.since(earlier))
    _refuse_nonfinite(level, at, state)
    chosen = best or _weights(state)
    return Trained(state, chosen["params"], chosen["batch_stats"], progress)


class _Saves:
    """Says when a checkpoint inside a level is due."""

    def __init__(self, every: int | None):
        self._every = every
        self._steps = 0
        self._since = time.perf_counter()

    def due(self) -> bool:
        self._steps += 1
        late = time.perf_counter() - self._since >= CHECKPOINT_SECONDS
        if (self._steps >= self._every) if self._every else late:
            self._steps = 0
            self._since = time.perf_counter()
            return True
        return False


def _validate(
    experiment: Experiment, level: int, at: int, state: TrainState, progress: Progress,
    log: MetricsLog, watch: Watch,
) -> bool:  # fmt: skip
    """Close an epoch; return whether its validation value is the best so far."""
    examples = experiment.validation
    logits = predict(
        experiment.evaluate, state.params, state.batch_stats, examples,
        experiment.budget.batch_size,
    )  # fmt: skip
    metrics = of_logits(examples.labels, logits)
    log.append(level, at, "validation", metrics)
    watch.validated(level, at, metrics)
    progress.epoch_losses.append(progress.epoch_sum / max(progress.epoch_steps, 1))
    progress.epoch_sum, progress.epoch_steps = 0.0, 0
    better = metrics[experiment.budget.metric] > progress.best_value
    if better:
        progress.best_value, progress.best_step = metrics[experiment.budget.metric], at
    progress.stale = 0 if better else progress.stale + 1
    return better


def _arrays(state: TrainState, best: Tree | None, patience: int | None) -> Tree:
    """Return what a checkpoint holds: with patience always best weights, so its form is fixed."""
    if patience is None:
        return {"state": state}
    return {"state": state, "best": best or _weights(state)}


def _weights(state: TrainState) -> Tree:
    return {"params": state.params, "batch_stats": state.batch_stats}


def _resume(
    found: tuple[Tree, dict[str, Any]] | None, start: TrainState
) -> tuple[TrainState, Tree | None, Progress]:
    if found is None:
        return start, None, Progress()
    arrays, progress = found[0], Progress(**found[1])
    # Before the first validation there are no best weights: those saved only hold the place.
    return arrays["state"], arrays.get("best") if progress.best_step >= 0 else None, progress


def _refuse_nonfinite(level: int, at: int, state: TrainState) -> None:
    path = first_nonfinite({"params": state.params, "batch_stats": state.batch_stats})
    if path:
        raise NonFiniteLoss(
            f"{path} is not finite after step {at} of level {level}. The last checkpoint is kept. "
            "Try a lower --learning_rate, in another run_dir."
        )


def added(before: dict[str, float], more: dict[str, float]) -> dict[str, float]:
    """Return the sums of two accounts of seconds by activity."""
    return {k: before.get(k, 0.0) + more.get(k, 0.0) for k in sorted(before.keys() | more.keys())}
