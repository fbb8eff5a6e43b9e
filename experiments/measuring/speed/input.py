"""The way of pictures into batches, beside PyTorch's DataLoader with Pillow."""

import itertools
import tempfile
from collections.abc import Iterable
from pathlib import Path

from experiments.measuring.machine import cores
from experiments.measuring.speed import pictures, theirs
from experiments.measuring.speed.interleave import Run, interleave, shares, times_over
from experiments.measuring.speed.table import Table, name_left_out, spread
from experiments.options.benchmark import Config
from jaxticket.data import load_examples, training_batches
from jaxticket.data.prepared import PreparedSet

PICTURES, SIDE = 1024, 128
FORMS = ("png", "jpg")
HEADS = {
    "form": "stored as",
    "road": "road",
    "rate": "pictures a second",
    "ratio": "times the DataLoader's best",
}
DATALOADER = "PyTorch DataLoader, Pillow"


def measure(config: Config, until: float) -> Table:
    """Return the table."""
    size = config.image_sizes[0]
    table = Table(
        f"An epoch of {PICTURES:,} prepared pictures of {SIDE} x {SIDE} pixels as shuffled batches "
        f"of {config.batch_size} at {size} x {size}, uint8; nothing else runs meanwhile. Median "
        "[quartiles] of turns.",
        HEADS,
    )
    absent = theirs.absent(config.torch, table.notes)
    left_out: list[str] = []
    for form, end in shares(FORMS, until, left_out):
        with tempfile.TemporaryDirectory() as folder:
            counts = {"train": PICTURES, "validation": 2, "test": 2}
            prepared = pictures.prepared_set(Path(folder), counts, SIDE, form)
            roads = ours(prepared, size, config.batch_size)
            if not absent:
                roads |= dataloaders(prepared, size, config.batch_size, Path(folder) / "files")
            times = interleave(roads, config.turns, end)
        others = [name for name in roads if name.startswith(DATALOADER)]
        best = times.fastest(others) if others else None
        for name in roads:
            row = {
                "form": form,
                "road": name,
                "rate": spread(PICTURES / times.calls[name]),
                "ratio": spread(times.ratio(best, name)) if best else None,
            }
            table.rows.append(row)
    name_left_out(table, left_out)
    return table


def ours(prepared: PreparedSet, size: int, batch_size: int) -> dict[str, Run]:
    """Return our roads: a run goes through an epoch."""
    held = load_examples(prepared, "train", size)
    read = load_examples(prepared, "train", size, memory_limit=0)
    steps = len(held) // batch_size
    endless = training_batches(held, batch_size, seed=0)

    def decoded() -> None:
        # Begun anew in every epoch, or its threads would read ahead while others have their turn.
        exhaust(itertools.islice(training_batches(read, batch_size, seed=0), steps))

    return {
        "jaxticket, in memory": times_over(lambda: exhaust(itertools.islice(endless, steps))),
        "jaxticket, decoded once at the start": times_over(
            lambda: load_examples(prepared, "train", size)
        ),
        "jaxticket, decoded by Grain in every epoch": times_over(decoded),
    }


def dataloaders(prepared: PreparedSet, size: int, batch_size: int, folder: Path) -> dict[str, Run]:
    """Return PyTorch's roads: in this process, and with a process a core."""
    from experiments.measuring.speed.torch_pictures import Pictures, loader

    dataset = Pictures(*pictures.files(prepared, "train", folder), size)
    roads = {}
    for workers in sorted({0, len(cores())}):
        batches = loader(dataset, batch_size, workers)
        name = f"{DATALOADER}, {workers} processes" if workers else DATALOADER
        roads[name] = times_over(lambda batches=batches: exhaust(batches))
    return roads


def exhaust(things: Iterable) -> None:
    """Go through all things."""
    for _ in things:
        pass
