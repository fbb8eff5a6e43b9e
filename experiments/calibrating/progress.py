"""A bar of progress over pictures, on terminals only."""

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from data_prep.terminal.bars import make_bars


def counting(console: Console) -> Progress:
    """Return the bar, with how many of all are done and the time left."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    shown = console.is_terminal
    return make_bars(*columns, TimeRemainingColumn(), console=console, disable=not shown)
