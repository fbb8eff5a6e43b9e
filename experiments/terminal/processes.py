"""A command as one of several processes that train together; the one that a user started waits.

When another process dies, JAX ends this one at once, without a word that a user understands. So the
work is done by a process beneath, and the one above says what has happened.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

OPTIONS = ("coordinator", "num_processes", "process_id")
FROM_ENVIRONMENT = "auto"
BENEATH = "JAXTICKET_BENEATH"
LOST = 75
"""Exit status where another process was lost: EX_TEMPFAIL, the same command may be tried again."""
GO_ON = "What was finished is kept: start all processes again, and they go on from there."
_PDEATHSIG = 1


def check(coordinator: str | None, processes: int | None, number: int | None) -> None:
    """Refuse options that do not say which processes train together.

    Raises:
        ValueError: names them.
    """
    named = coordinator not in (None, FROM_ENVIRONMENT)
    if coordinator is None and (processes is not None or number is not None):
        raise ValueError(
            "--num_processes and --process_id say who trains together: name --coordinator too"
        )
    if coordinator is None:
        return
    if named and (":" not in coordinator or not coordinator.rpartition(":")[2].isdigit()):
        raise ValueError(
            f"--coordinator={coordinator}: name the first process's HOST:PORT, or auto for what "
            "Slurm, Open MPI, Kubernetes or a TPU slice say"
        )
    if named and (processes is None or number is None or not 0 <= number < processes):
        raise ValueError(
            f"--coordinator={coordinator} needs --num_processes=N and --process_id=I, I one of "
            "0..N-1 and another one in each process"
        )


def start(coordinator: str | None, processes: int | None, number: int | None) -> None:
    """Join the other processes, in a process beneath; the one above ends here, with its status.

    Raises:
        SystemExit: in the process above.
        ValueError: the options, or the environment, do not say who they are.
    """
    check(coordinator, processes, number)
    if os.environ.get(BENEATH) != str(os.getppid()):
        raise SystemExit(_above())
    from experiments.terminal.program import ask_once
    from jaxticket.parallel import hosts

    ask_once()
    named = coordinator != FROM_ENVIRONMENT
    try:
        hosts.join(coordinator if named else None, processes, number)
    except ValueError as error:
        raise ValueError(
            f"--coordinator={coordinator}: who trains together is not known ({error}) Without "
            "Slurm, Open MPI, Kubernetes or a TPU slice give --coordinator=HOST:PORT, "
            "--num_processes=N and --process_id=I"
        ) from error


def reaching(work: Callable[[], object]) -> object:
    """Do what a process does that has joined others; say of a loss of one that it is one."""
    from jaxticket.parallel import hosts

    with hosts.reaching():
        return work()


def ending_at_once(work: Callable[[], None]) -> None:
    """Do the work of a process that has joined others; where it fails, end without them.

    What JAX does at the end of a process would wait for the others, who wait for this one.
    """
    from jaxticket.parallel import hosts

    try:
        work()
        return
    except hosts.Unreachable as lost:
        print(f"error: {lost}.", file=sys.stderr)  # the process above says what to do
        status = LOST
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def first() -> bool:
    """Return whether this process, which has joined others, is the first."""
    from jaxticket.parallel import hosts

    return hosts.first()


def _above() -> int:
    """Run this command in a process beneath; return the status to end with."""
    beneath = subprocess.Popen(
        [sys.executable, *sys.orig_argv[1:]],
        env={**os.environ, BENEATH: str(os.getpid())}, preexec_fn=_end_with_parent,
    )  # fmt: skip
    asked: list[int] = []

    def pass_on(number: int, _: Any) -> None:
        beneath.send_signal(signal.SIGKILL if asked else number)
        asked.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, pass_on)
    status = beneath.wait()
    if status in (LOST, -signal.SIGABRT):  # after what libraries still write as they end
        print(f"error: another process has ended, or is not reached. {GO_ON}", file=sys.stderr)
        return LOST
    return status if status >= 0 else 128 - status


def _end_with_parent() -> None:
    """Have the kernel end this process when the one above it dies, where it can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)
        os.setpgid(0, 0)  # a key pressed on the terminal comes by way of the one above
