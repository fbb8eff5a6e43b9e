"""Where the networks look, in figures: a plot a quantity against sparsity, and a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from jaxticket.report.web.axes import even_in_rounds, sparsity_axis, value_axis
from jaxticket.report.web.blocks import Panels, Section, Table
from jaxticket.report.web.cells import Ends, Share, is_number
from jaxticket.report.web.parts import RunPart
from jaxticket.report.web.plot import Curve, Plot, Point
from jaxticket.runs.saliency import read_saliency

QUANTITIES = {
    "distance": "Frobenius distance",
    "distance_of_unit_mass": "Frobenius distance at unit mass",
    "rank_correlation": "rank correlation",
    "top_k_overlap": "top-k overlap",
    "jensen_shannon": "Jensen-Shannon distance",
    "centre_shift": "shift of the centre of mass",
    "empty": "share of empty maps",
    "energy_inside": "energy inside",
    "pointing_game": "pointing game",
    "iou": "IoU",
    "pixel_auc": "pixel AUC",
    "deletion": "deletion area",
    "insertion": "insertion area",
    "over_area": "mass over area",
}
"""What the quantities of jaxticket.saliency are called (docs/attention.md)."""
AGAINST = {"dense": "dense network"}


def attention_section(parts: Sequence[RunPart]) -> Section | None:
    """Return the section; None where no run has figures of its maps."""
    blocks: list[Any] = []
    found = {
        part.name: rows
        for part in parts
        if (saliency := read_saliency(part.run.path)) and (rows := list(map(_named, saliency.rows)))
    }
    for name, rows in found.items():
        title = name if len(parts) > 1 else ""
        blocks += [
            _panels(title, [row for row in rows if row["whole"]]),
            _table(f"attention_{title}" if title else "attention", rows),
        ]
    return Section("attention", "Attention in figures", blocks) if blocks else None


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row whose quantity says what is compared with what, and of which pictures."""
    words = QUANTITIES.get(str(row["quantity"]), str(row["quantity"]).replace("_", " "))
    whole = row.get("by", "all") == "all" and not row.get("against")
    if row.get("against"):
        words += f" minus that of the {AGAINST.get(row['against'], row['against'])}"
    if row.get("name"):
        words += f", {row['name']}"
    return {**row, "quantity": words, "whole": whole}


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
        ("level", "sparsity", "quantity", "of", "value", "n"),
        [
            (row.get("level"), Share(row["sparsity"]), row["quantity"], row["of"],
             Ends(row["value"], row.get("low"), row.get("high")), row.get("n"))
            for row in rows
        ],
        hidden=True,
    )  # fmt: skip
