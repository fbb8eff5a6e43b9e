"""What SIGTERM and SIGINT do to a command: it ends with a sentence."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

STOPPED = "\nstopped. The same command goes on from here."


def end_at_once() -> None:
    """Until another handler, let SIGTERM and SIGINT end this process where it stands.

    For the imports of a command: nothing is being written, and libraries take an interrupt for
    an error of their own.
    """
    listen(_end_here)


@contextmanager
def end_on_signals() -> Iterator[None]:
    """Inside, a signal ends the program once what is under way is put in order.

    A library may make an error of its own of the interrupt; once a signal came it is none.

    Raises:
        SystemExit: with 128 and the number of the signal.
    """
    came: list[int] = []

    def interrupt(number: int, _: FrameType | None) -> None:
        came.append(number)
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    listen(interrupt)
    try:
        yield
    except (KeyboardInterrupt, Exception) as error:
        if not came and not isinstance(error, KeyboardInterrupt):
            raise
        print(STOPPED, file=sys.stderr)
        raise SystemExit(128 + (came or [signal.SIGINT])[0]) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def listen(handler: Callable[[int, FrameType | None], None]) -> None:
    """Take the place of what the system and Python do at a signal, and of nothing else.

    Without a handler, the first process of a container never hears of SIGTERM.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler, _end_here):
            signal.signal(number, handler)


def _end_here(number: int, _: FrameType | None) -> None:
    os.write(2, f"{STOPPED}\n".encode())
    os._exit(128 + number)
