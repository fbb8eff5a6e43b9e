"""How far the work at cells is: what comes, how long it still takes, how the last one ended."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from experiments.cells.cell import Cell, is_done
from experiments.one_run.estimate import duration
from jaxticket.runs import Damaged
from jaxticket.runs.files import read_typed
from jaxticket.text import interval_text, metric_name


class Level(Struct, frozen=True):
    """What the summary of a run says of a level."""

    seconds: float = 0.0
    test_auc: float | None = None
    test_balanced_accuracy: float | None = None


class Summary(Struct, frozen=True):
    """The summary of a run, as far as it is needed here."""

    levels: list[Level] = []


def progress(
    cells: Sequence[Cell], cell: Cell, folder: Path, number: int | None = None, workers: int = 1
) -> str:
    """Return a line on the cell that is about to be trained.

    Args:
        cells: all of them.
        cell: which comes now.
        folder: of their run folders.
        number: the how manyth it is; None for the one after those that are done.
        workers: how many are trained side by side.
    """
    done = [one for one in cells if is_done(one, folder)]
    parts = [f"{number or len(done) + 1} of {len(cells)}: {cell.called or cell.name}"]
    trained = {one.name: summary(folder / one.name) for one in done if one.figures is None}
    rate = seconds_a_level((one, trained[one.name]) for one in done if one.name in trained)
    if rate is not None:
        left = sum(one.levels for one in cells if one.name not in trained)
        parts.append(f"about {duration(rate * left / workers)} left")
    last = max(trained, key=lambda name: _ended(folder / name), default=None)
    if last is not None and trained[last].levels:
        level = trained[last].levels[-1]
        metric = "balanced_accuracy" if level.test_auc is None else "auc"
        value = interval_text(getattr(level, f"test_{metric}"))
        parts.append(f"the last one's test {metric_name(metric)} is {value}")
    return "; ".join(parts)


def seconds_a_level(done: Iterable[tuple[Cell, Summary]]) -> float | None:
    """Return what a level took, the mean over cells that are done; None without any."""
    seconds = levels = 0.0
    for cell, ended in done:
        if ended.levels:
            # A run that took its dense network over counts it, with the time that it took once.
            seconds += sum(level.seconds for level in ended.levels)
            levels += cell.levels if cell.command == "control" else len(ended.levels)
    return seconds / levels if levels else None


def summary(run: Path) -> Summary:
    """Return the summary of a finished run; nothing is in it where it cannot be read."""
    try:
        return read_typed(run / "summary.json", Summary, "")
    except (Damaged, OSError):
        return Summary()


def _ended(run: Path) -> float:
    """Return when the last step of a run was trained; its summary is written again later."""
    steps = run / "executed_steps"
    return steps.stat().st_mtime if steps.is_file() else 0.0
