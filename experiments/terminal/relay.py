"""A console whose lines and progress another process shows."""

import io
import time
from collections.abc import Callable

from experiments.terminal.plain_console import PlainConsole

SHOWN_EVERY = 0.5
"""Seconds between two looks at how far a level is."""

Said = Callable[[str], None]
At = Callable[[str, int, int, str], None]


class RelayConsole(PlainConsole):
    """A console that hands on what is printed, and how far a level is."""

    def __init__(self, said: Said, at: At, width: int):
        """Hand on to other functions.

        Args:
            said: takes what is printed at once, with its line ends.
            at: takes what is under way, its steps done and in all, and a text on them.
            width: of tables, in characters.
        """
        super().__init__(
            file=_Lines(said), width=width, force_terminal=False, color_system=None
        )  # fmt: skip
        self._at = at
        self._last = 0.0

    def show(self, what: str, done: int, whole: int, text: str) -> None:
        """Hand on how far something is, now and then."""
        if time.perf_counter() - self._last >= SHOWN_EVERY:
            self._last = time.perf_counter()
            self._at(what, done, whole, text)


class _Lines(io.StringIO):
    def __init__(self, said: Said):
        super().__init__()
        self._said = said

    def write(self, text: str) -> int:
        if text:
            self._said(text)
        return len(text)
