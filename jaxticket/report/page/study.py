"""A study on the page: curves with controls, transfer matrices, further tables, its runs."""

from collections.abc import Mapping, Sequence
from typing import Any

from jaxticket.report.marks import kind_name, marks_of, network_name
from jaxticket.report.page.axes import limits_of_intervals
from jaxticket.report.page.blocks import Panels, Section, Table, Text, bars_note, brackets_note
from jaxticket.report.page.cells import (
    Answer,
    Count,
    Ends,
    Heat,
    Link,
    Share,
    answer,
    ends_of_estimate,
    is_number,
)
from jaxticket.report.page.levels import metric_plot
from jaxticket.report.page.parts import StudyPart
from jaxticket.report.page.plot import Curve, Plot, level_point
from jaxticket.report.transfer import ZERO_SHOT, transfer_matrices
from jaxticket.text import count_text

Finding = Mapping[str, Any]


def study_section(study: StudyPart) -> Section:
    """Return accuracy and AUC against sparsity, with controls, a pair of plots a model and data."""
    blocks = [*study_panels(study.findings), _table(_at_home(study.findings))]
    return Section(f"levels-{study.name}", "Accuracy against sparsity, with controls", blocks)


def study_panels(findings: Sequence[Finding]) -> list[Panels]:
    """Return a pair of plots, accuracy and AUC against sparsity, for every model and data set."""
    own = _at_home(findings)
    names = list(dict.fromkeys(_name(row) for row in own if row["method"] != "dense"))
    return [
        _panels(
            f"{model} on {target}",
            [row for row in own if (row["model"], row["target"]) == (model, target)],
            names,
        )
        for model, target in dict.fromkeys((row["model"], row["target"]) for row in own)
    ]


def _at_home(findings: Sequence[Finding]) -> list[Finding]:
    return [row for row in findings if row["source"] == row["target"]]


def _name(row: Finding) -> str:
    return network_name(row["method"] if row["kind"] == "ticket" else row["kind"])


def _panels(title: str, findings: Sequence[Finding], names: Sequence[str]) -> Panels:
    dense = next((row for row in findings if row["method"] == "dense"), None)
    plots, cut = [], False
    for metric in ("accuracy", "auc"):
        curves = []
        for name, look in marks_of(names).items():
            subset = [row for row in findings if row["method"] != "dense" and _name(row) == name]
            subset = sorted(subset, key=lambda row: row["sparsity"])
            points = [
                level_point(name, row["sparsity"], *ends_of_estimate(row["metrics"][metric])[:3])
                for row in subset
            ]
            points = [point for point in points if point]
            curves.append(Curve(name, points, line=not look.hollow, mark=look))
        of_dense = dense["metrics"][metric] if dense else {}
        low, high, value = (of_dense.get(name) for name in ("low", "high", "value"))
        limits, longer = _limits([row["metrics"][metric] for row in findings])
        cut = cut or longer
        plots.append(
            metric_plot(
                metric, curves,
                [row["sparsity"] for row in findings if row["method"] != "dense"],
                [(value, "dense")] if is_number(value) else [],
                (low, high) if is_number(low) and is_number(high) else None,
                limits,
            )
        )  # fmt: skip
    return Panels(title, plots, _note(findings, plots, cut=cut))


def _note(findings: Sequence[Finding], plots: Sequence[Plot], *, cut: bool) -> str:
    """Return n, and what of the plots is not named in them: bars, band, hollow markers."""
    seeds = sorted({len(row["seeds"]) for row in findings})
    groups = max(row["metrics"]["auc"].get("groups") or 0 for row in findings)
    note = f"n = {' to '.join(map(str, seeds[:1] + seeds[1:][-1:]))} "
    note += f"{'seed' if seeds == [1] else 'seeds'}, {count_text(groups, 'test group')}"
    note += bars_note(plots, "95% over seeds and groups")
    if any(plot.band for plot in plots):
        note += "; grey band: the same of the dense network"
    curves = [curve for plot in plots for curve in plot.curves if curve.points]
    if any(not curve.line for curve in curves):
        several = len({curve.name for curve in curves if curve.line}) > 1
        whose = "the first method's tickets" if several else "the tickets"
        note += f"; hollow: controls of {whose}"
    return f"{note}. Longer bars end at the frame." if cut else f"{note}."


def _limits(estimates: Sequence[Mapping[str, Any]]) -> tuple[tuple[float, float], bool]:
    """Return where the axis ends at most, and whether an interval is cut there."""
    parts = ("value", "low", "high")
    low, high, cut = limits_of_intervals(
        *([row[part] for row in estimates if is_number(row.get(part))] for part in parts)
    )
    return ((low, high) if cut else (0.0, 1.0)), cut


