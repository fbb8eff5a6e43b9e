"""cost.json, cost.md and the plots: what every road took and gave."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from experiments.costing.findings import MARGIN, METRICS, Row, full_recipe
from experiments.costing.roads import CARRIED, FULL, ROADS
from experiments.costing.sentences import aim, sentence
from experiments.options.cost import Config
from experiments.study.same_options import how_trained
from jaxticket.report.marks import Mark
from jaxticket.report.page.axes import limits_of_intervals, log_axis, value_axis
from jaxticket.report.page.plot import Curve, Plot, Point
from jaxticket.report.png import write_png
from jaxticket.runs.files import write_json, write_text
from jaxticket.statistics import Estimate
from jaxticket.text import count_text, interval_text, markdown_table
from jaxticket.verdicts.wording import words_of_seeds

PAGE, FIGURES = "cost.md", "cost.json"
PLOTS = {"steps": ("cost.png", "training steps"), "seconds": ("cost_seconds.png", "seconds")}
"""What was spent -> file, and its axis."""
MARKS = {
    name: Mark(number % 8, number % 11, hollow=number > 7) for number, name in enumerate(ROADS)
}


def write(config: Config, rows: Sequence[Row], done: int, cells: int) -> Path:
    """Write all of it into the folder of the comparison; return the page's path.

    Args:
        config: the options.
        rows: at least one.
        done: how many trainings are.
        cells: how many there are to be.
    """
    write_json(config.out / FIGURES, {"margin": MARGIN, "rows": [_plain(row) for row in rows]})
    for spent, (name, label) in PLOTS.items():
        columns = len({row.sparsity for row in rows})
        write_png(plots(rows, spent, label), _title(rows), config.out / name, columns=columns)
    path = config.out / PAGE
    write_text(path, "\n".join(_text(config, rows, done, cells)))
    return path


def by_place(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the rows of each model, data set and sparsity together, in order."""
    places: dict[tuple[str, str, float], list[Row]] = {}
    for row in rows:
        places.setdefault((row.model, row.dataset, row.sparsity), []).append(row)
    return list(places.values())


def plots(rows: Sequence[Row], spent: str, label: str) -> list[Plot]:
    """Return a plot for each model, data set and sparsity: AUC against what was spent.

    Args:
        rows: of the table.
        spent: the attribute on the horizontal axis, above 0.
        label: of that axis.
    """
    return [_plot(group, spent, label) for group in by_place(rows)]


def _plot(rows: Sequence[Row], spent: str, label: str) -> Plot:
    found = [row.metrics["auc"] for row in rows]
    low, high, _ = limits_of_intervals(*zip(*(estimate.ends for estimate in found), strict=True))
    full = next(row.metrics["auc"].value for row in rows if row.road == FULL)
    first = rows[0]
    curves = []
    for road in ROADS:  # of all roads, so that each has its place in every plot
        points = [_point(row, spent) for row in rows if row.road == road]
        if points:
            curves.append(Curve(ROADS[road].called, points, line=False, mark=MARKS[road]))
    title = f"{first.model}, {first.dataset}, {100 * first.sparsity:g}%"
    return Plot(
        title=title,
        alt=f"{title}: test AUC of tickets against {label} on a logarithmic axis",
        x=log_axis(f"{label}, search included (logarithmic)", [getattr(r, spent) for r in rows]),
        y=value_axis("test AUC", [low, high, full - MARGIN], limits=(0.0, 1.0)),
        curves=curves,
        lines=[(full, "")],  # words on it would lie over points: they are in the title
        band=(full - MARGIN, full),
        better="up and to the left is better",
    )


def _point(row: Row, spent: str) -> Point:
    auc = row.metrics["auc"]
    ends = (None, None) if math.isnan(auc.low) else (auc.low, auc.high)
    value = getattr(row, spent)
    note = f"{ROADS[row.road].called}: {interval_text(*auc.ends)}, {value:,.0f} {spent}"
    return Point(math.log10(value), auc.value, *ends, note)


def _title(rows: Sequence[Row]) -> str:
    return (
        f"What a ticket costs{_synthetic(rows)}: test AUC against what was spent on it\n"
        f"{_seeds(rows)}; bars: 95% over {_resampled(rows)}; dashed: full IMP; grey: its margin"
    )


