"""Whether commands that are ended at any moment, and begun again, come to the same end.

    python -m tests.harness.kills --moments=100

Moments are drawn: a phase, how far it is, and SIGKILL, SIGTERM or SIGINT. One command is ended in
each of its phases, one after the other, and then let go; the results are compared byte for byte
with those of one that was never ended. Each start is a fork of this process, which has imported
everything and used nothing, so that it takes no time to begin.
"""

import tests.conftest  # isort: skip  # names the folder of compiled programs before JAX is there

import random
import shutil
import signal
import tempfile
import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tyro

import experiments.paper
import experiments.sweep  # noqa: F401  imported once, for all forks
from data_prep.folder import prepare_folder
from jaxticket.runs.folder import read_executed_steps
from tests.harness.phases import Moment, Usual
from tests.harness.starts import TOO_LATE, in_child, one_start, reference
from tests.harness.world import SUBJECTS, Subject, subjects


@dataclass(frozen=True)
class Config:
    """What is tried.

    Attributes:
        moments: how many, over all subjects.
        subjects: which of those of `tests.harness.world`.
        seed: of what is drawn.
    """

    moments: int = 100
    subjects: tuple[str, ...] = SUBJECTS
    seed: int = 0


@dataclass(frozen=True)
class Ended:
    """A command that was ended at moments, and then let go.

    Attributes:
        name: of its subject.
        out: what it wrote.
        times: how often it was ended.
    """

    name: str
    out: Path
    times: int


def main(config: Config) -> None:
    """Try the moments, and say what came of them."""
    tried: Counter[tuple[str, str, str]] = Counter()
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="jaxticket-kills-") as folder:
        root = Path(folder)
        tests.conftest.draw_pictures(root / "noise")
        known = root / "data"
        end = in_child(lambda: prepare_folder(root / "noise", known), root / "said")
        assert end.status == 0, end
        everything = subjects(root / "noise", next(known.rglob("data_card.json")).parent)
        usual = {n: reference(everything[n], root / f"{n}-reference") for n in config.subjects}
        draw, ended, left = random.Random(config.seed), list[Ended](), config.moments
        while left > 0:
            for name in config.subjects:
                out = root / f"{name}-{len(ended)}"
                before = tried.total()
                moments = drawn(draw, everything[name], usual[name], len(ended))[:left]
                for moment in moments:
                    how = one_start(everything[name], out, moment, usual[name])
                    print(f"{name}, {moment}: {how or 'ended as it should'}", flush=True)
                    if how == TOO_LATE:
                        break
                    tried[name, moment.phase, moment.number.name] += 1
                    left -= 1
                    if how:
                        failed.append(f"{name}, {moment}: {how}")
                if how := one_start(everything[name], out, None, usual[name]):
                    failed.append(f"{name}, let go: {how}")
                ended.append(Ended(name, out, tried.total() - before))
                if left <= 0:
                    break
        twice = compare(ended, everything, root, failed)
    show(tried, failed, twice, len(ended))
    raise SystemExit(len(failed) > 0)


def drawn(
    draw: random.Random, subject: Subject, usual: Mapping[str, Usual], turn: int
) -> list[Moment]:
    """Return a moment of every phase, in their order; signals take turns.

    It lies in the first half of the times that a phase is entered, since those who were ended
    before have less left.
    """
    signals = subject.signals
    return [
        Moment(
            phase, draw.randint(1, max(1, usual[phase].entries // 2)), draw.random(),
            signals[(turn + number) % len(signals)], draw.randrange(subject.processes),
        )
        for number, phase in enumerate(subject.phases)
    ]  # fmt: skip


def compare(
    ended: Sequence[Ended], everything: Mapping[str, Subject], root: Path, failed: list[str]
) -> list[str]:
    """Note what differs from the references; return how many steps of each were done twice.

    It comes last: to compare begins to use a device, which no fork may.
    """
    twice: dict[str, list[tuple[int, int]]] = {}
    for command in ended:
        subject = everything[command.name]
        for litter in command.out.rglob("*.partial*"):
            litter.unlink() if litter.is_file() else shutil.rmtree(litter)
        try:
            subject.same(command.out, root / f"{command.name}-reference")
        except Exception:
            failed.append(f"{command.out.name} differs: {traceback.format_exc()[-600:]}")
        if subject.steps:
            runs = command.out.rglob("executed_steps")
            more = sum(read_executed_steps(run.parent) for run in runs) - subject.steps
            twice.setdefault(command.name, []).append((more, command.times))
            if not 0 <= more <= subject.lost * command.times:
                failed.append(f"{command.name}: {more} steps twice in {command.times} ends")
    return [
        f"{name}: {sum(more for more, _ in all_)} steps done twice in {sum(n for _, n in all_)} "
        f"ends, at most {max(more for more, _ in all_)} in one command of {max(n for _, n in all_)}"
        for name, all_ in twice.items()
    ]


def show(
    tried: Counter[tuple[str, str, str]], failed: Sequence[str], twice: Sequence[str], ended: int
) -> None:
    """Print what was tried by subject, phase and signal, and what failed."""
    signals = [number.name for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)]
    print(f"{'subject':22} {'phase':12} " + " ".join(f"{name:>8}" for name in signals))
    for name, phase in dict.fromkeys((name, phase) for name, phase, _ in tried):
        counts = " ".join(f"{tried[name, phase, number]:8}" for number in signals)
        print(f"{name:22} {phase:12} {counts}")
    for line in twice:
        print(line)
    print(f"{tried.total()} moments tried, {len(failed)} failures; {ended} commands let go")
    for line in failed:
        print(f"FAILED {line}")


if __name__ == "__main__":
    main(tyro.cli(Config))
