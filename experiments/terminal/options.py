"""What an option of a command line may be, and how it is read."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import tyro

from jaxticket.data import CORRUPTION_LEVELS, Corruption, parse_corruption

Fractions = Annotated[
    tuple[float, ...] | None,
    tyro.constructors.PrimitiveConstructorSpec(
        nargs=1,
        metavar="F,F,...",
        instance_from_str=lambda text: _fractions(text[0]),
        is_instance=lambda value: value is None or isinstance(value, tuple),
        str_from_instance=lambda value: ["none" if value is None else ",".join(map(str, value))],
    ),
]


Names = Annotated[
    tuple[str, ...] | None,
    tyro.constructors.PrimitiveConstructorSpec(
        nargs=1,
        metavar="NAME,NAME,...",
        instance_from_str=lambda text: None if text[0] == "none" else _names(text[0]),
        is_instance=lambda value: value is None or isinstance(value, tuple),
        str_from_instance=lambda value: ["none" if value is None else ",".join(value)],
    ),
]

Config = TypeVar("Config")

Paths = Annotated[
    tuple[Path, ...],
    tyro.constructors.PrimitiveConstructorSpec(
        nargs=1,
        metavar="DIR,DIR,...",
        instance_from_str=lambda text: tuple(Path(part) for part in text[0].split(",") if part),
        is_instance=lambda value: isinstance(value, tuple),
        str_from_instance=lambda value: [",".join(map(str, value))],
    ),
]

IntegersOrAll = Annotated[
    tuple[int, ...] | None,
    tyro.constructors.PrimitiveConstructorSpec(
        nargs=1,
        metavar="N,N,...|all",
        instance_from_str=lambda text: (
            None if text[0] == "all" else tuple(int(part) for part in text[0].split(","))
        ),
        is_instance=lambda value: value is None or isinstance(value, tuple),
        str_from_instance=lambda value: ["all" if value is None else ",".join(map(str, value))],
    ),
]

Item = TypeVar("Item", str, int, float)


def or_none(kind: type[int] | type[float]) -> tyro.constructors.PrimitiveConstructorSpec[Any]:
    """Return how an option that is a number or `none` is read and shown."""
    return tyro.constructors.PrimitiveConstructorSpec(
        nargs=1,
        metavar=f"{kind.__name__.upper()}|none",
        instance_from_str=lambda text: None if text[0].lower() == "none" else kind(text[0]),
        is_instance=lambda value: value is None or isinstance(value, kind),
        str_from_instance=lambda value: ["none" if value is None else str(value)],
    )


IntOrNone = Annotated[int | None, or_none(int)]
FloatOrNone = Annotated[float | None, or_none(float)]


def _fractions(text: str) -> tuple[float, ...] | None:
    return None if text == "none" else tuple(float(part) for part in text.split(","))


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


def parse(
    config: type[Config], presets: Mapping[str, Config] | None, argv: Sequence[str]
) -> Config:
    """Read the command line; `--preset`, if any, gives the defaults that other options override.

    Raises:
        SystemExit: the options are wrong, or `--help` was asked for.
    """
    if presets is None:
        return tyro.cli(config, args=argv, use_underscores=True)
    name = _preset(argv)
    if name not in presets:
        print(f"error: unknown preset {name!r}: one of {', '.join(presets)}", file=sys.stderr)
        raise SystemExit(2)
    return tyro.cli(config, args=argv, default=presets[name], use_underscores=True)


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


def _listed(item: type[Item]) -> tyro.constructors.PrimitiveConstructorSpec:
    """Values with commas between, as one word of a command line."""
    return tyro.constructors.PrimitiveConstructorSpec(
        nargs=1,
        metavar="A,B,...",
        instance_from_str=lambda texts: tuple(
            item(part) for part in texts[0].split(",") if part and part != "none"
        ),
        is_instance=lambda value: isinstance(value, tuple),
        str_from_instance=lambda value: [",".join(map(str, value)) or "none"],
    )


Words = Annotated[tuple[str, ...], _listed(str)]


Integers = Annotated[tuple[int, ...], _listed(int)]


Numbers = Annotated[tuple[float, ...], _listed(float)]
