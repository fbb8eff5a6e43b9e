"""How far detect is, and how long it takes: a bar on a terminal, a line now and then in a log."""

import time
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, TextColumn

from data_prep.media.containers import BadVideoError
from data_prep.media.headers import read_header
from data_prep.terminal.bars import make_bars
from experiments.detecting.inputs import Input, is_video
from experiments.terminal.plain_console import span
from jaxticket.text import count_text, printable

QUIET_SECONDS = 30.0
_HASTE = 2.0
"""Seconds, before which no time left is said."""


class Detecting:
    """The files that are looked at, one after the other, each as long as it is large."""

    def __init__(self, console: Console, files: Sequence[Input]):
        """Show on `console`."""
        self._console, self._files = console, files
        self._sizes = [_size(file) for file in files]
        self._done, self._bytes, self._share = 0, 0, 0.0
        self._seconds: tuple[int, float | None] = (-1, None)  # of the file with that number
        self._begin = self._spoke = time.perf_counter()
        self._bar = make_bars(
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[text]}"),
            reads_sets=False,
            console=console,
        )
        self._task = self._bar.add_task("", total=max(1, sum(self._sizes)), text="")

    def __enter__(self) -> "Detecting":
        if self._console.is_terminal:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._bar.stop()

    def looked(self, seconds: float) -> None:
        """Take that the video at hand is looked at so far."""
        if self._seconds[0] != self._done:
            self._seconds = (self._done, _playing_time(self._files[self._done]))
        whole = self._seconds[1]
        self._share = min(1.0, seconds / whole) if whole else 0.0
        self._show()

    def finished(self) -> None:
        """Take that the next file is done."""
        self._bytes += self._sizes[self._done]
        self._done, self._share = self._done + 1, 0.0
        self._show()

    def _show(self) -> None:
        if self._done == len(self._files):
            return
        now = time.perf_counter()
        at = self._bytes + self._share * self._sizes[self._done]
        name, left = printable(self._files[self._done].name), self._left(now, at)
        text = f"{self._done:,} of {count_text(len(self._files), 'file')}{left}"
        self._bar.update(self._task, completed=at, description=_short(name), text=text)
        if not self._console.is_terminal and now - self._spoke >= QUIET_SECONDS:
            self._spoke = now
            self._console.print(f"{text}; at {name}")

    def _left(self, now: float, at: float) -> str:
        passed, total = now - self._begin, sum(self._sizes)
        if passed < _HASTE or not at:
            return ""
        return f", {span(passed * (total - at) / at)} left"


def _size(file: Input) -> int:
    try:
        return max(1, file.path.stat().st_size)
    except OSError:
        return 1


def _playing_time(file: Input) -> float | None:
    try:
        return read_header(file.path).seconds if is_video(file.path) else None
    except BadVideoError:
        return None


def _short(name: str, most: int = 40) -> str:
    return name if len(name) <= most else f"...{name[3 - most :]}"
