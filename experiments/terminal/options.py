"""From argv to the options of a command."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import tyro

from data_prep.terminal.options import REGISTRY
from jaxticket.data import CORRUPTION_LEVELS, Corruption, parse_corruption

Fractions = tuple[float, ...] | None
Names = tuple[str, ...] | None
Paths = tuple[Path, ...]
IntegersOrAll = tuple[int, ...] | None
IntOrNone = int | None
FloatOrNone = float | None
Words = tuple[str, ...]
Integers = tuple[int, ...]
Numbers = tuple[float, ...]

Config = TypeVar("Config")


def parse(
    config: type[Config], presets: Mapping[str, Config] | None, argv: Sequence[str]
) -> Config:
    """Read the command line; `--preset`, if any, gives the defaults that other options override.

    Raises:
        SystemExit: the options are wrong, or `--help` was asked for.
    """
    if presets is None:
        return tyro.cli(config, args=argv, use_underscores=True, registry=REGISTRY)
    name = _preset(argv)
    if name not in presets:
        print(f"error: unknown preset {name!r}: one of {', '.join(presets)}", file=sys.stderr)
        raise SystemExit(2)
    return tyro.cli(
        config, args=argv, default=presets[name], use_underscores=True, registry=REGISTRY
    )


def _preset(argv: Sequence[str]) -> str:
    for at, argument in enumerate(argv):
        if argument.startswith("--preset="):
            return argument.split("=", 1)[1]
        if argument == "--preset" and at + 1 < len(argv):
            return argv[at + 1]
    return "default"


def parse_corruptions(text: str) -> list[Corruption | None]:
    """Return the corruptions that a text such as `jpeg:3,blur:all` names; None, clean, is first.

    Raises:
        ValueError: a kind or a level is unknown.
    """
    found: dict[Corruption | None, None] = {None: None}
    for part in text.split(","):
        kind, _, level = part.partition(":")
        if part == "none":
            continue
        kinds = list(CORRUPTION_LEVELS) if part == "all" else [kind]
        if part == "all" or (level == "all" and kind in CORRUPTION_LEVELS):
            for one in kinds:
                last = len(CORRUPTION_LEVELS[one])
                found |= dict.fromkeys(Corruption(one, n) for n in range(1, last + 1))
        else:
            found[parse_corruption(part)] = None
    return list(found)
