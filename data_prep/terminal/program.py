"""The start of a command of `data_prep`."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec

from data_prep.terminal.options import parse
from data_prep.terminal.signals import end_on_signals

READER_GONE = 128 + signal.SIGPIPE
"""The exit status of a program whose output nobody reads any more, as after `| head`."""


@contextmanager
def end_with_reader() -> Iterator[None]:
    """Inside, a program whose reader has left ends without a word.

    Raises:
        SystemExit: with READER_GONE.
    """
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # What is still in the buffer must not fail again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(READER_GONE) from None


@end_with_reader()
def start(name: str, argv: Sequence[str] | None = None, prog: str | None = None) -> int:
    """Run a command and return its exit status.

    Args:
        name: `python -m data_prep.NAME` runs it.
        argv: its options; without them those that this process was given.
        prog: what is typed before them, for the usage line.

    Raises:
        SystemExit: the options are wrong, `--help` was asked for, or a signal came.
    """
    with end_on_signals():
        module = f"data_prep.{name}"
        if (spec := find_spec(module)) is not None and spec.submodule_search_locations:
            module = f"{module}.__main__"
        command = import_module(module)
        config = parse(
            command.Config,
            sys.argv[1:] if argv is None else argv,
            prog=prog or f"python -m data_prep.{name}",
            description=command.__doc__,
            older=getattr(command.Config, "OLDER", {}),
        )
        return command.main(config)