def _table(own: Sequence[Finding]) -> Table:
    rows = [
        (
            row["model"], row["target"], row["method"], _network(row), Share(row["sparsity"]),
            Count(row["weights_left"][0]), len(row["seeds"]),
            ends_of_estimate(row["metrics"]["accuracy"]), ends_of_estimate(row["metrics"]["auc"]),
            _difference(row, "over_dense"), _dead(row), _difference(row, "ticket_over"),
            _ticket_better(row),
        )
        for row in own
    ]  # fmt: skip
    heads = ("model", "data", "method", "network", "sparsity", "weights left", "n", "accuracy",
             "AUC", "AUC minus dense", "dead layers", "AUC, ticket minus this",
             "ticket better")  # fmt: skip
    return Table(
        "levels_of_the_study",
        "Every network at every sparsity over n seeds"
        + brackets_note(rows, "95% over seeds and test groups"),
        heads,
        rows,
        hidden=True,
    )


def _network(row: Finding) -> str:
    kind = row["kind"]
    return "dense" if row["method"] == "dense" and kind == "ticket" else kind_name(kind)


def _dead(row: Finding) -> str | int:
    if not row.get("dead_layers"):
        return 0
    return (
        f"up to {row['dead_layers']} in {row.get('dead_seeds', '?')} of {len(row['seeds'])} seeds"
    )


def _ticket_better(row: Finding) -> Answer | None:
    verdict = row.get("ticket_better", {}).get("auc")
    return answer(verdict) if verdict else None


def _difference(row: Finding, field: str) -> Ends | None:
    estimate = row.get(field, {}).get("auc")
    return ends_of_estimate(estimate, sign=True) if estimate else None


def transfer_section(study: StudyPart) -> Section | None:
    """Return AUC by source (row) and target (column); None where nothing was transferred."""
    matrices = transfer_matrices(study.findings)
    if not matrices:
        return None
    places = [place for matrix in matrices for place in matrix.cells]
    names = list(dict.fromkeys(name for place in places for name in place))
    values = [auc["value"] for m in matrices for auc in m.cells.values() if is_number(auc["value"])]
    low, high = min(values, default=0.0), max(values, default=1.0)
    tables = []
    for matrix in matrices:
        zero_shot = matrix.kind == ZERO_SHOT
        used = "tested on without training there" if zero_shot else "trained and tested on"
        home = matrix.home if matrix.home == "ticket" else f"control {matrix.home}"
        home = "dense network" if matrix.method == "dense" else home
        rows = [
            (source, *(_cell(matrix.cells.get((source, target)), low, high) for target in names))
            for source in names
        ]
        diagonal = any(matrix.cells.get((name, name)) for name in names)
        on_it = f"; the diagonal is the {home} on its own data" if diagonal else ""
        tables.append(
            Table(
                f"transfer_{matrix.model}_{100 * matrix.sparsity:g}_{matrix.kind}",
                f"{matrix.model}, {100 * matrix.sparsity:g}% pruned, {matrix.kind}: test AUC by "
                f"the data its mask was found on (row) and those it was {used} (column){on_it}; "
                "higher is better" + brackets_note(rows, "95% over seeds and test groups"),
                ("source", *(f"on {name}" for name in names)), rows,
            )
        )  # fmt: skip
    return Section(f"transfer-{study.name}", "Transfer", tables)


def _cell(auc: Mapping[str, Any] | None, low: float, high: float) -> Heat | None:
    if auc is None or not is_number(auc["value"]):
        return None
    share = (auc["value"] - low) / (high - low) if high > low else 1.0
    return Heat(ends_of_estimate(auc), 0.1 + 0.9 * share)


def tables_section(study: StudyPart) -> Section | None:
    """Return the other tables of the study's folder; None where there is none."""
    if not study.tables:
        return None
    return Section(
        f"tables-{study.name}",
        "Further tables of the study",
        [
            Text("As they lie beside its results, as CSV."),
            *(
                Table(name, name.replace("_", " "), rows[0], [_numbers(row) for row in rows[1:]],
                      hidden=True)
                for name, rows in study.tables.items()
            ),
        ],
    )  # fmt: skip


def _numbers(row: Sequence[str]) -> list[str | float]:
    return [_number(cell) for cell in row]


def _number(cell: str) -> str | float:
    try:
        value = float(cell)
    except ValueError:
        return cell
    return int(value) if value.is_integer() and "." not in cell and "e" not in cell else value


def cells_section(study: StudyPart) -> Section | None:
    """Return the runs that are done, with links to their own pages; None where none is."""
    if not study.cells:
        return None
    rows = [
        (Link(name, study.pages[name]) if name in study.pages else name, Count(round(seconds)))
        for name, seconds in study.cells.items()
    ]
    linked = f", {len(study.pages)} with a page of their own" if study.pages else ""
    return Section(
        f"cells-{study.name}",
        "The runs of the study",
        [Table("cells", f"{len(rows)} runs are done{linked}; seconds of their levels",
               ("run", "seconds"), rows, hidden=True)],
    )  # fmt: skip
