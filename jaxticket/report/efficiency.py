"""What a run's tickets cost and save: the arms that count, and what they come to in words."""

import math
from collections.abc import Iterable, Iterator

from jaxticket.runs.efficiency import ENGINES, Arm, Efficiency, Network
from jaxticket.text import count_text, interval_text

QUIET = 0.85
"""Of its one core that an arm has at least on a quiet machine."""


def shown(record: Efficiency) -> tuple[int, int]:
    """Return the threads and the batch size that sentences and plots speak of: the fewest."""
    own = [arm for arm in record.arms if arm.image_size == record.image_size] or record.arms
    threads = min((arm.threads for arm in own if arm.device == "cpu"), default=1)
    return threads, min((t.batch for arm in own for t in arm.timings), default=1)


def timed(record: Efficiency) -> list[Arm]:
    """Return the arms on the CPU that sentences and plots speak of, and that have a speed."""
    threads, batch = shown(record)
    return [
        arm for arm in record.arms
        if (arm.device, arm.threads, arm.image_size) == ("cpu", threads, record.image_size)
        and arm.timing(batch)
    ]  # fmt: skip


def fastest(arms: Iterable[Arm], batch: int) -> Arm | None:
    """Return the arm of the least ratio to the base, which noise disturbs less; None without."""

    def ratio(arm: Arm) -> float:
        timing = arm.timing(batch)
        return timing.ratio if timing else math.inf

    return min(arms, key=ratio, default=None)


def best_dense(record: Efficiency, precision: str = "float32") -> Arm | None:
    """Return the fastest arm of the dense network; None where none was timed.

    Of float32 it is the one that ratios are to.
    """
    batch, arms = shown(record)[1], timed(record)
    found = [arm for arm in arms if (arm.kind, arm.precision) == ("dense", precision)]
    bases = {timing.base for arm in arms if (timing := arm.timing(batch))}
    return fastest([arm for arm in found if arm.title in bases] or found, batch)


def best_ticket(record: Efficiency) -> Arm | None:
    """Return the fastest float32 arm of the ticket; None where none was timed."""
    found = [
        arm for arm in timed(record)
        if arm.kind in ("masked", "compacted") and arm.precision == "float32"
        and arm.level == record.ticket
    ]  # fmt: skip
    return fastest(found, shown(record)[1])


def crossover(record: Efficiency) -> float | None:
    """Return the least sparsity at which the sparse runtime beats the best dense float32 engine.

    It beats it where the whole interval of the ratio is below 1. None: it does so nowhere.
    """
    batch = shown(record)[1]
    found = [
        arm.sparsity for arm in timed(record)
        if arm.engine == "sparse" and arm.kind == "masked"
        and (timing := arm.timing(batch)) is not None and timing.high < 1
    ]  # fmt: skip
    return min(found, default=None)


def break_even(record: Efficiency, arm: Arm) -> float | None:
    """Return after how many pictures the search has paid for itself; None where it never does.

    The seconds of the search, over those that one picture takes less than in the best dense
    float32 engine: what that takes, less the arm's ratio to it.
    """
    base, batch = best_dense(record), shown(record)[1]
    network, timing = record.network("masked", arm.level), arm.timing(batch)
    if base is None or network is None or timing is None or timing.high >= 1:
        return None
    return network.seconds / (seconds_of(base, batch) * (1 - timing.ratio) / batch)


def sentences(record: Efficiency) -> list[str]:
    """Return what was found, in words."""
    base, ticket = best_dense(record), best_ticket(record)
    network = record.network("masked", record.ticket)
    if base is None or ticket is None or network is None:
        return ["No engine was timed on both the dense network and the ticket."]
    threads, batch = shown(record)
    what = "one picture" if batch == 1 else count_text(batch, "picture")
    where = f"on {count_text(threads, 'core')} of this machine"
    found = [
        f"{where.capitalize()} the {network.sparsity:.0%} ticket answers {what} in "
        f"{_ms(ticket, batch)} ({_how(ticket)}): {_ratio(ticket, batch)} times what the dense "
        f"network takes in its best float32 engine ({_how(base)}, {_ms(base, batch)})."
    ]
    if threads == 1 and (had := _processors(base, batch)) < QUIET:
        found.append(
            f"Measure again on a quiet machine: that engine had {had:.0%} of its core, other work "
            "the rest, and long calls suffer more than short ones."
        )
    half = best_dense(record, "bfloat16")
    if half is not None:
        found.append(
            f"Plain dense bfloat16 ({_how(half)}) takes {_ratio(half, batch)} times, without any "
            "pruning."
        )
    small = fastest((a for a in timed(record) if (a.kind, a.level, a.precision)
                     == ("small_dense", record.ticket, "float32")), batch)  # fmt: skip
    if small is not None and (own := record.network("small_dense", record.ticket)):
        found.append(
            f"A small dense network of equal size takes {_ratio(small, batch)} times "
            f"({_how(small)}), with an AUC of {auc_text(own)}; the ticket's is {auc_text(network)}."
        )
    dense = record.network("dense", base.level)
    if dense is not None and dense.bytes and network.bytes:
        found.append(
            f"Its file is {size_text(network.bytes)} instead of {size_text(dense.bytes)}: "
            f"{dense.bytes / network.bytes:.1f} times smaller. It keeps "
            f"{network.parameters_left:,} of {network.parameters:,} weights{_macs(network)}."
        )
    found.append(crossover_sentence(record))
    pictures = break_even(record, ticket)
    after = (
        f"the time it saves has paid for that after {pictures:,.0f} pictures" if pictures
        else "no time is saved that could pay for that"
    )  # fmt: skip
    joules = "" if record.machine.energy_counter else "; energy: this machine has no counter"
    found.append(f"Finding it took {_long(network.seconds)}; {after}{joules}.")
    if record.decoding is not None:
        faces = record.face_finding
        found.append(
            f"Before the detector: decoding a picture takes {1000 * record.decoding.median:.2f} "
            "ms, finding its faces "
            + (f"{1000 * faces.median:.1f} ms." if faces else "was not measured.")
        )
    return found


