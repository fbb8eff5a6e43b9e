"""Whether commands that are ended at any moment, and begun again, come to the same end.

    python -m tests.harness.kills --moments=100

Moments are drawn: a phase, how far it is, and SIGKILL, SIGTERM or SIGINT. One command is ended in
each of its phases, one after the other, and then let go; the results are compared byte for byte
with those of one that was never ended. Each start is a fork of this process, which has imported
everything and used nothing, so that it takes no time to begin.
"""

import tests.conftest  # isort: skip  # names the folder of compiled programs before JAX is there

import json
import os
import random
import shutil
import signal
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tyro

import experiments.paper
import experiments.sweep  # noqa: F401  imported once, for all forks
from data_prep.folder import prepare_folder
from data_prep.terminal.program import start as prepare
from experiments.terminal.start import start
from jaxticket.runs.folder import read_executed_steps
from tests.harness.phases import Moment, Watch
from tests.harness.world import Subject, subjects

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
ENTRIES = {"training": 8, "checkpoint": 2, "evaluation": 3, "workers": 12}
PATIENCE = 600.0
"""Seconds after which a process hangs."""
GOES_ON = "goes on from here"
TOO_LATE = "it had ended before the moment came"


@dataclass(frozen=True)
class Config:
    """What is tried.

    Attributes:
        moments: how many, over all subjects.
        subjects: which of those of `tests.harness.world`.
        seed: of what is drawn.
    """

    moments: int = 100
    subjects: tuple[str, ...] = ("run", "preparation", "study", "sweep of two workers")
    seed: int = 0


def main(config: Config) -> None:
    """Try the moments, and say what came of them."""
    draw = random.Random(config.seed)
    tried: Counter[tuple[str, str, str]] = Counter()
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="jaxticket-kills-") as folder:
        root = Path(folder)
        tests.conftest.draw_pictures(root / "noise")
        known = root / "data"
        status = in_child(lambda: prepare_folder(root / "noise", known), root / "said")
        assert status == 0, (root / "said").read_text()
        prepared = next(known.rglob("data_card.json")).parent
        everything = subjects(root / "noise", prepared)
        ended: list[tuple[str, Path]] = []
        references = {name: reference(name, everything[name], root) for name in config.subjects}
        left = config.moments
        while left > 0:
            for name in config.subjects:
                subject, seconds = everything[name], references[name]
                out = root / f"{name}-{len(ended)}"
                for moment in drawn(draw, subject, len(ended))[:left]:
                    how = one_start(subject, out, moment, seconds, root)
                    if how == TOO_LATE:
                        continue
                    left -= 1
                    if how is None:
                        tried[name, moment.phase, moment.number.name] += 1
                    else:
                        failed.append(f"{name}, {moment}: {how}")
                if how := one_start(subject, out, None, {}, root):
                    failed.append(f"{name}, let go: {how}")
                ended.append((name, out))
                if left <= 0:
                    break
        for name, out in ended:  # last: to compare begins to use a device, which no fork may
            try:
                for litter in out.rglob("*.partial*"):
                    litter.unlink() if litter.is_file() else shutil.rmtree(litter)
                everything[name].same(out, root / f"{name}-reference")
                check_steps(everything[name], out)
            except Exception as error:
                failed.append(f"{name}: {out.name} differs: {error!r:.300}")
    show(tried, failed, len(ended))
    raise SystemExit(len(failed) > 0)


def drawn(draw: random.Random, subject: Subject, turn: int) -> list[Moment]:
    """Return a moment of every phase, in their order; signals take turns."""
    return [
        Moment(
            phase, draw.randint(1, ENTRIES.get(phase, 1)), draw.random(),
            SIGNALS[(turn + number) % len(SIGNALS)],
        )
        for number, phase in enumerate(subject.phases)
    ]  # fmt: skip


def reference(name: str, subject: Subject, root: Path) -> dict[str, float]:
    """Run a subject to its end; return the usual duration of its phases in seconds."""
    said = root / f"{name}-seconds.json"
    how = one_start(subject, root / f"{name}-reference", None, {}, root, said)
    assert how is None, how
    return json.loads(said.read_text())


def one_start(
    subject: Subject,
    out: Path,
    moment: Moment | None,
    seconds: dict[str, float],
    root: Path,
    measured: Path | None = None,
) -> str | None:
    """Begin a command, or go on with it, until a moment; return what is wrong with its end."""

    def work() -> object:
        watch = Watch(moment, seconds)
        watch.follow(subject.phases)
        begin = prepare if subject.program == "folder" else start
        try:
            return begin(subject.program, subject.options(out))
        finally:
            if measured is not None:
                mean = {phase: sum(all_) / len(all_) for phase, all_ in watch.seconds.items()}
                measured.write_text(json.dumps(mean))

    status = in_child(work, root / "said")
    text = (root / "said").read_text(errors="replace")
    if "Traceback" in text:
        return f"a traceback, status {status}: {text[-600:]}"
    if status == 0:
        return None if moment is None else TOO_LATE
    if moment is None:
        return f"status {status}: {text[-600:]}"
    if moment.number == signal.SIGKILL or subject.program == "folder":
        wanted = {-moment.number, 128 + moment.number}
        return None if status in wanted else f"status {status}: {text[-600:]}"
    if status != 128 + moment.number or GOES_ON not in text:
        return f"status {status}, not {128 + moment.number}: {text[-600:]}"
    return None


def in_child(work, said: Path) -> int:
    """Do something in a fork of this process, its words in a file; return its status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            handle = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(handle, 1)
            os.dup2(handle, 2)
            os.setpgid(0, 0)
            end = work()
            status = end if isinstance(end, int) else 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -signal.SIGALRM


def check_steps(subject: Subject, out: Path) -> None:
    """Hold that no end cost more than the steps between two checkpoints, and those under way."""
    if subject.steps:
        done = read_executed_steps(out)
        kills = len(subject.phases)
        assert subject.steps <= done <= subject.steps + 5 * kills, f"{done} steps"


def show(tried: Counter[tuple[str, str, str]], failed: Sequence[str], ended: int) -> None:
    """Print what was tried by subject, phase and signal, and what failed."""
    print(f"{'subject':22} {'phase':12} " + " ".join(f"{s.name:>8}" for s in SIGNALS))
    for name, phase in dict.fromkeys((name, phase) for name, phase, _ in tried):
        counts = " ".join(f"{tried[name, phase, s.name]:8}" for s in SIGNALS)
        print(f"{name:22} {phase:12} {counts}")
    print(f"{tried.total()} moments survived, {len(failed)} failures; {ended} commands let go")
    for line in failed:
        print(f"FAILED {line}")


if __name__ == "__main__":
    main(tyro.cli(Config))
