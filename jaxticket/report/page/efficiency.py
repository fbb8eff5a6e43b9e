"""What the ticket costs and saves: sentences, the frontier, a short table."""

import math
from collections.abc import Sequence
from typing import Any

from jaxticket.report.efficiency import (
    auc_text,
    best_dense,
    crossover_sentence,
    machine_text,
    seconds_of,
    sentences,
    shown,
    size_text,
    timed,
)
from jaxticket.report.marks import Mark
from jaxticket.report.page.axes import log_axis, value_axis
from jaxticket.report.page.blocks import Panels, Section, Table, Text
from jaxticket.report.page.cells import Count, Ends, Share
from jaxticket.report.page.parts import RunPart
from jaxticket.report.page.plot import Curve, Plot, Point
from jaxticket.runs.efficiency import ENGINES, KINDS, Arm, Efficiency, read_efficiency
from jaxticket.text import count_text

MARKS = {
    "xla float32": Mark(6, 1), "xla bfloat16": Mark(6, 1, dash=1, hollow=True),
    "onnxruntime float32": Mark(4, 2), "openvino float32": Mark(2, 3),
    "openvino bfloat16": Mark(2, 3, dash=1, hollow=True), "sparse float32": Mark(0, 0),
    "deepsparse float32": Mark(1, 4), "small dense": Mark(3, 6, hollow=True),
    "compacted": Mark(7, 8, hollow=True),
}  # fmt: skip
"""Of engines over the levels, and of networks of another shape; bfloat16 is hollow."""


def efficiency_section(parts: Sequence[RunPart]) -> Section | None:
    """Return the section; None where no run has a ticket.

    Of a run that was not measured it says what is known without: bytes and weights.

    Raises:
        Damaged: the figures of a run cannot be read.
    """
    blocks: list[Any] = []
    for part in parts:
        if len(part.run.levels) < 2 or part.run.recipe.derived or part.by_method:
            continue
        name = "" if len(parts) == 1 else part.name
        record = read_efficiency(part.run.path)
        blocks += _unmeasured(part, name) if record is None else _measured(record, name)
    return Section("costs", "What the ticket costs and saves", blocks) if blocks else None


def _measured(record: Efficiency, name: str) -> list[Any]:
    before = f"{name}: " if name else ""
    first, *others = sentences(record)
    blocks: list[Any] = [Text(f"{before}{first}"), *map(Text, others)]
    if plots := frontier(record):
        blocks.append(Panels(name, plots, f"{plot_title(record)}; {plot_note(record)}."))
    blocks.append(_table(record, name))
    return [*blocks, Text(machine_text(record)), *map(Text, record.notes)]


def _table(record: Efficiency, name: str) -> Table:
    threads, batch = shown(record)
    heads = ("network", "pruned", "engine", "precision", "ms", "95th percentile, ms",
             "times the base", "file, bytes", "load, s", "peak memory, MB", "AUC")  # fmt: skip
    rows = []
    for arm in timed(record):
        timing, network = arm.timing(batch), record.network(arm.kind, arm.level)
        if timing is None or network is None:
            continue
        rows.append((
            KINDS[arm.kind], Share(arm.sparsity), ENGINES[arm.engine], arm.precision,
            1000 * timing.median, 1000 * timing.p95, Ends(timing.ratio, timing.low, timing.high),
            Count(arm.bytes or 0), arm.load_seconds, (arm.memory_peak or 0) / 1e6,
            Ends(network.auc, network.low, network.high),
        ))  # fmt: skip
    base = best_dense(record)
    to = f"; the base is {base.title}" if base else ""
    failed = sum(bool(arm.failed) for arm in record.arms)
    left_out = f"; {count_text(failed, 'arm')} failed and are without speed" if failed else ""
    return Table(
        f"costs_{name}" if name else "costs",
        f"Arms with {count_text(threads, 'core')} at batch {batch}{to}; in brackets 95% over "
        f"rounds, of the AUC over test groups{left_out}; all of them are in efficiency/ in the "
        "run folder",
        heads, rows, hidden=True, summary="Every network in every engine",
    )  # fmt: skip


