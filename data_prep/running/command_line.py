"""What the commands of the data sets share: progress, the data card, and errors as lines."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.logging import RichHandler
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from data_prep.contact_sheet import write_sheet
from data_prep.prepared.card import read_card
from data_prep.prepared.card_text import card_text
from data_prep.running.preparation import OnProgress
from data_prep.terminal.bars import make_bars
from data_prep.terminal.plain import HarmlessFormatter, harmless, say_error

SHEET = "contact_sheet.jpg"
"""The file of the contact sheet, beside the data card."""


def run(prepare: Callable[[OnProgress], Path]) -> int:
    """Prepare a set under a progress bar, print its card and folder, and draw its contact sheet.

    Args:
        prepare: given what to call about progress, prepares and returns the version folder.

    Returns:
        The exit status: 0; 2 where something was wrong, which stderr says in one line.
    """
    return run_with_faces(lambda _, on_progress: prepare(on_progress))


def run_with_faces(prepare: Callable[[OnProgress, OnProgress], Path]) -> int:
    """Prepare a set as `run` does, with a bar of its own for faces that are detected before.

    Args:
        prepare: given what to call about the faces and about the rest.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    try:
        with make_bars(*columns) as bars, _logged_to(bars.console):
            on_faces = bar(bars, "faces", visible=False)
            folder = prepare(on_faces, bar(bars, "preparing"))
    except (ValueError, OSError) as error:
        say_error(error)
        return 2
    print(harmless(card_text(read_card(folder))))
    _show_sheet(folder)
    print(f"prepared set: {folder}")
    return 0


def bar(bars: Progress, what: str, visible: bool = True) -> OnProgress:
    """Return a bar that is shown at the latest when there is progress."""
    bar = bars.add_task(what, total=None, visible=visible)
    return lambda done, total: bars.update(bar, completed=done, total=total, visible=True)


def _show_sheet(folder: Path) -> None:
    """Draw the contact sheet beside the card, once; a set without one is as good."""
    sheet = folder / SHEET
    try:
        if not sheet.exists():
            write_sheet(folder, sheet)
    except (ValueError, OSError) as error:
        print(harmless(f"no contact sheet: {error}"))
    else:
        print(f"contact sheet: {sheet}")


@contextmanager
def _logged_to(console: Console) -> Iterator[None]:
    """Show what `data_prep` logs, above the bar."""
    log = logging.getLogger("data_prep")
    handler = RichHandler(console=console, show_time=False, show_level=False, show_path=False)
    handler.setFormatter(HarmlessFormatter())
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.setLevel(level)
        log.removeHandler(handler)
