"""Where the networks look, in figures: a plot a quantity against sparsity, and a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from jaxticket.report.page.axes import even_in_rounds, sparsity_axis, value_axis
from jaxticket.report.page.blocks import Panels, Section, Table
from jaxticket.report.page.cells import Ends, Share, is_number
from jaxticket.report.page.parts import RunPart, StudyPart
from jaxticket.report.page.plot import Curve, Plot, Point
from jaxticket.runs import Damaged
from jaxticket.runs.attention import read_saliency
from jaxticket.text import metric_name

AGAINST = {"dense": "dense network"}


def attention_section(
    parts: Sequence[RunPart], studies: Sequence[StudyPart] = ()
) -> Section | None:
    """Return the section; None where neither a run nor a study has figures of maps."""
    blocks: list[Any] = []
    figures = {part.name: _rows_of(part) for part in parts}
    for study in studies:
        before = f"{study.name}: " if len(parts) + len(studies) > 1 else ""
        figures |= {f"{before}{name}": rows for name, rows in study.attention.items()}
    figures = {name: rows for name, rows in figures.items() if rows}
    for name, rows in figures.items():
        title = name if len(figures) > 1 or studies else ""
        named = [_named(row) for row in rows]
        blocks += [
            _panels(title, [row for row in named if row["whole"]]),
            _table(f"attention_{title}" if title else "attention", named),
        ]
    return Section("attention", "Attention in figures", blocks) if blocks else None


def _rows_of(part: RunPart) -> Sequence[Mapping[str, Any]]:
    """Return the rows; none where they are damaged, of which the gallery speaks."""
    try:
        saliency = read_saliency(part.run.path)
    except Damaged:
        return []
    return saliency.rows if saliency else []


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with the page's words, and whether it is of all pictures and no difference."""
    words = metric_name(str(row["quantity"]))
    against = AGAINST.get(str(row.get("against") or ""), str(row.get("against") or ""))
    whole = row.get("by", "all") == "all" and not against
    return {**row, "quantity": words, "against": against, "whole": whole}


def _panels(title: str, rows: Sequence[Mapping[str, Any]]) -> Panels:
    names = list(dict.fromkeys(str(row["of"]) for row in rows))
    names.sort(key=lambda name: name != "ticket")
    plots = []
    for quantity in dict.fromkeys(str(row["quantity"]) for row in rows):
        mine = [row for row in rows if row["quantity"] == quantity and is_number(row["value"])]
        curves = [
            Curve(
                name,
                [_point(row) for row in sorted(mine, key=lambda row: row["sparsity"])
                 if row["of"] == name],
                line=name == "ticket",
            )
            for name in names
        ]  # fmt: skip
        values = [
            v for c in curves for p in c.points for v in (p.y, p.low, p.high) if v is not None
        ]
        counts = sorted({row["n"] for row in mine if row.get("n") is not None})
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
                sparsity_axis(row["sparsity"] for row in mine),
                value_axis("", values, least=0.05), curves, size=(300, 200),
            )
        )  # fmt: skip
    return Panels(title, plots, "Bars: 95%. Beside the ticket, what the number is worth: "
                  f"{', '.join(names[1:]) or 'no controls'}.", small=True)  # fmt: skip


def _point(row: Mapping[str, Any]) -> Point:
    low, high = (row.get(end) if is_number(row.get(end)) else None for end in ("low", "high"))
    return Point(
        even_in_rounds(row["sparsity"]), row["value"], low, high,
        f"{row['of']}, {row['sparsity']:.1%} pruned: {row['value']:.3f}",
    )  # fmt: skip


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        name, "Attention by level; in brackets 95%",
        ("level", "sparsity", "quantity", "of", "minus that of", "pictures", "value", "n", "seeds"),
        [
            (row.get("level"), Share(row["sparsity"]), row["quantity"], row["of"], row["against"],
             row.get("name") or "all", Ends(row["value"], row.get("low"), row.get("high")),
             row.get("n"), row.get("seeds"))
            for row in rows
        ],
        hidden=True,
    )  # fmt: skip
