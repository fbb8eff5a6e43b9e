"""What a run's levels say of other and of corrupted pictures, where they were evaluated."""

from collections.abc import Iterator, Sequence
from typing import Any

from jaxticket.report.page.blocks import Section, Table, Text
from jaxticket.report.page.cells import Count, Ends, Share
from jaxticket.report.page.parts import RunPart
from jaxticket.runs.evaluations import CLEAN, FigureRow, SplitFigures, read_figures

Rows = Sequence[FigureRow]
LEVEL = ("level", "sparsity")
WHOLE = ("accuracy", "AUC", "AUC minus dense", "kept of dense")
PARTS = ("by", "name", "n", "recall", "AUC", "AUC minus dense")


def evaluations_section(parts: Sequence[RunPart]) -> Section | None:
    """Return the section; None where no run was evaluated elsewhere.

    Raises:
        Damaged: figures of an evaluation are not of the form of `jaxticket.runs.evaluations`.
    """
    blocks: list[Any] = []
    for part in parts:
        if evaluations := read_figures(part.run.path):
            blocks.append(Text(_intro(part, len(parts) > 1)))
            for number, figures in enumerate(evaluations):
                stem = f"evaluation_{number}" + (f"_{part.name}" if len(parts) > 1 else "")
                blocks += _tables(figures, stem)
                blocks += [Text(f"{it.name}: {line}") for it in figures.data for line in it.lines]
    return Section("evaluations", "On other and on corrupted pictures", blocks) if blocks else None


def _intro(part: RunPart, named: bool) -> str:
    what = f"{part.name} was" if named else "This run was"
    methods = part.run.recipe.methods
    only = f" (of the forgeries only {', '.join(methods)})" if methods else ""
    return (
        f"{what} trained on {part.run.recipe.data_name}{only}. Here its levels are tested "
        "as they are: nothing was trained, and the threshold stays at 0. Kept: (AUC - 1/2) over "
        "that of the dense network on the same pictures, or of the same level on clean ones; "
        "nothing where that is not significantly above chance. 1 seed; in brackets 95% over the "
        "test groups."
    )


def _tables(figures: SplitFigures, stem: str) -> Iterator[Table]:
    """Yield a table of clean pictures; folded away one of corrupted ones, and one of parts."""
    synthetic = ", synthetic" if figures.synthetic else ""
    levels = sorted(set(figures.compressions) - {""})
    at = f" at {', '.join(levels)}" if levels else ""
    content = figures.data_fingerprint[:8]
    on = (
        f"{figures.data_name}{at} ({content}{synthetic}), {figures.split} split, "
        f"n = {figures.examples:,} pictures in {figures.groups:,} groups"
    )
    clean = [(place, rows) for kind, place, rows in _cells(figures) if kind == CLEAN]
    if clean:
        lines = [(*place, *_whole(rows)) for place, rows in clean]
        yield Table(stem, f"On {on}", (*LEVEL, *WHOLE), lines)
    spoilt = [
        (kind, *place, *_whole(rows), _ends(rows, "auc", "retention", CLEAN))
        for kind, place, rows in _cells(figures)
        if kind != CLEAN
    ]
    if spoilt:
        heads = ("corruption", *LEVEL, *WHOLE, "kept of clean")
        yield Table(f"{stem}_corrupted", f"Corrupted, on {on}", heads, spoilt, hidden=True)
    parts = [
        (kind, *place, *part) for kind, place, rows in _cells(figures) for part in _parts(rows)
    ]
    if parts:
        heads = ("corruption", *LEVEL, *PARTS)
        by = {
            "method": "forgery method (AUC beside all real pictures)",
            "compression": "compression",
        }
        there = [words for key, words in by.items() if any(part[3] == key for part in parts)]
        caption = f"By {' and '.join(there)}, on {on}"
        yield Table(f"{stem}_by_method", caption, heads, parts, hidden=True)


def _whole(rows: Rows) -> Iterator[Ends | None]:
    rows = [row for row in rows if row.by == "all"]
    yield from (_ends(rows, "accuracy"), _ends(rows, "auc"))
    yield from (_ends(rows, "auc", measure, "dense") for measure in ("difference", "retention"))


def _parts(rows: Rows) -> Iterator[tuple[Any, ...]]:
    rows = [row for row in rows if row.by in ("method", "compression")]
    for by, name in dict.fromkeys((row.by, row.name) for row in rows):
        mine = [row for row in rows if (row.by, row.name) == (by, name)]
        counts = {row.metric: row.examples for row in mine}
        # The rows of AUC count the real pictures too.
        yield (
            by, name, Count(counts.get("recall", mine[0].examples)), _ends(mine, "recall"),
            _ends(mine, "auc"), _ends(mine, "auc", "difference", "dense"),
        )  # fmt: skip


def _cells(figures: SplitFigures) -> Iterator[tuple[str, tuple[int, Share], Rows]]:
    """Yield corruption, the columns of `LEVEL`, and the rows of frames there."""
    sparsities = {level.level: level.sparsity for level in figures.levels}
    for cell in figures.cells:
        rows = [row for row in cell.rows if row.unit == "frames"]
        yield cell.corruption, (cell.level, Share(sparsities[cell.level])), rows


def _ends(rows: Rows, metric: str, measure: str = "value", against: str = "") -> Ends | None:
    wanted = metric, measure, against
    for row in rows:
        if (row.metric, row.measure, row.against) == wanted:
            return Ends(row.value, row.low, row.high, measure == "difference")
    return None
