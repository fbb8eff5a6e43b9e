"""The start of a command: from argv to its `main`."""

import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from inspect import signature

from data_prep.terminal.program import end_with_reader
from data_prep.terminal.signals import end_at_once
from experiments import STARTED
from experiments.terminal import processes
from experiments.terminal.options import parse
from experiments.terminal.program import run


@end_with_reader()
def start(name: str, argv: Sequence[str] | None = None, prog: str | None = None) -> None:
    """Read the options of a command and run it.

    Args:
        name: `python -m experiments.NAME` runs it.
        argv: its options; without them those that this process was given.
        prog: what is typed before them, for the usage line.

    Raises:
        SystemExit: the options are wrong, `--help` was asked for, or what `run` raises.
    """
    end_at_once()
    options = import_module(f"experiments.options.{name}")
    config = parse(
        options.Config,
        getattr(options, "PRESETS", None),
        sys.argv[1:] if argv is None else argv,
        prog or f"python -m experiments.{name}",
        getattr(options, "OLDER", {}),
    )
    others = tuple(getattr(config, name, None) for name in processes.OPTIONS)
    if joined := others != (None, None, None):
        run(lambda: processes.start(*others))
    # Here, since most import JAX, and help needs none of it.
    command = import_module(f"experiments.{name}")
    from experiments.terminal.plain_console import make_console

    if "jax" in sys.modules and name != "benchmark":  # which times the compilation
        from experiments.terminal.compilation_cache import keep_programs

        keep_programs()
    console = make_console()
    if joined:
        console.quiet = not processes.first()
    rest = (console, STARTED)[: len(signature(command.main).parameters) - 1]
    main = partial(command.main, config, *rest)
    if joined:
        processes.ending_at_once(lambda: run(lambda: processes.reaching(main)))
    else:
        run(main)
