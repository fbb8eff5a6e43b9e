"""The start of a command of `data_prep`."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import FrameType

from data_prep.terminal.options import parse

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


@contextmanager
def end_on_signals() -> Iterator[None]:
    """Inside, SIGTERM and SIGINT end the program with a sentence.

    A library may make an error of its own of the interrupt; once a signal came it is none.

    Raises:
        SystemExit: with 128 and the number of the signal.
    """
    came: list[int] = []

    def interrupt(number: int, _: FrameType | None) -> None:
        came.append(number)
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number, handler in before.items():
        if handler in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, interrupt)
    try:
        yield
    except (KeyboardInterrupt, Exception) as error:
        if not came and not isinstance(error, KeyboardInterrupt):
            raise
        print("\nstopped. The same command goes on from here.", file=sys.stderr)
        raise SystemExit(128 + (came or [signal.SIGINT])[0]) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
