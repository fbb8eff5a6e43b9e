"""What a leader shows: the lines of its workers, and how far each is."""

import time

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn

from data_prep.terminal.bars import make_bars
from experiments.terminal.console import QUIET_SECONDS


class Display:
    """Rows of progress on a terminal, one a training under way; in a log file, a line in a while.

    Everything that belongs to a training has its number in front.
    """

    def __init__(self, console: Console):
        """Show on a console."""
        self._console = console
        self._bars = make_bars(
            TextColumn("{task.description}"), BarColumn(bar_width=6),
            TextColumn("{task.fields[text]}"), console=console, refresh_per_second=2,
        )  # fmt: skip
        self._rows: dict[int, TaskID] = {}
        self._spoke: dict[int, float] = {}

    def __enter__(self) -> "Display":
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._bars.stop()

    def begun(self, number: int) -> None:
        """Show that a training begins."""
        self._rows[number] = self._bars.add_task(f"{number}: begins", total=None, text="")
        self._spoke[number] = time.perf_counter()

    def said(self, number: int, text: str) -> None:
        """Show what a training said."""
        for line in filter(str.strip, text.splitlines()):
            self._console.print(f"{number}: {line}")

    def at(self, number: int, what: str, done: int, whole: int, text: str) -> None:
        """Show how far a training is: steps done and in all, and a text on them."""
        self._bars.update(
            self._rows[number], description=f"{number}: {what}", completed=done, total=whole,
            text=text,
        )  # fmt: skip
        now = time.perf_counter()
        if not self._console.is_terminal and now - self._spoke[number] >= QUIET_SECONDS:
            self._spoke[number] = now
            self._console.print(f"{number}: {what}  {text}")

    def ended(self, number: int) -> None:
        """Show a training no more."""
        self._bars.remove_task(self._rows.pop(number))
