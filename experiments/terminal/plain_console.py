"""The console that commands print on; imports no JAX."""

from typing import Any

from rich.console import Console
from rich.text import Text

from jaxticket.text import harmless


class PlainConsole(Console):
    """A console that breaks no line of a log file, and shows names as they are, but harmless."""

    def __init__(self, **options: Any):
        """Take further options of rich's console."""
        super().__init__(soft_wrap=True, highlight=False, markup=False, emoji=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        """Return what is printed of a text, a cell or a title."""
        return super().render_str(harmless(text), **options)


def make_console() -> Console:
    """Return the console of a command."""
    console = PlainConsole()
    return console if console.is_terminal else PlainConsole(width=110)


def span(seconds: float) -> str:
    """Return a time as minutes and seconds, or hours too: 2:05, 1:02:05."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
