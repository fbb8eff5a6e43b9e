"""A study's curves with their controls, its transfer matrix, and the tables beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

from jaxticket.report.frame import frame
from jaxticket.report.page.axes import even_in_rounds
from jaxticket.report.page.blocks import Panels, Section, Table, Text
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
from jaxticket.report.page.plot import Curve, Point
from jaxticket.text import metric_name

Finding = Mapping[str, Any]


def study_section(study: StudyPart) -> Section:
    """Return accuracy and AUC against sparsity, with controls, a pair of plots a model and data."""
    blocks = [*study_panels(study.findings), _table(_at_home(study.findings))]
    return Section(f"levels-{study.name}", "Accuracy against sparsity, with controls", blocks)


def study_panels(findings: Sequence[Finding]) -> list[Panels]:
    """Return a pair of plots, accuracy and AUC against sparsity, for every model and data set."""
    own = _at_home(findings)
    names = list(dict.fromkeys(_name(one) for one in own if one["method"] != "dense"))
    return [
        _panels(
            f"{model} on {target}",
            [one for one in own if (one["model"], one["target"]) == (model, target)],
            names,
        )
        for model, target in dict.fromkeys((one["model"], one["target"]) for one in own)
    ]


def _at_home(findings: Sequence[Finding]) -> list[Finding]:
    return [one for one in findings if one["source"] == one["target"]]


def _name(one: Finding) -> str:
    return one["method"] if one["kind"] == "ticket" else one["kind"]


def _panels(title: str, findings: Sequence[Finding], names: Sequence[str]) -> Panels:
    dense = next((one for one in findings if one["method"] == "dense"), None)
    plots, cut = [], False
    for metric in ("accuracy", "auc"):
        curves = []
        for name in names:
            of = [one for one in findings if one["method"] != "dense" and _name(one) == name]
            of = sorted(of, key=lambda one: one["sparsity"])
            points = [point for one in of if (point := _point(name, one, metric))]
            curves.append(Curve(name, points, line=all(one["kind"] == "ticket" for one in of)))
        of_dense = dense["metrics"][metric] if dense else {}
        low, high, value = (of_dense.get(name) for name in ("low", "high", "value"))
        limits, longer = _limits([one["metrics"][metric] for one in findings])
        cut = cut or longer
        plots.append(
            metric_plot(
                metric_name(metric), curves,
                [one["sparsity"] for one in findings if one["method"] != "dense"],
                [(value, "dense")] if is_number(value) else [],
                (low, high) if is_number(low) and is_number(high) else None,
                limits,
            )
        )  # fmt: skip
    seeds = sorted({len(one["seeds"]) for one in findings})
    groups = max(one["metrics"]["auc"].get("groups") or 0 for one in findings)
    return Panels(
        title, plots, f"n = {' to '.join(map(str, seeds))} seeds, {groups} test groups; bars and "
        "the grey band of the dense network: 95% over seeds and groups; hollow: controls of the "
        "first method's tickets." + (" Longer bars end at the frame." if cut else ""),
    )  # fmt: skip


def _limits(found: Sequence[Mapping[str, Any]]) -> tuple[tuple[float, float], bool]:
    """Where the axis ends at most, and whether an interval is cut there."""
    parts = ("value", "low", "high")
    low, high, cut = frame(
        *([one[part] for one in found if is_number(one.get(part))] for part in parts)
    )
    return ((low, high) if cut else (0.0, 1.0)), cut


def _point(name: str, one: Finding, metric: str) -> Point | None:
    found = one["metrics"][metric]
    if not is_number(found.get("value")):
        return None
    low, high = found.get("low"), found.get("high")
    if not (is_number(low) and is_number(high)):
        low = high = None
    note = f"{name}, {one['sparsity']:.1%} pruned: {100 * found['value']:.1f}"
    if low is not None and high is not None:
        note += f" [{100 * low:.1f}, {100 * high:.1f}]"
    return Point(even_in_rounds(one["sparsity"]), found["value"], low, high, note)


def _table(own: Sequence[Finding]) -> Table:
    rows = [
        (
            one["model"], one["target"], one["method"], _network(one), Share(one["sparsity"]),
            Count(one["weights_left"][0]), len(one["seeds"]),
            ends_of_estimate(one["metrics"]["accuracy"]), ends_of_estimate(one["metrics"]["auc"]),
            _over_dense(one), _dead(one), _ticket_minus(one), _ticket_better(one),
        )
        for one in own
    ]  # fmt: skip
    heads = ("model", "data", "method", "network", "sparsity", "weights left", "n", "accuracy",
             "AUC", "AUC minus dense", "dead layers", "AUC, ticket minus this",
             "ticket better")  # fmt: skip
    return Table("levels_of_the_study", "Every network at every sparsity over n seeds; in brackets "
                 "95% over seeds and test groups", heads, rows, hidden=True)  # fmt: skip


def _network(one: Finding) -> str:
    return "dense" if one["method"] == "dense" and one["kind"] == "ticket" else one["kind"]


def _dead(one: Finding) -> str | int:
    if not one.get("dead_layers"):
        return 0
    return (
        f"up to {one['dead_layers']} in {one.get('dead_seeds', '?')} of {len(one['seeds'])} seeds"
    )


def _ticket_minus(one: Finding) -> Ends | None:
    found = one.get("ticket_over", {}).get("auc")
    return ends_of_estimate(found, sign=True) if found else None


def _ticket_better(one: Finding) -> Answer | None:
    found = one.get("ticket_better", {}).get("auc")
    return answer(found) if found else None


def _over_dense(one: Finding) -> Ends | None:
    found = one.get("over_dense", {}).get("auc")
    return ends_of_estimate(found, sign=True) if found else None


def transfer_section(study: StudyPart) -> Section | None:
    """Return AUC by source (row) and target (column); None where nothing was transferred."""
    moved = [one for one in study.findings if one["source"] != one["target"]]
    if not moved:
        return None
    names = list(dict.fromkeys(name for one in moved for name in (one["source"], one["target"])))
    values = [_auc(one) for one in study.findings if is_number(_auc(one))]
    low, high = min(values), max(values)
    tables = []
    places = dict.fromkeys((one["model"], one["sparsity"], one["kind"]) for one in moved)
    for model, sparsity, kind in places:
        of = {
            (one["source"], one["target"]): one
            for one in moved
            if (one["model"], one["sparsity"], one["kind"]) == (model, sparsity, kind)
        }
        method = next(iter(of.values()))["method"]
        home = "ticket" if kind == "zero_shot" else kind
        own = {
            (one["source"], one["target"]): one
            for one in study.findings
            if one["source"] == one["target"] and one["kind"] == home
            and (one["model"], one["sparsity"], one["method"]) == (model, sparsity, method)
        }  # fmt: skip
        used = (
            "tested on without training there" if kind == "zero_shot" else "trained and tested on"
        )
        of_home = home if home == "ticket" else f"control {home}"
        of_home = "dense network" if method == "dense" else of_home
        rows = [
            (source, *(_cell({**own, **of}.get((source, target)), low, high) for target in names))
            for source in names
        ]
        tables.append(
            Table(
                f"transfer_{model}_{100 * sparsity:g}_{kind}",
                f"{model}, {100 * sparsity:g}% pruned, {kind}: test AUC by the data its mask was "
                f"found on (row) and those it was {used} (column); the diagonal is the {of_home} "
                "on its own data; 95% over seeds and test groups",
                ("source", *(f"on {name}" for name in names)), rows,
            )
        )  # fmt: skip
    return Section(f"transfer-{study.name}", "Transfer", tables)


def _auc(one: Finding) -> float:
    return one["metrics"]["auc"].get("value")


def _cell(one: Finding | None, low: float, high: float) -> Heat | None:
    if one is None or not is_number(_auc(one)):
        return None
    share = (_auc(one) - low) / (high - low) if high > low else 1.0
    return Heat(ends_of_estimate(one["metrics"]["auc"]), 0.1 + 0.9 * share)


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
