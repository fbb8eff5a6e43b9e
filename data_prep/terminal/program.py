"""The start of a command of `data_prep`."""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

from data_prep.terminal.options import parse


def start(name: str, argv: Sequence[str] | None = None, prog: str | None = None) -> int:
    """Run a command and return its exit status.

    Args:
        name: `python -m data_prep.NAME` runs it.
        argv: its options; without them those that this process was given.
        prog: what is typed before them, for the usage line.

    Raises:
        SystemExit: the options are wrong, or `--help` was asked for.
    """
    module = f"data_prep.{name}"
    if (spec := find_spec(module)) is not None and spec.submodule_search_locations:
        module = f"{module}.__main__"
    command = import_module(module)
    return command.main(
        parse(
            command.Config,
            sys.argv[1:] if argv is None else argv,
            prog=prog or f"python -m data_prep.{name}",
            description=command.__doc__,
            older=getattr(command.Config, "OLDER", {}),
        )
    )
