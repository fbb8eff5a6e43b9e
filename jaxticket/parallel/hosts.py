"""Several processes, on one host or on many, that train as one program.

All do the same, each on its devices (single program, multiple data): what they do next must not
hang on what only one of them sees. So a request to stop, and the time by which checkpoints are due,
are agreed upon with every step.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import jax
import numpy as np
from jax.experimental import multihost_utils
from jax.sharding import Mesh

from jaxticket.parallel.mesh import DATA, TICKET, sharding

HEARTBEAT_SECONDS = 30
"""How long a process may be silent until the others end."""
JOIN_SECONDS = 300
"""How long to wait for all to come."""
END_SECONDS = 3600
"""How long those that are done wait for the rest, such as for the first one's pages."""


# What XLA's collectives and JAX's coordination say when a process is gone.
_OF_TALK = re.compile("Gloo|NCCL|UNAVAILABLE|ABORTED|DEADLINE_EXCEEDED|[Bb]arrier|[Cc]oordination")


class Unreachable(BaseException):
    """Another process of the same program cannot be reached, or has ended.

    No Exception: what goes on after the failure of one training cannot go on after this.
    """


@contextmanager
def reaching() -> Iterator[None]:
    """Say of an error inside that is one of the talk between processes that one is not reached."""
    try:
        yield
    except (ValueError, RuntimeError, TimeoutError) as error:  # the last is what Orbax raises
        if alone() or not _OF_TALK.search(str(error)):
            raise
        raise Unreachable(
            f"process {number()} of {jax.process_count()} cannot reach another one, "
            f"which has ended or lost its network: {str(error).splitlines()[0].rstrip('.')}"
        ) from error


def join(
    coordinator: str | None = None, processes: int | None = None, index: int | None = None
) -> None:
    """Join the processes that train as one. Call it before any device is used.

    Without arguments they are taken from what Slurm, Open MPI, Kubernetes (with the package
    `kubernetes`) or a TPU slice say of themselves, as `jax.distributed.initialize` reads it.

    Args:
        coordinator: HOST:PORT of the first process.
        processes: how many there are.
        index: of this one, from 0.

    Raises:
        ValueError: they are not known.
        Unreachable: not all came in time.
    """
    # Its handler of SIGTERM would take the place of ours.
    jax.config.update("jax_enable_preemption_service", False)
    try:
        jax.distributed.initialize(
            coordinator, processes, index, heartbeat_timeout_seconds=HEARTBEAT_SECONDS,
            initialization_timeout=JOIN_SECONDS, shutdown_timeout_seconds=END_SECONDS,
        )  # fmt: skip
    except (jax.errors.JaxRuntimeError, RuntimeError) as error:
        raise Unreachable(f"the other processes could not be joined: {error}") from error


def alone() -> bool:
    """Return whether this is the only process."""
    # Looked at first, since to count processes is to begin using devices.
    return not jax.distributed.is_initialized() or jax.process_count() == 1


def number() -> int:
    """Return the number of this process, from 0."""
    return jax.process_index()


def first() -> bool:
    """Return whether this is the process that keeps the run."""
    return alone() or number() == 0


def wait_for_all(what: str) -> None:
    """Wait until all processes have come here; `what` names the place."""
    if not alone():
        with reaching():
            multihost_utils.sync_global_devices(what)


def require_same(what: str, text: str) -> None:
    """Refuse processes that were given different things.

    Raises:
        ValueError: this one has another text than the first.
    """
    if alone():
        return
    mine = np.frombuffer(hashlib.sha256(text.encode()).digest(), np.uint8)
    with reaching():
        its = multihost_utils.broadcast_one_to_all(mine)
    if not np.array_equal(mine, its):
        raise ValueError(
            f"process {number()} has other {what} than process 0: start all processes "
            "by the same command, on the same data"
        )


def choice_of_first(chosen: list[bool]) -> list[bool]:
    """Return what the first process has chosen of a list that is as long in all."""
    if alone():
        return chosen
    with reaching():
        return np.asarray(multihost_utils.broadcast_one_to_all(np.array(chosen))).tolist()


class Agreement:
    """A clock and a request to stop that are the same in all processes, renewed with every step."""

    def __init__(self, mesh: Mesh, stop: Callable[[], bool]):
        """Agree among the processes of a mesh; `stop` says whether this one was asked to stop."""
        self._stop, self._start = stop, time.perf_counter()
        self._owners = [device.process_index for device in mesh.devices.flat]
        self._each = sharding(mesh, (TICKET, DATA))
        self._sum = jax.jit(lambda said: said.sum(axis=0), out_shardings=sharding(mesh))
        self._heard: jax.Array | None = None
        self._now, self._stopping = 0.0, False

    def renew(self) -> None:
        """Tell the others what is seen here, and take what all had told the time before."""
        said = np.zeros((len(self._owners), 2), np.float32)
        # By the first of its devices alone.
        elapsed = time.perf_counter() - self._start if first() else 0.0
        said[self._owners.index(number())] = elapsed, self._stop()
        with reaching():
            heard, self._heard = (
                self._heard,
                self._sum(
                    jax.make_array_from_callback(said.shape, self._each, lambda rows: said[rows])
                ),
            )
            if heard is not None:
                now, stopping = np.asarray(heard).tolist()
                self._now, self._stopping = now, stopping > 0

    def now(self) -> float:
        """Return the seconds on the clock of the first process."""
        return self._now

    def stop(self) -> bool:
        """Return whether any process was asked to stop."""
        return self._stopping
