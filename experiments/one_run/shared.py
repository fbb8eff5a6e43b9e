"""The program that trainings share, and what goes with a run whose steps it does."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from typing import Any

import jax
from jax.sharding import Mesh
from rich.console import Console

from experiments.terminal.console import Terminal
from experiments.terminal.program import stop_on_signals, stopped_by
from jaxticket.lottery import Execution, Experiment
from jaxticket.parallel import Joint, Within, hosts, make_mesh, share_evaluation
from jaxticket.runs import Clock, Run
from jaxticket.training import Trainer


class Shared:
    """One program over devices, for trainings of one network on one set: other seeds, other masks.

    Attributes:
        tickets: how many trainings it has room for.
        mesh: its devices, where they were given.
    """

    def __init__(self, tickets: int, within: Within = "unrolled", mesh: Mesh | None = None):
        """Make one; the arguments as for `jaxticket.parallel`'s `Joint`.

        Without a mesh it is that of all devices, made when the first training joins.
        """
        self.tickets, self.mesh = tickets, mesh
        self._within: Within = within
        self._joint: Joint | None = None
        self._agreement: hosts.Agreement | None = None

    def dispatch(self) -> None:
        """Do the steps that the trainings have asked for."""
        if self._joint is not None:
            self._joint.dispatch()

    def join(self, experiment: Experiment) -> tuple[Experiment, Trainer]:
        """Return a training's experiment as it runs in here, and what does its steps."""
        if self._joint is None:
            mesh = self.mesh or make_mesh(self.tickets, experiment.budget.batch_size)
            if not hosts.alone():
                self._agreement = hosts.Agreement(mesh, _signalled)
            self._joint = Joint(
                experiment.step_function, mesh, self.tickets, self._within, self._agreement
            )
            self._evaluate = experiment.evaluate
            if mesh.size > 1:
                self._evaluate = share_evaluation(self._evaluate, mesh)
            self._free = iter(self._joint.members)
        return replace(experiment, evaluate=self._evaluate), next(self._free)

    def stop(self) -> bool:
        """Return whether the trainings were asked to stop: the same in all processes."""
        return _signalled() if self._agreement is None else self._agreement.stop()

    def now(self) -> float:
        """Return seconds on a clock: the same in all processes."""
        return time.perf_counter() if self._agreement is None else self._agreement.now()


def split(number: int, batch_size: int) -> Shared | None:
    """Return the program of one run whose batches so many devices share; None for one device.

    Of several processes it is all their devices. On a CPU its cores are taken as devices: call it
    before any device is used.

    Raises:
        ValueError: there are not so many, or they cannot share a batch evenly.
    """
    if not hosts.alone():
        return Shared(1, mesh=make_mesh(1, batch_size))
    if number == 1:
        return None
    with suppress(RuntimeError):  # devices are in use already: they stay as many as they are
        jax.config.update("jax_num_cpu_devices", number)
    devices = jax.devices()
    if jax.default_backend() == "cpu" and number > available_cores():
        raise ValueError(f"--split_batch={number}: there are {available_cores()} cores")
    if number > len(devices):
        raise ValueError(f"--split_batch={number}: there are {len(devices)} devices")
    return Shared(1, mesh=make_mesh(1, batch_size, devices[:number]))


def available_cores() -> int:
    """Return how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@contextmanager
def execute(
    run: Run,
    experiment: Experiment,
    console: Console,
    clock: Clock,
    shared: Shared | None,
    trainer: Trainer | None = None,
) -> Iterator[tuple[Experiment, Execution]]:
    """Give a run's experiment and execution, shown on the console, until a signal ends it.

    Args:
        run: the open run folder.
        experiment: of the run.
        console: shows the progress.
        clock: of the command.
        shared: the program that does its steps, if it is not alone on one device.
        trainer: does them, if it is; None for one step a dispatch.
    """
    more: dict[str, Any] = {"trainer": trainer}
    if shared is not None:
        experiment, trainer = shared.join(experiment)
        more = {"trainer": trainer, "now": shared.now}
    # Of several trainings none ends the signals' handling for the rest.
    among_others = shared is not None and shared.tickets > 1
    with (
        nullcontext() if among_others else stop_on_signals(),
        Terminal(console, clock.start, shared.stop if shared else _signalled) as terminal,
        Execution(run, experiment.budget.steps, terminal, clock, **more) as execution,
    ):
        yield experiment, execution


def _signalled() -> bool:
    return stopped_by() is not None
