"""Where the networks look, in figures: a plot a quantity against sparsity, and a table."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from jaxticket.report.attention import (
    QUANTITY,
    RIVALS,
    Comparison,
    against_rivals,
    conclusions,
    look_text,
)
from jaxticket.report.marks import marks_of
from jaxticket.report.page.axes import even_in_rounds, sparsity_axis, value_axis
from jaxticket.report.page.blocks import Panels, Section, Table, Text
from jaxticket.report.page.cells import Ends, Share
from jaxticket.report.page.parts import RunPart, StudyPart
from jaxticket.report.page.plot import Curve, Plot, Point
from jaxticket.runs import Damaged
from jaxticket.runs.attention import Figure, Figures, read_looks, saliency_folder
from jaxticket.runs.composition import Part
from jaxticket.text import direction, metric_name

AGAINST = {"dense": "dense network"}


def attention_section(
    parts: Sequence[RunPart], studies: Sequence[StudyPart] = ()
) -> Section | None:
    """Return the section; None where neither a run nor a study has figures of maps."""
    blocks: list[Any] = []
    named: dict[str, tuple[RunPart | None, list[Figures]]] = {
        part.name: (part, _kept(part)) for part in parts
    }
    for study in studies:
        before = f"{study.name}: " if len(parts) + len(studies) > 1 else ""
        named |= {f"{before}{name}": (None, list(looks)) for name, looks in study.attention.items()}
    named = {name: (part, looks) for name, (part, looks) in named.items() if looks}
    for name, (part, looks) in named.items():
        title = name if len(named) > 1 or studies else ""
        texts = conclusions(looks, part.run if part else None)
        blocks += [Text(f"{title}: {text}" if title else text) for text in texts]
        blocks += _conclusion_plots(looks)
        for number, figures in enumerate(looks, 1):
            which = f"look {number}" if len(looks) > 1 else ""
            blocks += _look(", ".join(filter(None, (title, which))), figures)
    return Section("attention", "Attention in figures", blocks) if blocks else None


def _kept(part: RunPart) -> list[Figures]:
    """Return what a run keeps of maps; none where it is damaged, of which the gallery speaks."""
    try:
        looks = read_looks(saliency_folder(part.run.path))
    except Damaged:
        return []
    return [look.figures for look in looks if look.figures.rows]


def _look(title: str, figures: Figures) -> list[Any]:
    """Return what a look is of, its plots and its table."""
    named = [_named(row) for row in figures.rows]
    whole = [row for row in named if row.by == "all" and not row.against]
    about = look_text(figures)
    name = "_".join(["attention", *title.replace(",", "").split()])
    return [
        Text(f"{title[0].upper()}{title[1:]}: {about}" if title else about),
        *composition_table(name.replace("attention", "attention_pictures", 1), figures.composition),
        _panels(title, whole),
        _table(name, named),
    ]


def composition_table(name: str, parts: Sequence[Part]) -> list[Table]:
    """Return what a sample is made of; no table where the sentence before it says it all."""
    if len(parts) < 3 and not any(part.right for part in parts):
        return []
    networks = list(dict.fromkeys(network for part in parts for network in part.right))
    caption = "What the pictures are made of"
    if networks:
        caption += "; of each network how many answers are right"
    rows = [
        ("fake" if part.label else "real", part.method, part.compression or None, part.pictures,
         part.groups, *(part.right.get(network) for network in networks))
        for part in parts
    ]  # fmt: skip
    heads = ("class", "method", "compression", "pictures", "groups",
             *(f"right: {network}" for network in networks))  # fmt: skip
    return [Table(name, caption, heads, rows, hidden=True)]


def _conclusion_plots(looks: Sequence[Figures]) -> list[Panels]:
    """Return the differences that the conclusions speak of, with their intervals."""
    judged = [
        [one for one in against_rivals(figures.rows) if one.row.value is not None]
        for figures in looks
    ]
    names = list(dict.fromkeys(one.row.against for look in judged for one in look))
    plots = [
        _conclusion_plot(look, names, f"look {number}: " if sum(map(bool, judged)) > 1 else "")
        for number, look in enumerate(judged, 1)
        if look
    ]
    if not plots:
        return []
    rivals = ", ".join(RIVALS.get(name, name) for name in names)
    note = (
        "Above 0 the ticket's maps are more like the dense network's than the control's are, "
        f"below it less. Minus: {rivals}. Bars: 95%, each by itself."
    )
    return [Panels("", plots, note)]


def _conclusion_plot(look: Sequence[Comparison], names: Sequence[str], before: str) -> Plot:
    marks = marks_of(names)
    curves = [
        Curve(
            name,
            [
                Point(
                    even_in_rounds(one.row.sparsity), one.row.value, one.row.low, one.row.high,
                    f"minus {RIVALS.get(name, name)}: {one.numbers}, {one.words}",
                )
                for one in sorted(look, key=lambda one: one.row.sparsity)
                if one.row.against == name and one.row.value is not None
            ],
            line=False,
            mark=marks[name],
        )
        for name in names
    ]  # fmt: skip
    values = [v for c in curves for p in c.points for v in (p.y, p.low, p.high) if v is not None]
    quantity = metric_name(QUANTITY)
    title = f"{before}{quantity} with dense, the ticket's minus a control's"
    return Plot(
        title,
        f"{title}, against sparsity: {'; '.join(f'{one.words}, {one.numbers}' for one in look)}",
        sparsity_axis(one.row.sparsity for one in look),
        value_axis("", [*values, 0.0], least=0.05), curves,
        lines=[(0.0, "equally alike")], better="above 0: the ticket is more alike",
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