HEADS = (
    "network", "engine", "threads", "pixels", "file", "load", "peak memory", "batch", "median",
    "95th percentile", "times the base", "decisions changed",
)  # fmt: skip
"""Of the table of all arms."""


def rows(record: Efficiency) -> Iterator[list[str]]:
    """Yield the arms by batch size; one that failed says why instead of a speed."""
    for arm in record.arms:
        network, _, engine = arm.title.rpartition(", ")
        load = f"{arm.load_seconds:.2f} s" if arm.load_seconds is not None else "-"
        start = [
            network, engine, str(arm.threads), str(arm.image_size),
            size_text(arm.bytes) if arm.bytes else "-", load,
            f"{arm.memory_peak / 1e6:,.0f} MB" if arm.memory_peak else "-",
        ]  # fmt: skip
        if arm.failed:
            yield [*start, "-", "failed", "-", "-", arm.failed]
        for fidelity, found in zip(arm.fidelity, arm.timings, strict=False):
            yield [
                *start, str(found.batch), f"{1000 * found.median:.2f} ms",
                f"{1000 * found.p95:.2f} ms",
                interval_text(found.ratio, found.low, found.high, digits=2),
                f"{fidelity.changed} of {fidelity.examples}",
            ]  # fmt: skip


def machine_text(record: Efficiency) -> str:
    """Return what it was measured on, and when."""
    machine = record.machine
    memory = f", {machine.memory / 2**30:.0f} GiB" if machine.memory else ""
    features = f" ({', '.join(machine.features)})" if machine.features else ""
    gpu = f"; GPU: {machine.gpu}" if machine.gpu else ""
    versions = {ENGINES[a.engine]: a.version for a in record.arms if a.version}
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (
        f"Measured {record.date[:10]} on {machine.processor}, {machine.architecture}"
        f"{features}, {count_text(machine.cores, 'core')}{memory}{gpu}; {named}."
    )


def crossover_sentence(record: Efficiency) -> str:
    """Return from which sparsity on the sparse runtime is the faster one."""
    least = crossover(record)
    if least is None:
        return "The sparse runtime beats the best dense float32 engine at none of the sparsities."
    return f"The sparse runtime beats the best dense float32 engine from {least:.0%} pruned on."


def seconds_of(arm: Arm, batch: int) -> float:
    """Return the median seconds of a call; infinity where it was not timed."""
    timing = arm.timing(batch)
    return timing.median if timing else math.inf


def _ms(arm: Arm, batch: int) -> str:
    return f"{1000 * seconds_of(arm, batch):.2f} ms"


def _ratio(arm: Arm, batch: int) -> str:
    timing = arm.timing(batch)
    assert timing is not None
    return interval_text(timing.ratio, timing.low, timing.high, digits=2)


def _processors(arm: Arm, batch: int) -> float:
    """Return how many processors an arm had; infinity where that was not measured."""
    timing = arm.timing(batch)
    had = timing.processors if timing else None
    return math.inf if had is None else had


def _macs(network: Network) -> str:
    if network.macs is None or network.macs_left is None:
        return ""
    return f" and {network.macs_left / 1e6:.1f} of {network.macs / 1e6:.1f} million multiply-adds"


def _how(arm: Arm) -> str:
    compacted = "compacted, " if arm.kind == "compacted" else ""
    return f"{compacted}{ENGINES[arm.engine]}"


def auc_text(network: Network) -> str:
    """Return the AUC of a network with its interval."""
    return interval_text(network.auc, network.low, network.high)


def size_text(count: int) -> str:
    """Return bytes as text."""
    if count < 10_000:
        return count_text(count, "byte")
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def _long(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"
