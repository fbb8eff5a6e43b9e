"""The options of experiments.ticket, a class for each of its subcommands."""

from dataclasses import dataclass
from pathlib import Path

from tyro.conf import Positional


@dataclass(frozen=True)
class Pack:
    """Write a kept level of a run as a ticket file."""

    run: Path
    """The run folder, made by experiments.imp or experiments.control."""
    out: Path
    """The ticket, NAME.safetensors."""
    level: int | None = None
    """The level. Without it the run's last."""
    licence: str = "not stated"
    """Under what licence you give the ticket away, such as Apache-2.0."""


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


Config = Pack | Unpack | Verify | Show | Compact
