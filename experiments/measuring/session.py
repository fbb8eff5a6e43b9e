"""The arms of one setting, measured in groups that each hold the best dense float32 engine."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from experiments.measuring import machine
from experiments.measuring.arms import Plan, Setting
from experiments.measuring.fidelity import fidelity
from experiments.measuring.turns import take_turns, timing
from experiments.measuring.worker import ARM, OUR_OWN, ArmFailed, Worker
from jaxticket.runs.efficiency import Arm

AT_ONCE = 5
"""Arms of a group, beside those that ratios are to: all are in memory."""
GPU = {"XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
CPU = {"JAX_PLATFORMS": "cpu"}


@dataclass(frozen=True)
class Todo:
    """An arm that is to be measured.

    Attributes:
        plan: what it is.
        arm: it before anything is measured.
        file: writes what its engine reads, and returns its path.
        reference: the logits that it has to give, float32 [N].
    """

    plan: Plan
    arm: Arm
    file: Callable[[], Path]
    reference: Callable[[], np.ndarray]


@dataclass(frozen=True)
class Measure:
    """How arms are measured.

    Attributes:
        pictures: the file of the test pictures, uint8 [N, S, S, 3].
        labels: int [N].
        batches: pictures in a call.
        rounds: turns of each arm.
        seconds: of a turn.
        deepsparse_python: of an environment of its own.
    """

    pictures: Path
    labels: np.ndarray
    batches: Sequence[int]
    rounds: int
    seconds: float
    deepsparse_python: Path | None = None


def measure_setting(
    todo: Sequence[Todo], known: Mapping[str, Arm], how: Measure, again: bool
) -> Iterator[list[Arm]]:
    """Yield the arms of one setting as their groups are done.

    Args:
        todo: all of the setting; those that ratios may be to come first.
        known: what was measured before, by identity.
        how: they are measured.
        again: whether what was measured before is measured anew.

    Raises:
        ValueError: no engine answers as the run's dense network does.
    """

    def is_done(each: Todo) -> bool:
        return not again and each.arm.identity in known

    first = [each for each in todo if each.plan.may_be_base]
    with ExitStack() as all_alive:
        done = {each.arm.identity: known[each.arm.identity] for each in first if is_done(each)}
        stale = len(done) < len(first)  # then ratios are to others than those measured before
        rest = [each for each in todo if not each.plan.may_be_base and (stale or not is_done(each))]
        if stale:
            arms = _group(first, {}, how)
            done = {arm.identity: arm for arm in arms}
            yield arms
        bases = best(list(done.values()), how.batches)
        if not bases:
            reasons = "; ".join(f"{arm.title}: {arm.failed}" for arm in done.values())
            raise ValueError(f"no engine answers as the run's dense network does: {reasons}")
        if not rest:
            return
        chosen = {arm.identity for arm in bases.values()}
        alive = {
            each.arm.identity: all_alive.enter_context(_start(each, how))
            for each in first if each.arm.identity in chosen
        }  # fmt: skip
        held = {b: (arm, alive[arm.identity]) for b, arm in bases.items()}
        for start in range(0, len(rest), AT_ONCE):
            yield _group(rest[start : start + AT_ONCE], held, how)


def best(arms: Sequence[Arm], batches: Sequence[int]) -> dict[int, Arm]:
    """Return the fastest of the arms by batch size; nothing where none was timed."""
    timed = [arm for arm in arms if arm.timings]
    return {
        batch: min(timed, key=lambda arm: arm.timing(batch).median)  # pyright: ignore[reportOptionalMemberAccess]
        for batch in batches
        if timed
    }


def _group(
    todo: Sequence[Todo], bases: Mapping[int, tuple[Arm, Worker]], how: Measure
) -> list[Arm]:
    """Measure arms together; without bases the best of them is what ratios are to."""
    with ExitStack() as alive:
        arms, workers = {}, {}
        for each in todo:
            name = each.arm.identity
            try:
                worker = alive.enter_context(_start(each, how))
                arms[name] = _checked(each, worker, how)
                if not arms[name].failed:
                    workers[name] = worker
            except ArmFailed as error:
                arms[name] = replace(each.arm, failed=str(error))
        others = {arm.identity: worker for arm, worker in bases.values()}
        turns, joules, failed = take_turns(
            others | workers, how.batches, how.rounds, how.seconds, machine.energy
        )
        if lost := failed.keys() & others.keys():
            raise ValueError(f"what ratios are to has ended: {failed[min(lost)]}")
        for name, reason in failed.items():
            arms[name] = replace(arms[name], failed=reason)
        medians = {
            name: {b: [float(np.median(spent)) for spent in of_batch[b]] for b in how.batches}
            for name, of_batch in turns.items()
        }
        base = {b: arm for b, (arm, _) in bases.items()} or {
            b: arms[min(turns, key=lambda name: float(np.median(np.concatenate(turns[name][b]))))]
            for b in how.batches
            if turns
        }
        for name in workers.keys() & turns.keys():
            timings = [
                replace(
                    timing(b, turns[name][b], medians[base[b].identity][b], base[b].title,
                           joules[name].get(b)),
                    processors=float(np.median(workers[name].shares[b])),
                )
                for b in how.batches
            ]  # fmt: skip
            try:
                peak = workers[name].peak_memory()
            except ArmFailed:
                peak = None
            arms[name] = replace(arms[name], timings=timings, memory_peak=peak)
        return list(arms.values())


def _start(each: Todo, how: Measure) -> Worker:
    setting: Setting = each.plan.setting
    file = each.file()
    job = {
        "engine": each.plan.engine, "precision": each.plan.precision, "network": str(file),
        "pictures": str(how.pictures), "batches": list(how.batches), "threads": setting.threads,
        "cores": machine.cores()[: setting.threads] if setting.device == "cpu" else [],
        "image_size": setting.image_size,
    }  # fmt: skip
    command = OUR_OWN
    if each.plan.engine == "deepsparse":
        command = (str(how.deepsparse_python), str(ARM))
    return Worker(job, command, CPU if setting.device == "cpu" else GPU)


def _checked(each: Todo, worker: Worker, how: Measure) -> Arm:
    """Return an arm with what it said of its start, and how its answers are."""
    reference = each.reference()
    found = [
        fidelity(worker.answers(b)[:, 0], reference, how.labels, each.plan.precision)
        for b in how.batches
    ]
    reasons = [f.reason for f in found if not f.same]
    return replace(
        each.arm, bytes=each.file().stat().st_size, fidelity=found,
        failed=f"it answers otherwise: {reasons[0]}" if reasons else "", **worker.started,
    )  # fmt: skip
