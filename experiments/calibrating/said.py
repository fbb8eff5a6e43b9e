"""What calibrate found, on a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Column, Table

from jaxticket.calibration import WHOLE, Calibration, bounds, on_test, units_of
from jaxticket.report.page.cells import show
from jaxticket.report.page.reliability import tables


def say(calibration: Calibration, console: Console) -> None:
    """Print the tables, and what they come to in sentences."""
    for found in reversed(tables(calibration, "")):
        console.print(_table(found.caption, found.heads, found.rows))
    units = [(name, unit) for name, unit in units_of(calibration) if name in WHOLE]
    for name, unit in units:
        before = "" if len(units) == 1 else f"{name}: "
        for text in (*bounds(calibration, name, unit), *on_test(calibration, unit)):
            console.print(f"{before}{text}")
    if calibration.synthetic:
        console.print("synthetic pictures: the bounds stand for no real ones")


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    columns = (Column(head, no_wrap=place > 0) for place, head in enumerate(heads))
    table = Table(*columns, title=caption, title_justify="left")
    for row in rows:
        table.add_row(*map(show, row))
    return table
