"""The end of a program: from an error or a signal to a sentence and an exit status."""

import errno
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any

from data_prep.terminal.signals import listen
from experiments.terminal.memory import keep_freed_memory
from jaxticket.limits import SENTENCE
from jaxticket.text import harmless

LOOP = "Symlink loop from"
"""How `Path.resolve` says it, in Python before 3.13."""
IN_THE_WAY = {
    errno.ELOOP: "leads through a link to itself: remove it",
    errno.EEXIST: "is in the way, a file or a link to nothing: remove it, or name another place",
    errno.ENOTDIR: "lies below a file, not in a folder: name another place",
}
"""Error number -> what is said of a place, and what to do."""
EXPECTED_ERRORS = (ValueError, OSError, FloatingPointError, ImportError)


class Killed(Exception):
    """A process of the program was ended from without, so that not all was done; says which."""


def run(main: Callable[[], object]) -> None:
    """Run a program; what is the user's to mend ends in one sentence, never in a traceback.

    JAXTICKET_TRACEBACK=1 shows the traceback too. Exit status: 2 for an error that is the user's to
    mend, 1 for one of the program and where one of its processes was killed, 130 when stopped by
    SIGINT, 143 by SIGTERM.
    """
    keep_freed_memory()
    sys.excepthook = _say_uncaught
    listen(_end)
    try:
        with _asking_again():
            main()
    except KeyboardInterrupt as stop:
        print(f"\n{_stopped(str(stop))}", file=sys.stderr)
        raise SystemExit(128 + (stopped_by() or signal.SIGINT)) from None
    except BrokenPipeError:  # the reader of the output has left: `start` ends without a word
        raise
    except Exception as error:
        sentence = sentence_of(error)
        if sentence is None and (number := stopped_by()):
            # A library that had called back has made an error of its own of the interrupt.
            print(f"\n{_stopped()}", file=sys.stderr)
            raise SystemExit(128 + number) from None
        if sentence is None or os.environ.get("JAXTICKET_TRACEBACK"):
            traceback.print_exc()
        if sentence is None:
            raise SystemExit(1) from None
        print(f"error: {harmless(sentence, SENTENCE)}", file=sys.stderr)
        raise SystemExit(1 if isinstance(error, Killed) else 2) from None


def _stopped(how: str = "") -> str:
    return f"{how or 'stopped'}. The same command goes on from here."


def _say(text: str) -> None:
    """Write a line to stderr, also where a signal came in the middle of another line."""
    os.write(2, f"\n{text}\n".encode())


def _end(number: int, _: FrameType | None) -> None:
    if _led and _stop:
        return
    _stop.append(number)
    _interrupt()


def _interrupt(*_: object) -> None:
    if not _deferred:
        raise KeyboardInterrupt


@contextmanager
def deferring() -> Iterator[None]:
    """Inside, signals are only noted, since a library would swallow the interrupt; then it comes.

    Raises:
        KeyboardInterrupt: a signal has come.
    """
    _deferred.append(True)
    try:
        yield
    finally:
        _deferred.pop()
    if _stop:
        _interrupt()


@contextmanager
def _asking_again() -> Iterator[None]:
    """Inside, interrupt once more where the interrupt could not be raised.

    It cannot in what Python calls between two lines, such as JAX's callback after a garbage
    collection: Python prints it and goes on.
    """
    hook, alarm = sys.unraisablehook, signal.signal(signal.SIGALRM, _interrupt)

    def again(unraisable: Any) -> None:
        if isinstance(unraisable.exc_value, KeyboardInterrupt):
            signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
        else:
            hook(unraisable)

    sys.unraisablehook = again
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.unraisablehook = hook
        signal.signal(signal.SIGALRM, alarm)


def _say_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Print what nobody caught, but what TensorStore's threads say after a save that failed."""
    if str(error) != "Event loop is closed":
        sys.__excepthook__(kind, error, trace)


def sentence_of(error: Exception) -> str | None:
    """Return what to tell the user, or None for an error that is the program's own."""
    text = str(error)
    place = getattr(error, "filename", None)
    number = getattr(error, "errno", None)
    if number == errno.ENOSPC or "No space left on device" in text:
        return (
            f"the disk is full: {place or text.splitlines()[0]} cannot be written. What was "
            "finished is kept: free some space and run the same command again."
        )
    if place is not None and number in (errno.EACCES, errno.EROFS, errno.EPERM):
        return (
            f"{place} cannot be written or read: {os.strerror(number)}. Name another folder or "
            "change its permissions."
        )
    if isinstance(error, RuntimeError) and text.startswith(LOOP):
        place = text.removeprefix(LOOP).strip(" :")  # of Path.resolve, before Python 3.13
        return f"{place} {IN_THE_WAY[errno.ELOOP]}"
    if place is not None and (why := IN_THE_WAY.get(number or 0)) and _is_systems(error):
        return f"{place} {why}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror if place is None else f"{place}: {error.strerror}"
    return text if isinstance(error, (*EXPECTED_ERRORS, Killed)) else None


def _is_systems(error: Exception) -> bool:
    """Return whether an error has the system's words and none of ours, which say more."""
    return isinstance(error, OSError) and error.strerror == os.strerror(error.errno or 0)


AGAIN_SECONDS = 0.05
_deferred: list[bool] = []
_stop: list[int] = []
_led: list[bool] = []


def ask_once() -> None:
    """Let further signals change nothing: another process leads this one, and may have it killed.

    A key pressed on the terminal reaches both, and then the leader tells this one what it knows.
    """
    _led.append(True)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)


@contextmanager
def stop_on_signals(
    saying: str = "stopping after this step; a checkpoint is being saved ...",
) -> Iterator[None]:
    """Inside, SIGTERM and the first SIGINT ask the run to save and end; a second one ends it.

    Args:
        saying: what the user is told then.

    Raises:
        KeyboardInterrupt: a signal had come before, and was not heard.
    """
    if _stop and not _led:
        raise KeyboardInterrupt

    def ask(number: int, _: FrameType | None) -> None:
        if _stop and _led:
            return
        if _stop:
            raise KeyboardInterrupt
        _stop.append(number)
        _say(saying)

    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, ask) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def stopped_by() -> int | None:
    """Return the signal that asked the run to end, or None."""
    return _stop[0] if _stop else None
