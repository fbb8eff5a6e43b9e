"""The options of experiments.imp."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jaxticket.recipe import Options


@dataclass(frozen=True, kw_only=True)
class Place:
    """Options that do not decide the result: a run may go on with others."""

    dataset: str = "synthetic_ff"
    """An embedded set, rendered and prepared on first use (synthetic_ff, or synthetic_ff_tiny to
    try things out), a folder of real and fake pictures, a manifest CSV (path, label, group,
    split), a prepared set, or your own, package.module:name; or several of these with commas
    between, trained on together."""
    preset: Literal["default", "paper"] = "default"
    """Defaults for the other options: `default` is quick on a CPU; `paper` is 128 pixels, Adam at
    a constant 1e-4, at most 100 epochs with patience 10, 20% a round."""
    skip_limit: int = 20
    """Unreadable pictures to skip, with a warning, before it is an error."""
    checkpoint_every: int | None = None
    """Steps between checkpoints inside a level; none is about a minute's worth."""
    data_on: Literal["auto", "host", "device"] = "auto"
    """Where the decoded pictures lie: auto puts them on a GPU or TPU if they take up at most a
    quarter of its memory, and otherwise batches are sent as they come. Which it is is kept with the
    run, and when it goes on it is the same."""
    steps_per_dispatch: int | None = None
    """Training steps in one program. Without it: on a GPU or TPU that holds the pictures, the
    number up to 32 with which an epoch has fewest dispatches; else 1. Kept with the run likewise. A
    CPU is many times slower with more than 1."""
    dense: Path | None = None
    """A run folder of the same options, pruning apart, whose dense network (level 0) is taken over
    instead of trained once more."""
    data_dir: Path | None = None
    """Where prepared sets lie. Default: $JAXTICKET_DATA, or jaxticket/data in the user's
    cache folder."""
    dry_run: bool = False
    """Only say how many levels and steps the run has, and about how much time, memory and disk it
    takes on this machine; train nothing, write nothing."""
    controls: tuple[str, ...] = ()
    """What the ticket is to beat, trained after it: random_global, random_layers, reinit, shuffle,
    small_dense, or your own, as for experiments.control; long_dense, which it is compared with but
    need not beat; and one_shot, the ticket of its sparsity that is found in one jump from the same
    dense network. Each has its own run folder beside the ticket's; what is there already is not
    trained again."""
    control_levels: tuple[int, ...] | None = None
    """Levels whose tickets have controls; none is the last level."""
    seeds: tuple[int, ...] | None = None
    """Instead of --seed: several, such as 0,1,2, each with its own run and controls."""
    workers: int | None = None
    """How many trainings of --seeds and --controls run side by side, each in a process of its own
    on as many cores as the others, or on a GPU of its own; none is what was measured to do most on
    this machine. What each leaves is what it leaves alone on so many cores."""
    together: int = 1
    """How many trainings of --seeds and --controls go together in one program, of which each step
    trains all: first on devices of their own, then several on one. It pays where there are several
    devices, or where one is not busy with one training."""
    split_batch: int | Literal["auto"] = 1
    """Over how many devices each batch is split: GPUs, TPU chips, or cores of a CPU, which are then
    taken as devices; the last bits of a result are others. On two cores it pays for large
    pictures: auto is as many cores as the run began with, or else as were measured to do most, once
    on this machine. It has to be asked for, as what a run leaves would depend on that measurement
    to the bit."""
    coordinator: str | None = None
    """Several processes, on as many hosts, train as one: HOST:PORT of the first, or `auto` for what
    Slurm, Open MPI, Kubernetes or a TPU slice say. Give all the same command; run_dir must lie
    where all see it, and the first keeps the run."""
    num_processes: int | None = None
    """How many processes; with HOST:PORT."""
    process_id: int | None = None
    """The number of this process, from 0; with HOST:PORT."""
    run_dir: Path | None = None
    """The run folder. Default: runs/imp_MODEL_DATASET_HASH, where the hash is of these options.
    With several seeds, a folder whose subfolders are the runs (seed0, seed1, ...); or a run of one
    of the seeds that is there already: the others then lie beside it."""


@dataclass(frozen=True, kw_only=True)
class Config(Options, Place):
    """Iterative magnitude pruning of a deepfake detector, from pictures to a lottery ticket.

    The run folder keeps every level; the same command again goes on where it stopped.
    """


PRESETS = {
    "default": Config(),
    "paper": Config(
        preset="paper",
        image_size=128,
        batch_size=64,
        epochs=100,
        learning_rate=1e-4,
        schedule="constant",
        patience=10,
    ),
}
