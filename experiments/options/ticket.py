"""The options of experiments.ticket, a class for each of its subcommands."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tyro.conf import Positional


@dataclass(frozen=True)
class Pack:
    """Write a kept level of a run as a ticket file, and its rewind point as a second one."""

    run: Path
    """The run folder, made by experiments.imp or experiments.control."""
    out: Path
    """The ticket, NAME.safetensors. The rewind point, from which it can be trained again, becomes
    NAME.rewind.safetensors."""
    level: int | None = None
    """The level. Without it the run's last."""
    values: Literal["float32", "float16"] = "float32"
    """How surviving weights are kept. What float16 changes on the test split is measured and
    stated in the file, which needs the run's own data."""
    licence: str = "not stated"
    """Under what licence you give the ticket away, such as Apache-2.0."""
    dataset: str | None = None
    """For float16, the run's own data, as for experiments.imp. Without it: where they were, among
    the prepared sets, or rendered anew."""
    data_dir: Path | None = None
    """Where prepared sets lie; as for experiments.imp."""


@dataclass(frozen=True)
class Unpack:
    """Write a ticket as dense safetensors, params/NAME with zeros where it is pruned."""

    file: Positional[Path]
    """The ticket."""
    out: Path
    """The dense file, NAME.safetensors."""


@dataclass(frozen=True)
class Verify:
    """Check a ticket's form, hashes, counts and values, and say what was checked."""

    file: Positional[Path]
    """The ticket."""
    rewind: Path | None = None
    """Its rewind point, to be checked too."""
    json: bool = False
    """Say it as JSON."""


@dataclass(frozen=True)
class Show:
    """Say what a ticket is, where it comes from, and what its parts take."""

    file: Positional[Path]
    """The ticket."""


@dataclass(frozen=True)
class Compact:
    """Remove the channels of a ticket that cannot matter; its logits stay, and are compared."""

    file: Positional[Path]
    """The ticket."""
    out: Path
    """The smaller ticket, NAME.safetensors."""
    dataset: str | None = None
    """On whose test pictures all logits are compared, as for experiments.imp, such as a prepared
    set's folder. Without it on noise."""
    data_dir: Path | None = None
    """Where prepared sets lie; as for experiments.imp."""
    image_size: int | None = None
    """The side of the pictures that costs are counted for, pixels. Without it the ticket's own."""


@dataclass(frozen=True)
class Replay:
    """Train a ticket again from its rewind point; is it what it claims? If not, the status is 1."""

    file: Positional[Path]
    """The ticket."""
    rewind: Path | None = None
    """Its rewind point. Without it NAME.rewind.safetensors beside it."""
    dataset: str | None = None
    """The ticket's own data, as for experiments.imp. Without it: where they were, among the
    prepared sets, or rendered anew."""
    data_dir: Path | None = None
    """Where prepared sets lie; as for experiments.imp."""
    run_dir: Path | None = None
    """The run folder of the training. Default: runs/replay_MODEL_DATASET_HASH."""


@dataclass(frozen=True)
class Export:
    """Write a ticket as ONNX or StableHLO, run that, and say how far its answers are away."""

    file: Positional[Path]
    """The ticket."""
    to: Literal["onnx", "stablehlo"]
    """For onnxruntime and its like, or for JAX without this package."""
    out: Path
    """The file, NAME.onnx or NAME.stablehlo; beside the latter NAME.stablehlo.json says what it
    is."""
    check: bool = True
    """Run the file, in onnxruntime or JAX, against the ticket's own graph; --no_check leaves that
    out."""
    dataset: str | None = None
    """For the check, pictures as for experiments.imp, of which the test split is taken. Without it:
    the ticket's own, where they were or among the prepared sets; else noise."""
    data_dir: Path | None = None
    """Where prepared sets lie; as for experiments.imp."""


Config = Pack | Unpack | Verify | Show | Replay | Compact | Export
