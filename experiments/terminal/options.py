"""From argv to the options of a command."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields
from types import MappingProxyType
from typing import Any, TypeVar

from data_prep.terminal import options

Config = TypeVar("Config")


def parse(
    config: type[Config],
    presets: Mapping[str, Config] | None,
    argv: Sequence[str],
    prog: str | None = None,
    older: Mapping[str, str | None] = MappingProxyType({}),
) -> Config:
    """Read the command line; `--preset`, if any, gives the defaults that other options override.

    Raises:
        SystemExit: the options are wrong, or `--help` was asked for.
    """
    name = _preset(argv) if presets else None
    if presets and name not in presets:
        print(f"error: unknown preset {name!r}: one of {', '.join(presets)}", file=sys.stderr)
        raise SystemExit(2)
    default = presets[name] if presets and name else None
    return options.parse(config, argv, prog=prog, default=default, older=older)


def _preset(argv: Sequence[str]) -> str:
    for at, argument in enumerate(argv):
        if argument.startswith("--preset="):
            return argument.split("=", 1)[1]
        if argument == "--preset" and at + 1 < len(argv):
            return argv[at + 1]
    return "default"


def words(config: Any, base: Any = None) -> list[str]:
    """Return the words of a command line that turn the defaults, or `base`, into a configuration.

    Args:
        config: a frozen dataclass of options.
        base: another of its class, whose values are what is not named; None for the defaults.
    """
    made = []
    for field in fields(config):
        value = getattr(config, field.name)
        default = field.default if base is None else getattr(base, field.name)
        if field.name == "preset":
            default = field.default
        if value == default:
            continue
        if isinstance(value, bool):
            made.append(f"--{field.name}" if value else f"--no_{field.name}")
        else:
            parts = value if isinstance(value, tuple) else (value,)
            text = ",".join(map(str, parts)) if value is not None else ""
            made.append(f"--{field.name}={text or 'none'}")
    return made
