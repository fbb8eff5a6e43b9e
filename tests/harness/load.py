"""Whether memory and handles stay flat, and time grows with the work, where there is much of it.

    python -m tests.harness.load --out=load.png

Prepares pictures in three amounts, each twice the one before, and trains a small network over many
rounds and seeds in one command. Beside each process its memory (proportional, with all that it
started) and open handles are written down once a second. Needs Linux's /proc.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import matplotlib
import numpy as np
import tyro
from PIL import Image

from tests.conftest import draw_pictures

matplotlib.use("Agg")
from matplotlib import pyplot as plt

MIB = 1 << 20
A_FOLDER = 100
"""Pictures of one folder, which is a video."""
BETWEEN = 1.0
"""Seconds between two looks at a process."""


@dataclass(frozen=True)
class Config:
    """How much there is to do.

    Attributes:
        pictures: of the largest preparation.
        rounds: of each seed's run.
        seeds: how many runs the one command trains.
        out: the plot.
    """

    pictures: int = 100_000
    rounds: int = 60
    seeds: int = 10
    out: Path = Path("load.png")


@dataclass(frozen=True)
class Look:
    """A process and all that it started, at one time.

    Attributes:
        seconds: since it began.
        processor: seconds that they had a core, which other work on the machine does not lengthen.
        done: of its work: pictures or levels.
        memory: bytes, each page divided among those that share it.
        handles: open files, sockets and pipes.
    """

    seconds: float
    processor: float
    done: int
    memory: int
    handles: int


def main(config: Config) -> None:
    """Measure, print a row for each amount, and plot."""
    with tempfile.TemporaryDirectory(prefix="jaxticket-load-") as folder:
        root = Path(folder)
        print("| work | processor seconds | each | memory: most, later half | handles |")
        print("|---|---|---|---|---|")
        preparations = {}
        for part in (4, 2, 1):
            amount = config.pictures // part
            preparations[amount] = preparation(root / f"of_{amount}", amount)
            say(f"preparing {amount:,} pictures", amount, preparations[amount])
        levels = (config.rounds + 1) * config.seeds
        run = training(root, config.rounds, config.seeds, levels)
        say(f"{config.seeds} runs of {config.rounds} rounds, {levels} levels", levels, run)
    plot(preparations, run, config.out)


def preparation(folder: Path, amount: int) -> list[Look]:
    """Draw so many pictures, prepare them, and return what was seen meanwhile."""
    source, out = folder / "source", folder / "out"
    jobs = [
        (source / label / f"{begin:06d}", min(A_FOLDER, amount // 2 - begin), seed)
        for seed, label in enumerate(("real", "fake"))
        for begin in range(0, amount // 2, A_FOLDER)
    ]
    with ProcessPoolExecutor() as pool:
        list(pool.map(draw, *zip(*jobs, strict=True)))
    command = ["-m", "data_prep.folder", f"--source={source}", f"--data_dir={out}"]
    return follow(command, lambda: 0)


def draw(folder: Path, count: int, seed: int) -> None:
    """Draw pictures of 32 x 32 pixels, none like another."""
    noise = np.random.default_rng([seed, int(folder.name)])
    folder.mkdir(parents=True)
    for number in range(count):
        pixels = noise.integers(0, 256, (32, 32, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:05d}.jpg", quality=60)


def training(root: Path, rounds: int, seeds: int, levels: int) -> list[Look]:
    """Train a small network on the suite's noise; return what was seen meanwhile."""
    draw_pictures(root / "noise")
    runs = root / "runs"
    command = [
        "-m", "experiments.imp", "--model=tests.experiments.tiny_network:TinyNetwork",
        f"--dataset={root / 'noise'}", f"--data_dir={root / 'data'}", f"--run_dir={runs}",
        "--image_size=16", f"--rounds={rounds}", "--prune_fraction=0.02", "--epochs=1",
        "--batch_size=12", f"--seeds={','.join(map(str, range(seeds)))}", "--workers=1",
    ]  # fmt: skip

    def done() -> int:
        return sum(1 for _ in runs.glob("*/level_*/evaluation.json"))

    looks = follow(command, done)
    assert looks[-1].done == levels, f"{looks[-1].done} of {levels} levels"
    return looks


def follow(command: Sequence[str], done: Callable[[], int]) -> list[Look]:
    """Run a command of this Python to its end, and look at it once in a while."""
    looks = []
    begin = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([sys.executable, *command], stdout=said, stderr=said)
        while process.poll() is None:
            pids = family(process.pid)
            of_all = (sum(map(measure, pids)) for measure in (processor, memory, handles))
            used, held, opened = of_all
            looks.append(Look(time.monotonic() - begin, used, done(), held, opened))
            time.sleep(BETWEEN)
        said.seek(0)
        assert process.returncode == 0, said.read()[-2000:].decode(errors="replace")
    looks = [look for look in looks if look.memory]  # not as it was just ending
    return [*looks, replace(looks[-1], done=done())]


def processor(pid: int) -> float:
    """Return the seconds that a process, and those that it has waited for, had a core."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """Return a process and all below it."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        below = [child for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []  # it has just ended
    return [pid, *(one for child in below for one in family(int(child)))]


def memory(pid: int) -> int:
    """Return the bytes of a process, a shared page by its share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:")), 0)


def handles(pid: int) -> int:
    """Return how many handles a process has open."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208  names are enough
    except OSError:
        return 0


def say(work: str, amount: int, looks: Sequence[Look]) -> None:
    """Print a row of the table."""
    late = [look.memory / MIB for look in looks[len(looks) // 2 :]]
    seconds = looks[-1].processor
    print(
        f"| {work} | {seconds:.0f} | {1000 * seconds / amount:,.1f} ms "
        f"| {max(look.memory for look in looks) / MIB:,.0f} MiB, {min(late):,.0f} to "
        f"{max(late):,.0f} | {max(look.handles for look in looks)} |",
        flush=True,
    )


def plot(preparations: dict[int, list[Look]], run: Sequence[Look], out: Path) -> None:
    """Draw both works: time, memory and handles."""
    figure, axes = plt.subplots(2, 3, figsize=(11, 5.6), layout="constrained")
    amounts = list(preparations)
    ends = [looks[-1].processor for looks in preparations.values()]
    axes[0, 0].plot(amounts, ends, "o-")
    axes[0, 0].set(title="Preparing: time", xlabel="pictures", ylabel="processor seconds")
    for amount, looks in preparations.items():
        seconds = [look.seconds for look in looks]
        axes[0, 1].plot(seconds, [look.memory / MIB for look in looks], label=f"{amount:,}")
        axes[0, 2].plot(seconds, [look.handles for look in looks], label=f"{amount:,}")
    axes[0, 1].set(title="memory", xlabel="seconds", ylabel="MiB")
    axes[0, 2].set(title="open handles", xlabel="seconds")
    axes[0, 1].legend(title="pictures")
    seconds = [look.seconds for look in run]
    axes[1, 0].plot([look.done for look in run], [look.processor for look in run])
    axes[1, 0].set(title="Training: time", xlabel="levels", ylabel="processor seconds")
    axes[1, 1].plot(seconds, [look.memory / MIB for look in run])
    axes[1, 1].set(title="memory", xlabel="seconds", ylabel="MiB")
    axes[1, 2].plot(seconds, [look.handles for look in run])
    axes[1, 2].set(title="open handles", xlabel="seconds")
    for axis in axes.flat:
        axis.set_ylim(bottom=0)
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(out, dpi=110)
    plt.close(figure)


if __name__ == "__main__":
    main(tyro.cli(Config))
