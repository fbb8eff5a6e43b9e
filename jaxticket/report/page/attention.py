"""Where the networks look, in figures: a plot a quantity against sparsity, and a table."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from jaxticket.report.attention import QUANTITY, RIVALS, advice, against_rivals, conclusion
from jaxticket.report.marks import marks_of
from jaxticket.report.page.axes import even_in_rounds, sparsity_axis, value_axis
from jaxticket.report.page.blocks import Panels, Section, Table, Text
from jaxticket.report.page.cells import Ends, Share
from jaxticket.report.page.parts import RunPart, StudyPart
from jaxticket.report.page.plot import Curve, Plot, Point
from jaxticket.runs import Damaged
from jaxticket.runs.attention import Figure, Figures, read_saliency
from jaxticket.text import direction, metric_name, sample_text

AGAINST = {"dense": "dense network"}


def attention_section(
    parts: Sequence[RunPart], studies: Sequence[StudyPart] = ()
) -> Section | None:
    """Return the section; None where neither a run nor a study has figures of maps."""
    blocks: list[Any] = []
    todo = {part.name: part.run for part in parts}
    figures = {part.name: kept for part in parts if (kept := _kept(part))}
    for study in studies:
        before = f"{study.name}: " if len(parts) + len(studies) > 1 else ""
        figures |= {f"{before}{name}": kept for name, kept in study.attention.items()}
    figures = {name: kept for name, kept in figures.items() if kept.rows}
    for name, kept in figures.items():
        title = name if len(figures) > 1 or studies else ""
        named = [_named(row) for row in kept.rows]
        whole = [row for row in named if row.by == "all" and not row.against]
        text = conclusion(kept, advice(todo[name], kept.rows) if name in todo else "")
        blocks.append(Text(f"{title}: {text}" if title else text))
        if any(one.row.value is not None for one in against_rivals(kept.rows)):
            blocks.append(_conclusion_plot(kept))
        if kept.pictures_of:
            place = f"{kept.data_name}, {kept.split} split"
            blocks.append(Text(f"Pictures of {place}: {sample_text(kept.pictures_of)}."))
        blocks += [
            _panels(title, whole),
            _table(f"attention_{title}" if title else "attention", named),
        ]
    return Section("attention", "Attention in figures", blocks) if blocks else None


def _kept(part: RunPart) -> Figures | None:
    """Return what a run keeps of maps; None where it is damaged, of which the gallery speaks."""
    try:
        saliency = read_saliency(part.run.path)
    except Damaged:
        return None
    return saliency.figures if saliency else None


def _conclusion_plot(figures: Figures) -> Panels:
    """Return the differences that the conclusion speaks of, with their intervals."""
    comparisons = [one for one in against_rivals(figures.rows) if one.row.value is not None]
    names = list(dict.fromkeys(one.row.against for one in comparisons))
    marks = marks_of(names)
    curves = [
        Curve(
            name,
            [
                Point(
                    even_in_rounds(one.row.sparsity), one.row.value, one.row.low, one.row.high,
                    f"minus {RIVALS.get(name, name)}: {one.numbers}, {one.words}",
                )
                for one in sorted(comparisons, key=lambda one: one.row.sparsity)
                if one.row.against == name and one.row.value is not None
            ],
            line=False,
            mark=marks[name],
        )
        for name in names
    ]  # fmt: skip
    values = [v for c in curves for p in c.points for v in (p.y, p.low, p.high) if v is not None]
    quantity = metric_name(QUANTITY)
    return Panels(
        "",
        [
            Plot(
                f"{quantity} with dense, the ticket's minus a control's",
                f"{quantity} with the dense network, the ticket's minus that of "
                f"{', '.join(names)}, against sparsity; "
                f"{'; '.join(f'{one.words}, {one.numbers}' for one in comparisons)}",
                sparsity_axis(one.row.sparsity for one in comparisons),
                value_axis("", [*values, 0.0], least=0.05), curves,
                lines=[(0.0, "equally alike")], better="above 0: the ticket is more alike",
            )
        ],
        "Above 0 the ticket's maps are more like the dense network's than the control's are, below "
        f"it less. Minus: {', '.join(RIVALS.get(name, name) for name in names)}. Bars: 95%, each "
        "by itself.",
    )  # fmt: skip


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
