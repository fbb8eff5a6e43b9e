"""The progress and the tables of an attention analysis, for a terminal."""

import time
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from experiments.terminal.console import span
from jaxticket.attention.figures import OTHER_PICTURE
from jaxticket.attention.table import Name
from jaxticket.text import interval_text, metric_name

AGREEMENT = ("rank_correlation", "top_k_overlap", "jensen_shannon", "centre_shift",
             "distance", "empty")  # fmt: skip
INSIDE = ("energy_inside", "pointing_game", "iou", "pixel_auc")
FAITHFUL = ("deletion", "insertion")

Row = dict[str, Any]


class Progress:
    """A line for each network that is done, with the time left."""

    def __init__(self, console: Console, networks: int):
        """Expect so many networks, of all runs together."""
        self._console, self._networks = console, networks
        self._begin, self._done = time.perf_counter(), 0

    def __call__(self, name: str) -> None:
        """Say that a network is done."""
        self._done += 1
        passed = time.perf_counter() - self._begin
        left = passed / self._done * (self._networks - self._done)
        self._console.print(f"{self._done}/{self._networks} {name}: {span(left)} left")


def tables(rows: Sequence[Row], title: str) -> list[Table]:
    """Return the tables of the figures, in brackets 95% intervals."""
    whole = [row for row in rows if row["by"] == "all" and not row["against"]]
    made = [_table(whole, AGREEMENT, f"{title}: agreement with the dense network of the seed")]
    beside = [
        {**row, "of": f"ticket minus {row['against']}"}
        for row in rows
        if row["against"] and row["quantity"] in AGREEMENT
    ]
    made.append(_table(beside, AGREEMENT, "agreement, minus that of controls and another seed"))
    made.append(_table(whole, INSIDE, "on the forged region"))
    against_dense = [row for row in rows if row["against"] == "dense" and row["quantity"] in INSIDE]
    made.append(_table(against_dense, INSIDE, "on the forged region, minus the dense network"))
    for order, words in (("random order", "a random order"), (OTHER_PICTURE, OTHER_PICTURE)):
        against = [row for row in rows if row["against"] == order]
        made.append(_table(against, FAITHFUL, f"faithfulness: area minus that of {words}"))
    parts = [{**row, "quantity": row["name"]} for row in rows if row["by"] == "region"]
    names = tuple(dict.fromkeys(row["quantity"] for row in parts))
    made.append(_table(parts, names, "by face region: share of the map over share of the area"))
    return [table for table in made if table.row_count]


def _table(rows: Sequence[Row], quantities: Sequence[str], title: str) -> Table:
    table = Table(title=title)
    table.add_column("of")
    there = [key for key in quantities if any(row["quantity"] == key for row in rows)]
    for key in there:
        table.add_column(metric_name(key), justify="right")
    table.add_column("n", justify="right")
    table.add_column("seeds", justify="right")
    names = dict.fromkeys(Name(row["of"], row["level"], row["sparsity"]) for row in rows
                          if row["quantity"] in there)  # fmt: skip
    for name in names:
        mine = {row["quantity"]: row for row in rows
                if (row["of"], row["level"], row["sparsity"]) == name}  # fmt: skip
        if set(mine) & set(there) == {"empty"}:
            continue
        # `empty` is known of every picture and seed; the others only where a map is not empty.
        known = [
            row for key, row in mine.items() if key in there and key not in ("empty", "distance")
        ]
        known = known or [row for key, row in mine.items() if key in there]
        n, seeds = (str(min(row[key] for row in known)) for key in ("n", "seeds"))
        table.add_row(str(name), *(_cell(mine.get(key)) for key in there), n, seeds)
    return table


def _cell(row: Row | None) -> str:
    if row is None:
        return "-"
    return interval_text(row["value"], row["low"], row["high"], sign=bool(row["against"]))
