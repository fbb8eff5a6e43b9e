"""Commands that are begun and get a signal at a moment, and whether each ends as it should."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from data_prep.terminal.program import start as prepare
from experiments.terminal import processes
from experiments.terminal.start import start
from tests.harness.phases import Moment, Usual, Watch
from tests.harness.world import Subject

ROOT = Path(__file__).parents[2]
PATIENCE = 600.0
"""Seconds after which a process hangs."""
ALONE = 60.0
"""Seconds after which one that has lost another hangs; on a quiet machine 30 are promised."""
GOES_ON = "The same command goes on from here"
TOO_LATE = "it had ended before the moment came"


@dataclass(frozen=True)
class End:
    """How a process ended: its status, negative for a signal, and its words."""

    status: int
    words: str

    def __str__(self) -> str:
        """Return the status and the last words."""
        return f"status {self.status}: {self.words[-600:]}"


def reference(subject: Subject, out: Path) -> dict[str, Usual]:
    """Run a subject to its end; return how its phases usually are."""
    measured = out.with_name(f"{out.name}-phases.json")
    how = one_start(subject, out, None, {}, measured)
    assert how is None, how
    usual = {phase: Usual(*both) for phase, both in json.loads(measured.read_text()).items()}
    assert set(usual) == set(subject.phases), f"of {subject.phases} came {tuple(usual)}"
    return usual


def one_start(
    subject: Subject,
    out: Path,
    moment: Moment | None,
    usual: Mapping[str, Usual],
    measured: Path | None = None,
) -> str | None:
    """Begin a command, or go on with it, until a moment; return what is wrong with its end.

    Args:
        subject: what is begun.
        out: the folder that it writes.
        moment: when a process of it gets a signal; None to let it go.
        usual: how its phases usually are.
        measured: the file that is to say how they were.
    """
    if subject.processes == 1:

        def work() -> object:
            own = Watch(moment, usual)
            return followed(subject.program, subject.options(out), subject.phases, own, measured)

        ends = [in_child(work, out.with_name(f"{out.name}-said"))]
    else:
        ends = _together(subject, out, moment, usual, measured)
    if moment is not None and all(end.status == 0 for end in ends):
        return TOO_LATE
    found = [_wrong(end, number, moment) for number, end in enumerate(ends)]
    return "; ".join(filter(None, found)) or None


def followed(
    program: str,
    options: Sequence[str],
    phases: tuple[str, ...],
    watch: Watch,
    measured: Path | None,
) -> object:
    """Do a command in this process, and follow its phases."""
    watch.follow(phases)
    try:
        return (prepare if program == "folder" else start)(program, options)
    finally:
        if measured is not None:
            measured.write_text(json.dumps(watch.measured()))


def in_child(work: Callable[[], object], said: Path) -> End:
    """Do something in a fork of this process, its words in a file."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            handle = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(handle, 1)
            os.dup2(handle, 2)
            os.setpgid(0, 0)
            # What a shell starts in the background ignores SIGINT.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            end = work()
            status = end if isinstance(end, int) else 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    until = time.monotonic() + PATIENCE
    status = None
    while status is None and time.monotonic() < until:
        pid, ended = os.waitpid(child, os.WNOHANG)
        status = os.waitstatus_to_exitcode(ended) if pid else None
        time.sleep(0.02)
    if status is None:
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        status = -signal.SIGALRM
    return End(status, said.read_text(errors="replace"))


def _together(
    subject: Subject,
    out: Path,
    moment: Moment | None,
    usual: Mapping[str, Usual],
    measured: Path | None,
) -> list[End]:
    """Do a command in several processes over loopback, until all have ended."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [out.with_name(f"{out.name}-said-{number}") for number in range(subject.processes)]
    started = []
    for number, path in enumerate(words):
        options = (
            *subject.options(out), f"--coordinator=127.0.0.1:{port}",
            f"--num_processes={subject.processes}", f"--process_id={number}",
        )  # fmt: skip
        mine = moment if moment is not None and moment.process == number else None
        asked = {
            "program": subject.program, "options": options, "phases": subject.phases,
            "moment": None if mine is None else asdict(mine), "usual": usual,
            "measured": str(measured) if measured is not None and number == 0 else None,
        }  # fmt: skip
        with path.open("w") as said:
            started.append(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.harness.watched", json.dumps(asked)], cwd=ROOT,
                    env={**os.environ, "JAX_PLATFORMS": "cpu"}, stdout=said, stderr=said,
                )
            )  # fmt: skip
    return [
        End(status, path.read_text(errors="replace"))
        for status, path in zip(_statuses(started), words, strict=True)
    ]


def _statuses(started: Sequence[subprocess.Popen[bytes]]) -> list[int]:
    """Wait for processes: for the first to end with patience, then for the others with less."""
    until = time.monotonic() + PATIENCE
    someone_ended = False
    while time.monotonic() < until and any(process.poll() is None for process in started):
        if not someone_ended and any(process.poll() not in (None, 0) for process in started):
            someone_ended, until = True, time.monotonic() + ALONE
        time.sleep(0.05)
    hanging = [process for process in started if process.poll() is None]
    for process in hanging:
        process.kill()
    return [-signal.SIGALRM if p in hanging else p.wait() for p in started]


def _wrong(end: End, process: int, moment: Moment | None) -> str | None:
    """Return what is wrong with the end of a process of a command, or None."""
    if "Traceback" in end.words:
        return f"a traceback, {end}"
    if moment is None:
        return None if end.status == 0 else str(end)
    if process != moment.process:
        return None if _lost_one(end) or (moment.number != signal.SIGKILL and _saved(end)) else (
            f"process {process}, that lost process {moment.process}: {end}"
        )  # fmt: skip
    if moment.number == signal.SIGKILL:
        return None if end.status == -signal.SIGKILL else str(end)
    if end.status != 128 + moment.number or GOES_ON not in end.words:
        return f"not {128 + moment.number} and its sentence: {end}"
    return None


def _lost_one(end: End) -> bool:
    return end.status == processes.LOST and processes.GO_ON in end.words.strip().splitlines()[-1]


def _saved(end: End) -> bool:
    return end.status in (128 + signal.SIGTERM, 128 + signal.SIGINT) and GOES_ON in end.words
