"""The console that commands print on; imports no JAX."""

from functools import partial

from rich.console import Console


def make_console() -> Console:
    """Return a console that breaks no line of a log file, and shows names as they are."""
    plain = partial(Console, soft_wrap=True, highlight=False, markup=False, emoji=False)
    console = plain()
    return console if console.is_terminal else plain(width=110)


def span(seconds: float) -> str:
    """Return a time as minutes and seconds, or hours too: 2:05, 1:02:05."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
