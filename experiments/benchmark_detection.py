"""What does detect take for a video, beside decoding it? CPU time, memory and time on the clock.

    python -m experiments.benchmark_detection --ticket=ticket.safetensors long.mp4

Each row is a process of its own, in turns: the video decoded; every n-th frame made RGB too; and
`experiments.detect`. Prints a Markdown table, median (least to most) of the turns. CPU time is over
all threads, so that other work on the machine disturbs little; memory is the largest of a process.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("benchmark_detection")  # here, since help needs no more imports

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console

from data_prep.media.headers import read_header
from experiments.options.benchmark_detection import Config


class Taken(NamedTuple):
    """What a process took: CPU seconds, MiB at most, and seconds on the clock."""

    processor: float
    memory: float
    clock: float


def main(config: Config, console: Console) -> None:
    """Measure and print the table.

    Raises:
        ValueError: the video cannot be read, or one of the processes fails; says how.
    """
    seconds = read_header(config.video).seconds
    with tempfile.TemporaryDirectory() as folder:
        rows = _commands(config, Path(folder))
        taken: dict[str, list[Taken]] = {name: [] for name in rows}
        names = list(rows)
        for turn in range(config.turns):
            first = turn % len(names)
            for name in names[first:] + names[:first]:
                taken[name].append(_run(rows[name]))
    console.print(f"{config.video.name}, {seconds:,.0f} s; of {config.turns} turns\n")
    console.print("| process | CPU, s | times decoding | memory, MiB | clock, s |")
    console.print("|---|---|---|---|---|")
    decoded = np.array([one.processor for one in taken[names[0]]])
    for name, turns in taken.items():
        columns = np.array(turns).T
        ratios = columns[0] / decoded
        cells = [_cell(columns[0], 1), _cell(ratios, 2), _cell(columns[1], 0), _cell(columns[2], 1)]
        console.print("| " + " | ".join([name, *cells]) + " |", soft_wrap=True)


def _commands(config: Config, folder: Path) -> dict[str, Sequence[str]]:
    """Return what is run, by its name in the table; decoding first."""
    video, every = str(config.video), config.detect_every
    decoding = (sys.executable, "-m", "experiments.measuring.decoding", video)
    detect = (
        sys.executable, "-m", "experiments.detect", video, f"--ticket={config.ticket}",
        f"--detector={config.detector}", f"--detect_every={every}",
        "--maps" if config.maps else "--no_maps", f"--out={folder / 'out'}",
    )  # fmt: skip
    return {
        "decoding alone": (*decoding, "0"),
        f"one frame in {every} as RGB too": (*decoding, str(every)),
        f"detect, {config.detector}": detect,
    }


def _run(command: Sequence[str]) -> Taken:
    with tempfile.TemporaryFile() as said:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        clock = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            text = said.read().decode(errors="replace").strip()
            raise ValueError(f"{' '.join(command[2:])} failed: {text}")
    return Taken(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, clock)


def _cell(values: np.ndarray, digits: int) -> str:
    middle, least, most = np.median(values), values.min(), values.max()
    return f"{middle:,.{digits}f} ({least:,.{digits}f} to {most:,.{digits}f})"
