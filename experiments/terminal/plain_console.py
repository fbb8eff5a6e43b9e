"""The console that commands print on; imports no JAX."""

from functools import partial

from rich.console import Console


def make_console() -> Console:
    """Return a console that breaks no line of a log file, and shows names as they are."""
    plain = partial(Console, soft_wrap=True, highlight=False, markup=False, emoji=False)
    console = plain()
    return console if console.is_terminal else plain(width=110)
