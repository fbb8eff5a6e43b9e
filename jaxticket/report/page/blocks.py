"""What a page is made of: sections of texts, tables, plots, pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import quote

from markupsafe import Markup

from jaxticket.report.page.cells import Ends, Heat, harmless, plain
from jaxticket.report.page.plot import Plot
from jaxticket.text import csv_lines, is_interval


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    kind: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True)
class Table:
    """A table that can be downloaded as CSV.

    Attributes:
        name: of the CSV, without its ending.
        caption: what the rows are, with n and units.
        heads: of the columns.
        rows: cells, of `jaxticket.report.page.cells`.
        hidden: whether it is folded away at first.
        summary: what is seen of it while it is folded away; empty for the caption.
    """

    kind: ClassVar[str] = "table"
    name: str
    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]
    hidden: bool = False
    summary: str = ""

    def csv(self) -> str:
        """Return it as CSV; a column of intervals becomes three."""
        wide = [
            any(isinstance(_bare(row[place]), Ends) for row in self.rows)
            for place in range(len(self.heads))
        ]
        heads: list[str] = []
        for head, three in zip(self.heads, wide, strict=True):
            head = harmless(head)
            heads += [head, f"{head} low", f"{head} high"] if three else [head]
        lines: list[Sequence[Any]] = [heads]
        for row in self.rows:
            cells: list[Any] = []
            for cell, three in zip(row, wide, strict=True):
                columns = plain(cell)
                cells += columns + [None] * (3 - len(columns)) if three else columns
            lines.append(cells)
        return csv_lines(lines)

    @property
    def link(self) -> str:
        """The CSV as a data: URI."""
        content = self.csv().encode("utf-8", "backslashreplace")
        return f"data:text/csv;charset=utf-8,{quote(content)}"


@dataclass(frozen=True)
class Panels:
    """Plots that share one legend.

    Attributes:
        title: above them.
        plots: with the same curves in the same order, some of which may lack points.
        note: n, units, what the bars are.
        shown: numbers of the curves that are shown at first, where curves can be chosen; None
            where all always are.
        small: whether the plots are small multiples.
    """

    kind: ClassVar[str] = "panels"
    title: str
    plots: Sequence[Plot]
    note: str
    shown: Sequence[int] | None = None
    small: bool = False

    @property
    def legend(self) -> list[tuple[int, Any]]:
        """The numbers and curves to be named: those with points in some plot."""
        curves: dict[int, Any] = {}
        for plot in self.plots:
            for number, curve in enumerate(plot.curves):
                if curve.points:
                    curves.setdefault(number, curve)
        return sorted(curves.items(), key=lambda item: item[0])


@dataclass(frozen=True)
class Drawing:
    """Another picture, as SVG."""

    kind: ClassVar[str] = "drawing"
    title: str
    svg: Markup
    note: str


@dataclass(frozen=True)
class Bars:
    """Shares of a whole, as bars."""

    kind: ClassVar[str] = "bars"
    title: str
    rows: Sequence[tuple[str, float, str]]


@dataclass(frozen=True)
class Facts:
    """Names with their values, set closely."""

    kind: ClassVar[str] = "facts"
    title: str
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Section:
    """A part of the page with a heading.

    Attributes:
        id: of the anchor: lower case, without spaces.
        title: the heading.
        blocks: in order.
    """

    id: str
    title: str
    blocks: Sequence[Any] = field(default_factory=tuple)


def bars_note(plots: Sequence[Plot], what: str) -> str:
    """Return `; bars: ` and what they are of, where a plot has bars."""
    points = [point for plot in plots for curve in plot.curves for point in curve.points]
    return f"; bars: {what}" if any(point.low is not None for point in points) else ""


def brackets_note(rows: Sequence[Sequence[Any]], what: str) -> str:
    """Return `; in brackets ` and what intervals are of, where a cell has one."""
    cells = [_bare(cell) for row in rows for cell in row]
    held = any(isinstance(cell, Ends) and is_interval(cell[:3]) for cell in cells)
    return f"; in brackets {what}" if held else ""


def _bare(cell: Any) -> Any:
    return cell.content if isinstance(cell, Heat) else cell