def _unmeasured(part: RunPart, name: str) -> list[Any]:
    """Return what is known without measuring: weights, and bytes of the ticket's file."""
    dense, ticket = part.run.levels[0], part.run.levels[-1]
    if dense.sparsity:
        return []
    file = part.run.path / "ticket.safetensors"
    size = f", and its file has {size_text(file.stat().st_size)}" if file.is_file() else ""
    before = f"{name}: of" if name else "Of"
    return [Text(
        f"{before} {dense.parameters:,} parameters ({size_text(4 * dense.parameters)} in float32) "
        f"the {ticket.sparsity:.0%} ticket keeps {ticket.parameters_left:,}{size}. Time and memory "
        "were not measured: python -m experiments.efficiency --run=RUN does."
    )]  # fmt: skip


def plot_title(record: Efficiency) -> str:
    """Return one line that says what is drawn."""
    threads, batch = shown(record)
    return (
        f"{record.model}, {record.image_size} px, batch {batch}, {count_text(threads, 'core')}; "
        f"n = {record.test_examples:,} test pictures"
    )


def plot_note(record: Efficiency) -> str:
    """Return what the marks are."""
    least = crossover_sentence(record).rstrip(".")
    return f"bars: 95% of the AUC over test groups; {least[0].lower()}{least[1:]}"


def frontier(record: Efficiency) -> list[Plot]:
    """Return accuracy against latency and against bytes; nothing where nothing was timed."""
    arms, batch = timed(record), shown(record)[1]
    aucs = [n.auc for n in record.networks if n.auc is not None]
    base = best_dense(record)
    if not arms or not aucs or base is None:
        return []
    ends = [end for n in record.networks for end in (n.low, n.high) if end is not None]
    y = value_axis("AUC (%)", [*aucs, *ends], limits=(0.0, 1.0), least=0.02, percent=True)
    dense = record.network("dense", base.level)
    lines = [(dense.auc, "dense")] if dense and dense.auc is not None else []
    plots = []
    for title, label, unit, of in (
        ("accuracy against latency", f"ms of a call with {count_text(batch, 'picture')}", 1e3,
         lambda arm: seconds_of(arm, batch)),
        ("accuracy against bytes", "MB of the file that the engine reads", 1e-6,
         lambda arm: arm.bytes),
    ):  # fmt: skip
        values = {arm.identity: unit * of(arm) for arm in arms if of(arm)}
        curves = _curves(record, arms, values)
        reference = math.log10(values[base.identity])
        curves.append(
            Curve("best dense float32", [Point(reference, y.low), Point(reference, y.high)],
                  marked=False, mark=Mark(6, 10, dash=2))
        )  # fmt: skip
        x = log_axis(label, values.values())
        words = "; ".join(f"{c.name} {len(c.points)} points" for c in curves)
        plots.append(Plot(
            title, f"AUC in percent {title.removeprefix('accuracy ')}, on a logarithmic axis: "
            f"{words}", x, y, curves, lines, better="up and left is better",
        ))  # fmt: skip
    return plots


def _curves(record: Efficiency, arms: Sequence[Arm], values: dict[str, float]) -> list[Curve]:
    """Return a curve an engine over levels, and the networks of another shape by themselves."""
    named: dict[str, list[Arm]] = {}
    for arm in arms:
        name = f"{arm.engine} {arm.precision}"
        if arm.kind in ("small_dense", "compacted"):
            name = KINDS["small_dense"] if arm.kind == "small_dense" else "compacted"
            if arm.precision != "float32":
                continue
        named.setdefault(name, []).append(arm)
    curves = []
    for name, mark in MARKS.items():
        points = []
        for arm in sorted(named.get(name, []), key=lambda arm: (arm.level, arm.engine)):
            network = record.network(arm.kind, arm.level)
            if network is None or network.auc is None or arm.identity not in values:
                continue
            note = f"{arm.title}: {values[arm.identity]:.3g}, AUC {auc_text(network)}"
            x = math.log10(values[arm.identity])
            points.append(Point(x, network.auc, network.low, network.high, note))
        engine, _, precision = name.partition(" ")
        title = f"{ENGINES[engine]} {precision}" if engine in ENGINES else name
        curves.append(Curve(title, points, line=engine in ENGINES, mark=mark))
    return curves
