"""How an option's type decides what may be typed: lists with commas, `none`, plain values.

The rules know the types alone, so a configuration is a dataclass of plain types:

    tuple[float, ...]           --sparsities=0.2,0.5     (also with spaces; `none` is the empty one)
    tuple[float, ...] | None    the same; `none` or `all` is None: nothing is singled out
    int | None                  --epochs=7, --epochs=none
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import tyro
from tyro.conf import Positional
from tyro.constructors import ConstructorRegistry, PrimitiveConstructorSpec, PrimitiveTypeInfo

Config = TypeVar("Config")

REGISTRY = ConstructorRegistry()
_METAVARS = {int: "N,N,...", float: "F,F,...", str: "NAME,NAME,...", Path: "PATH,PATH,..."}


@REGISTRY.primitive_rule
def _list_with_commas(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[Any] | None:
    arguments = get_args(info.type)
    if get_origin(info.type) is not tuple or len(arguments) != 2 or Positional in info.markers:
        return None
    item, ellipsis = arguments
    if ellipsis is not Ellipsis or item not in _METAVARS:
        return None

    def read(texts: list[str]) -> tuple[Any, ...]:
        if not texts:
            raise ValueError("a value is missing")
        if texts == ["none"]:
            return ()
        return tuple(item(part) for text in texts for part in text.split(",") if part)

    return PrimitiveConstructorSpec(
        nargs="*",
        metavar=_METAVARS[item],
        instance_from_str=read,
        is_instance=lambda value: isinstance(value, tuple),
        str_from_instance=lambda value: [",".join(map(str, value)) or "none"],
    )


@REGISTRY.primitive_rule
def _value_or_none(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[Any] | None:
    kinds = get_args(info.type)
    if get_origin(info.type) not in (Union, UnionType) or len(kinds) != 2:
        return None
    if type(None) not in kinds:
        return None
    kind = next(kind for kind in kinds if kind is not type(None))
    plain = PrimitiveTypeInfo.make(kind, info.markers)
    spec = ConstructorRegistry.get_primitive_spec(plain)
    if not isinstance(spec, PrimitiveConstructorSpec):
        return None
    words = ("none", "all") if plain.type_origin is tuple else ("none",)
    choices = None if spec.choices is None else (*spec.choices, "none")

    def read(texts: list[str]) -> Any:
        none = len(texts) == 1 and texts[0].lower() in words
        return None if none else spec.instance_from_str(texts)

    def write(value: Any) -> list[str]:
        return ["none"] if value is None else spec.str_from_instance(value)

    return PrimitiveConstructorSpec(
        nargs=spec.nargs,
        metavar=f"{{{','.join(choices)}}}" if choices else f"{spec.metavar}|none",
        instance_from_str=read,
        is_instance=lambda value: value is None or spec.is_instance(value),
        str_from_instance=write,
        choices=choices,
    )


def parse(
    config: type[Config],
    argv: Sequence[str],
    *,
    prog: str | None = None,
    description: str | None = None,
    default: Config | Any = None,
    older: Mapping[str, str | None] = MappingProxyType({}),
) -> Config:
    """Return the options that a command line gives.

    Args:
        config: a dataclass, an option a field; or a union of them, a subcommand each.
        argv: the words after the command.
        prog: what is typed before them, for the usage line.
        description: for the help; without it the docstring of `config`.
        default: gives the defaults in place of those of `config`.
        older: earlier names of options and what they are called now, None for one that is needed
            no more; "" stands for words without an option.

    Raises:
        SystemExit: the options are wrong, or `--help` was asked for.
    """
    in_place: dict[str, Any] = {} if default is None else {"default": default}
    return tyro.cli(
        config,
        args=rename(argv, older),
        prog=prog,
        description=description,
        **in_place,
        use_underscores=True,
        registry=REGISTRY,
    )


def rename(argv: Sequence[str], older: Mapping[str, str | None]) -> list[str]:
    """Return the words of a command line with its options called by their present names.

    A word that follows an option written without `=` is that option's value, and no option's name.
    An option that is needed no more is left out, with a note.
    """
    words: list[str] = []
    bare: list[str] = []
    value = needless = False
    for word in argv:
        name, equals, rest = word.partition("=")
        if word.startswith("--"):
            name = older.get(name[2:].replace("-", "_"), name[2:])
            needless = name is None
            if needless:
                print(f"note: {word.partition('=')[0]} is not needed any more", file=sys.stderr)
            else:
                words.append(f"--{name}{equals}{rest}")
        elif needless and value:
            pass
        elif "" in older and not value and not word.startswith("-"):
            bare.append(word)
        else:
            words.append(word)
        value = word.startswith("--") and not equals
    return [*words, f"--{older['']}", *bare] if bare else words
