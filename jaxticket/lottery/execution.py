"""What goes with a run through one execution of a command."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jaxticket.lottery.callbacks import Callbacks
from jaxticket.runs import Clock, Run
from jaxticket.runs.log import MetricsLog
from jaxticket.training import Trainer


@dataclass(frozen=True)
class Execution:
    """A run under way: where it keeps, who follows it, and where its time goes. Use it in a `with`.

    Attributes:
        run: the open run folder.
        steps_per_level: spaces the levels on TensorBoard's axis.
        callbacks: are told what happens, and may ask to stop.
        clock: of the command.
        trainer: does the steps; None for one step a dispatch.
        now: a clock in seconds, by which checkpoints are due.
        log: takes every step's and epoch's metrics.
    """

    run: Run
    steps_per_level: int
    callbacks: Callbacks = field(default_factory=Callbacks)
    clock: Clock = field(default_factory=Clock)
    trainer: Trainer | None = None
    now: Callable[[], float] = time.perf_counter
    log: MetricsLog = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "log", self.run.open_log(self.steps_per_level))

    def __enter__(self) -> "Execution":
        return self

    def __exit__(self, *_: object) -> None:
        self.log.close()

    def sync(self) -> None:
        """Put on the disk what is logged and counted: what is kept next goes on from there."""
        self.log.flush()
        self.run.sync()

    def stepped(self, level: int, step: int, metrics: dict[str, float]) -> None:
        """Tell and log what a training step gave."""
        self.callbacks.stepped(level, step, metrics)
        self.log.append(level, step, "train", metrics)

    def validated(self, level: int, step: int, metrics: dict[str, Any]) -> None:
        """Log and tell what the validation after an epoch gave."""
        self.log.append(level, step, "validation", metrics)
        self.callbacks.validated(level, step, metrics)
