"""The short page that may be passed on: no pictures, no files inside, at most four sheets of A4."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from jaxticket.report.page.blocks import Facts, Panels, Section, Table, Text
from jaxticket.report.page.cells import show
from jaxticket.report.page.training import evenly

KEPT = ("headline", "verdict", "levels", "calibration", "costs", "data", "configuration", "none")
"""Sections, by their ids before the first hyphen, in the order of the page."""
SENTENCES = ("calibration", "costs")
"""Of these the first text alone."""
MOST_TEXTS, MOST_ROWS, MOST_PLOTS = 12, 20, 8
"""Of a section, of a table, of the page: as much as four sheets hold."""
MOST_LETTERS = 300
"""Of a text."""


def shared(sections: Sequence[Section]) -> list[Section]:
    """Return the sections in short.

    Texts, tables that are not folded away and plots stay, nothing else: so no picture can. What
    there is no room for is said.
    """
    kept, room = [], MOST_PLOTS
    for section in sections:
        if section.id.split("-")[0] not in KEPT:
            continue
        if section.id in SENTENCES:
            kept.append(replace(section, blocks=[_short_text(section.blocks[0])]))
            continue
        blocks: list[Any] = []
        texts = [block for block in section.blocks if isinstance(block, Text)]
        for block in section.blocks:
            if isinstance(block, Panels):
                plots, room = block.plots[:room], room - len(block.plots[:room])
                if plots:
                    blocks.append(replace(block, plots=plots))
            elif isinstance(block, Table) and section.id == "configuration":
                blocks += _facts(block)
            elif isinstance(block, Table) and not block.hidden:
                blocks.append(_short_table(block))
            elif isinstance(block, Text) and block in texts[:MOST_TEXTS]:
                blocks.append(_short_text(block))
        if len(texts) > MOST_TEXTS:
            blocks.append(Text(f"{len(texts) - MOST_TEXTS} more such lines are on the full page."))
        wanted = sum(len(block.plots) for block in section.blocks if isinstance(block, Panels))
        drawn = sum(len(block.plots) for block in blocks if isinstance(block, Panels))
        if drawn < wanted:
            blocks.append(Text(f"{wanted - drawn} more plots are on the full page."))
        kept.append(replace(section, blocks=blocks))
    return kept


def _short_text(text: Text) -> Text:
    if len(text.text) <= MOST_LETTERS:
        return text
    return replace(text, text=f"{text.text[: MOST_LETTERS - 1].rsplit(' ', 1)[0]} …")


def _short_table(table: Table) -> Table:
    """Return it of one metric, with the fullest rows, and what all rows share in the caption."""
    if not table.rows:
        return table
    rows, notes = list(table.rows), []
    if "metric" in table.heads:
        place = list(table.heads).index("metric")
        rows = [row for row in rows if row[place] == rows[0][place]]
    if len(rows) > MOST_ROWS:
        filled = [sum(cell not in (None, "") for cell in row) for row in rows]
        full = [row for row, count in zip(rows, filled, strict=True) if count == max(filled)]
        rows = [full[place] for place in evenly(len(full), MOST_ROWS)]
    if len(rows) < len(table.rows):
        notes.append(f"{len(rows)} of the {len(table.rows)} rows of the full page")
    columns = list(zip(*rows, strict=True))
    same = [
        len(rows) > 1 and place > 0 and len(set(map(show, column))) == 1
        for place, column in enumerate(columns)
    ]
    if len(rows) > 1 and len(set(map(show, columns[0]))) == 1 and not all(same[1:]):
        same[0] = True
    notes[:0] = [
        f"{head}: {show(column[0])}"
        for head, column, alike in zip(table.heads, columns, same, strict=True)
        if alike and column[0] is not None
    ]
    return replace(
        table,
        caption="; ".join([table.caption.rstrip("."), *notes]),
        heads=[head for head, alike in zip(table.heads, same, strict=True) if not alike],
        rows=[[cell for cell, alike in zip(row, same, strict=True) if not alike] for row in rows],
    )


def _facts(table: Table) -> list[Any]:
    """Return what all runs have as facts, and a table of what differs."""
    alike = [
        (str(row[0]), show(row[1])) for row in table.rows
        if len(set(row[1:])) == 1 and row[1] not in ("", "None")
    ]  # fmt: skip
    different = [row for row in table.rows if len(set(row[1:])) > 1]
    blocks: list[Any] = [replace(table, rows=different)] if different else []
    return [*blocks, Facts(table.caption, alike)] if alike else blocks
