"""The progress and the tables of an evaluation, for a terminal."""

import time
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.table import Table

from data_prep.terminal.bars import make_bars
from experiments.terminal.console import NO_INTERVAL, span
from jaxticket.runs.evaluations import CLEAN
from jaxticket.text import count_text, interval_text, is_interval

Row = Mapping[str, Any]


class Progress:
    """A bar with the time left on a terminal, and a line for each corruption."""

    def __init__(self, console: Console, corruptions: int, pictures: int):
        """Expect so many corruptions of so many pictures."""
        self._console, self._corruptions, self._pictures = console, corruptions, pictures
        self._begin = time.perf_counter()
        self._work = self._finished = 0
        self._bar = make_bars(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}"),
            console=console,
        )
        self._task = self._bar.add_task("", total=pictures, left="")

    def __enter__(self) -> "Progress":
        if self._console.is_terminal:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, corruption: str, levels: list[int], done: int) -> None:
        """Show how many pictures of a corruption are done; no levels: all were evaluated before."""
        left = self._left(done if levels else 0)
        self._bar.update(self._task, description=corruption, completed=done, left=left)
        if done < self._pictures or self._said == corruption:
            return
        self._said = corruption
        self._finished += 1
        if not levels:
            self._console.print(f"{corruption}: kept from before")
            return
        self._work += self._pictures
        numbers = ", ".join(map(str, levels))
        left = self._left(0)
        self._console.print(
            f"{corruption}: {count_text(self._pictures, 'picture')}, levels {numbers}; {left}"
        )

    _said = ""

    def _left(self, done: int) -> str:
        """Return the time left, in words, if none of the rest was evaluated before."""
        work = self._work + done
        if not work:
            return ""
        left = (self._corruptions - self._finished) * self._pictures - done
        return f"{span((time.perf_counter() - self._begin) / work * left)} left"


def tables(rows: list[dict[str, Any]], sparsities: Mapping[int, float], title: str) -> list[Table]:
    """Return the tables of an evaluation.

    Args:
        rows: the figures, see `jaxticket.evaluation.figures`.
        sparsities: of the levels.
        title: of the first table.
    """
    frames = [row for row in rows if row["unit"] == "frames"]
    levels = [level for level in sparsities if any(row["level"] == level for row in frames)]
    made = [
        _levels(frames, {level: sparsities[level] for level in levels}, title),
        _methods(frames, levels),
    ]
    if any(row["corruption"] != CLEAN for row in frames):
        made.append(_corruptions(frames, levels))
    return made


def _levels(rows: list[dict[str, Any]], sparsities: Mapping[int, float], title: str) -> Table:
    table = _table(title, "level", ["sparsity", "accuracy", "AUC [95%]", "EER", "AUC kept [95%]"])
    for level, sparsity in sparsities.items():
        place = {"corruption": CLEAN, "level": level, "by": "all"}
        value = {**place, "measure": "value"}
        table.add_row(
            str(level), f"{sparsity:.1%}", _cell(rows, {**value, "metric": "accuracy"}),
            _with_ends(rows, {**value, "metric": "auc"}), _cell(rows, {**value, "metric": "eer"}),
            _with_ends(rows, {**place, "measure": "retention", "metric": "auc"}),
        )  # fmt: skip
    wanted = {"corruption": CLEAN, "by": "all", "measure": "value", "metric": "auc"}
    aucs = [_find(rows, wanted | {"level": level}) for level in sparsities]
    ends = [(row["low"], row["high"]) for row in aucs if row.get("value") is not None]
    none = ends and not any(map(is_interval, ends))
    table.caption = f"{NO_INTERVAL}\n" if none else ""
    table.caption += "kept: of what the dense level has above chance, on the same pictures"
    return table


def _methods(rows: list[dict[str, Any]], levels: list[int]) -> Table:
    table = _table("AUC of each method's fakes and all reals / recall", "method", _heads(levels))
    clean = [row for row in rows if row["corruption"] == CLEAN and row["by"] == "method"]
    for method in dict.fromkeys(row["name"] for row in clean):
        place = {"name": method, "measure": "value"}
        cells = []
        for level in levels:
            auc = _cell(clean, {**place, "level": level, "metric": "auc"})
            recall = _cell(clean, {**place, "level": level, "metric": "recall"})
            cells.append(f"{auc} / {recall}")
        table.add_row(method, *cells)
    return table


def _corruptions(rows: list[dict[str, Any]], levels: list[int]) -> Table:
    ranked = any(row["metric"] == "auc" for row in rows)  # not where there is one class only
    metric, title = (
        ("auc", "AUC / of it above chance, kept from clean")
        if ranked
        else ("accuracy", "accuracy by corruption")
    )
    table = _table(title, "corruption", _heads(levels))
    whole = [row for row in rows if row["by"] == "all" and row["metric"] == metric]
    for corruption in dict.fromkeys(row["corruption"] for row in whole):
        cells = []
        for level in levels:
            place = {"corruption": corruption, "level": level}
            value = _cell(whole, {**place, "measure": "value"})
            kept = _cell(whole, {**place, "measure": "retention", "against": CLEAN})
            cells.append(f"{value} / {kept}" if ranked and corruption != CLEAN else value)
        table.add_row(corruption, *cells)
    return table


def _table(title: str, first: str, heads: list[str]) -> Table:
    table = Table(title=title)
    table.add_column(first)
    for head in heads:
        table.add_column(head, justify="right")
    return table


def _heads(levels: list[int]) -> list[str]:
    return [f"level {level}" for level in levels]


def _find(rows: list[dict[str, Any]], wanted: Row) -> Row:
    return next((row for row in rows if all(row[k] == v for k, v in wanted.items())), {})


def _cell(rows: list[dict[str, Any]], wanted: Row) -> str:
    return interval_text(_find(rows, wanted).get("value"))


def _with_ends(rows: list[dict[str, Any]], wanted: Row) -> str:
    row = _find(rows, wanted)
    return interval_text(*map(row.get, ("value", "low", "high")))
