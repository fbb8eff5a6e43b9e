"""Where the networks look, in figures: a plot a quantity against sparsity, and a table."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from jaxticket.report.marks import marks_of
from jaxticket.report.page.axes import even_in_rounds, sparsity_axis, value_axis
from jaxticket.report.page.blocks import Panels, Section, Table, Text
from jaxticket.report.page.cells import Ends, Share
from jaxticket.report.page.parts import RunPart, StudyPart
from jaxticket.report.page.plot import Curve, Plot, Point
from jaxticket.runs import Damaged
from jaxticket.runs.attention import Figure, Saliency, read_saliency
from jaxticket.text import direction, metric_name, sample_text

AGAINST = {"dense": "dense network"}


def attention_section(
    parts: Sequence[RunPart], studies: Sequence[StudyPart] = ()
) -> Section | None:
    """Return the section; None where neither a run nor a study has figures of maps."""
    blocks: list[Any] = []
    kept = {part.name: saliency for part in parts if (saliency := _kept(part))}
    figures = {name: saliency.rows for name, saliency in kept.items()}
    for study in studies:
        before = f"{study.name}: " if len(parts) + len(studies) > 1 else ""
        figures |= {f"{before}{name}": rows for name, rows in study.attention.items()}
    figures = {name: rows for name, rows in figures.items() if rows}
    for name, rows in figures.items():
        title = name if len(figures) > 1 or studies else ""
        named = [_named(row) for row in rows]
        whole = [row for row in named if row.by == "all" and not row.against]
        if name in kept and (methods := kept[name].pictures_of):
            place = f"{kept[name].data_name}, {kept[name].split} split"
            blocks.append(Text(f"Pictures of {place}: {sample_text(methods)}."))
        blocks += [
            _panels(title, whole),
            _table(f"attention_{title}" if title else "attention", named),
        ]
    return Section("attention", "Attention in figures", blocks) if blocks else None


def _kept(part: RunPart) -> Saliency | None:
    """Return what a run keeps of maps; None where it is damaged, of which the gallery speaks."""
    try:
        return read_saliency(part.run.path)
    except Damaged:
        return None


def _named(row: Figure) -> Figure:
    """Return a row with the page's words."""
    against = AGAINST.get(row.against, row.against)
    return replace(row, quantity=metric_name(row.quantity), against=against)


def _panels(title: str, rows: Sequence[Figure]) -> Panels:
    names = list(dict.fromkeys(row.network for row in rows))
    names.sort(key=lambda name: name != "ticket")
    looks, plots = marks_of(names), []
    for quantity in dict.fromkeys(row.quantity for row in rows):
        mine = [row for row in rows if row.quantity == quantity and row.value is not None]
        curves = [
            Curve(
                name,
                [_point(row, row.value) for row in sorted(mine, key=lambda row: row.sparsity)
                 if row.network == name and row.value is not None],
                line=name == "ticket",
                mark=looks[name],
            )
            for name in names
        ]  # fmt: skip
        values = [
            v for c in curves for p in c.points for v in (p.y, p.low, p.high) if v is not None
        ]
        counts = sorted({row.n for row in mine if row.n is not None})
        size = (
            f", n = {' to '.join(str(n) for n in dict.fromkeys((counts[0], counts[-1])))}"
            if counts
            else ""
        )
        ticket = [f"{point.y:.2f}" for point in curves[0].points]
        plots.append(
            Plot(
                f"{quantity}{size}",
                f"{quantity} against sparsity" + (
                    f"; {names[0]} from {ticket[0]} to {ticket[-1]}" if ticket else ""
                ),
                sparsity_axis(row.sparsity for row in mine),
                value_axis("", values, least=0.05), curves, size=(300, 200),
                better=direction(quantity),
            )
        )  # fmt: skip
    return Panels(
        title,
        plots,
        "Bars: 95%. Beside the ticket, what the number is worth: "
        f"{', '.join(names[1:]) or 'no controls'}.",
        small=True,
    )


def _point(row: Figure, value: float) -> Point:
    return Point(
        even_in_rounds(row.sparsity), value, row.low, row.high,
        f"{row.network}, {row.sparsity:.1%} pruned: {value:.3f}",
    )  # fmt: skip


def _table(name: str, rows: Sequence[Figure]) -> Table:
    return Table(
        name, "Attention by level; in brackets 95%",
        ("level", "sparsity", "quantity", "of", "minus that of", "pictures", "value", "n", "seeds"),
        [
            (row.level, Share(row.sparsity), row.quantity, row.network, row.against,
             row.name or "all", Ends(row.value, row.low, row.high),
             row.n, row.seeds)
            for row in rows
        ],
        hidden=True,
    )  # fmt: skip