def _synthetic(rows: Sequence[Row]) -> str:
    names = sorted({row.dataset for row in rows if row.synthetic})
    return f" ({', '.join(names)}: synthetic)" if names else ""


def _seeds(rows: Sequence[Row]) -> str:
    counts = sorted({len(row.seeds) for row in rows})
    least, most = counts[0], counts[-1]
    return count_text(most, "seed") if least == most else f"{least} to {most} seeds"


def _resampled(rows: Sequence[Row]) -> str:
    alone = all(len(row.seeds) == 1 for row in rows)
    return "test groups alone" if alone else "seeds and test groups, of one seed over test groups"


def _text(config: Config, rows: Sequence[Row], done: int, cells: int) -> list[str]:
    groups = by_place(rows)
    margin = f"{MARGIN:g} of AUC"
    lines = [
        f"# What a ticket costs{_synthetic(rows)}",
        "",
        f"{done} of {cells} trainings are done. Trained with --preset={config.preset}: "
        f"{', '.join(dict.fromkeys(_trained(config)))}.",
        "",
        *(f"- {sentence(group)}" for group in groups),
        f"- {aim(rows)}",
        "",
        *(f"![Test AUC against {label} spent]({name})\n" for name, label in PLOTS.values()),
    ]
    for group in groups:
        first = group[0]
        lines += [
            f"## {first.model} on {first.dataset}, {100 * first.sparsity:g}%", "", *_table(group),
        ]  # fmt: skip
    return [
        *lines,
        "*Spent*: training steps and seconds of a ticket, the mean over seeds: its own training in "
        "full, and of every level before it the part up to where the next mask was drawn; seconds "
        "of training and evaluation, scaled by that part, with whatever else the machine did "
        "meanwhile in them. What a level was trained beyond it, and "
        "the dense network of roads that need none, is not counted. SNIP and SynFlow need no "
        "training to find a mask.",
        *([f"Of *{ROADS[CARRIED].called}* the training here alone is counted: the search was paid "
           "on the other data."] if any(row.road == CARRIED for row in rows) else []),
        "",
        f"*Not inferior*: for certain at most {margin} below full IMP, by differences paired by "
        "seed and picture, over seeds and test groups (of one seed over test groups alone: other "
        "seeds may differ more). For each model, data set and sparsity that "
        "is corrected by Holm over all roads beside full IMP: so the cheapest of several may be "
        "chosen, and a false one among them all has a chance of at most 2.5%. *Worse*: the "
        "interval, uncorrected, lies below 0. *Not shown to be worse* is neither, and no claim. "
        "All intervals are uncorrected.",
        "",
    ]  # fmt: skip


def _trained(config: Config) -> Iterator[str]:
    for model in config.models:
        for dataset in config.datasets:
            if (recipe := full_recipe(config, model, dataset)) is not None:
                yield how_trained(recipe)


def _table(rows: Sequence[Row]) -> list[str]:
    heads = ["road", "seeds", "steps", "of full IMP's", "seconds", "AUC", "accuracy",
             "AUC minus full IMP's", "accuracy minus full IMP's", "verdict"]  # fmt: skip
    cells = [
        (
            ROADS[row.road].called, str(len(row.seeds)), f"{row.steps:,.0f}", f"{row.share:.0%}",
            f"{row.seconds:,.0f}", *(interval_text(*row.metrics[m].ends) for m in METRICS),
            *(interval_text(*row.over_full[m].ends, sign=True) if row.over_full else ""
              for m in METRICS),
            words_of_seeds(row.verdict, len(row.seeds)) if row.verdict else "",
        )
        for row in sorted(rows, key=lambda row: row.steps)
    ]  # fmt: skip
    return [*markdown_table(heads, cells)]


def _plain(row: Row) -> dict[str, Any]:
    values = {**vars(row), "called": ROADS[row.road].called}
    for name in ("metrics", "over_full"):
        values[name] = {m: _estimate(found) for m, found in values[name].items()}
    return values


def _estimate(found: Estimate) -> dict[str, Any]:
    return {"value": found.value, "low": found.low, "high": found.high, "groups": found.groups}
