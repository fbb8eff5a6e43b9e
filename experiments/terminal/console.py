"""A run on a terminal: a bar with the time left, a line for each level, a table."""

import time
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.table import Table

from data_prep.terminal.bars import make_bars
from experiments.terminal.memory import give_back_freed_memory
from experiments.terminal.plain_console import span
from experiments.terminal.program import stopped_by
from experiments.terminal.relay import RelayConsole
from jaxticket.lottery import Callbacks
from jaxticket.runs import LevelRecord, RunRecord
from jaxticket.text import interval_text, is_interval, metric_name

QUIET_SECONDS = 30.0
NO_INTERVAL = "no interval: a class has one test group only"
"""Said below a table whose values have none."""


class Terminal(Callbacks):
    """Callbacks for a terminal, and for a log file: there, a line now and then."""

    def __init__(
        self,
        console: Console,
        started: float,
        stop: Callable[[], bool] = lambda: stopped_by() is not None,
    ):
        """Show on `console`.

        Args:
            console: takes the lines.
            started: `time.perf_counter()` at the command's start.
            stop: says whether the run was asked to end; without it, whether a signal came.
        """
        self._console, self._stop = console, stop
        self._started = started
        self._bar = make_bars(
            TextColumn("{task.description}"),
            BarColumn(bar_width=6),
            TextColumn("{task.fields[text]}"),
            console=console,
            auto_refresh=False,
        )
        self._task = self._bar.add_task("", total=1, text="")
        self._validation = ""
        self._spoke = 0.0
        self._rate = _Rate()
        self._levels = 0
        self._spacing = 0
        self._level = 0
        self._last = 0
        self._said_first = False

    def __enter__(self) -> "Terminal":
        if self._console.is_terminal:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def started(self, levels: int, steps_per_level: int) -> None:
        """Take the size of the whole."""
        self._levels, self._spacing = levels, steps_per_level

    def level_started(
        self, level: int, sparsity: float, first: int, last: int, *, resumed: bool
    ) -> None:
        """Start a level's bar."""
        self._level, self._last, self._validation = level, last, ""
        self._rate.start(first)
        give_back_freed_memory(cycles=True)
        self._bar.reset(
            self._task, total=last, completed=first, text="",
            description=f"level {level}/{self._levels - 1}, {sparsity:.1%}",
        )  # fmt: skip
        if resumed:
            self._console.print(f"level {level}: going on at step {first}")

    def remarked(self, sentence: str) -> None:
        """Say it as a warning."""
        self._console.print(f"WARNING {sentence}", style="bold red", markup=False)

    def stepped(self, level: int, step: int, metrics: dict[str, float]) -> None:
        """Move the bar; say the first metric at once, and in a log file one in a while."""
        self._rate.at(step)
        left = self._last - step + (self._levels - 1 - level) * self._spacing
        remaining = span(left * self._rate.seconds) if self._rate.seconds else "?"
        text = (
            f"{remaining} left  step {step}/{self._last}  loss {metrics['loss']:.3f}"
            f"{self._validation}"
        )
        if not self._said_first:
            self._said_first = True
            after = time.perf_counter() - self._started
            self._console.print(f"first step after {after:.0f} s: loss {metrics['loss']:.3f}")
        self._bar.update(self._task, completed=step, text=text)
        if self._console.is_terminal:
            self._bar.refresh()
        elif isinstance(self._console, RelayConsole):
            what = f"level {level}/{self._levels - 1}"
            self._console.show(what, step, self._last, text)
        elif time.perf_counter() - self._spoke >= QUIET_SECONDS:
            self._spoke = time.perf_counter()
            self._console.print(f"level {level}  {text}")

    def validated(self, level: int, step: int, metrics: dict[str, float]) -> None:
        """Remember an epoch's validation for the bar."""
        name = "auc" if "auc" in metrics else "balanced_accuracy"
        self._validation = f"  val {metric_name(name)} {metrics[name]:.3f}"

    def level_done(self, record: LevelRecord, *, restored: bool) -> None:
        """Say a level's line and its warnings."""
        how = "  (kept from before)" if restored else ""
        figures = "on the way"
        if record.validation and record.test:
            metric = "balanced_accuracy" if record.by_class else "auc"
            figures = (
                f"val {metric_name(metric)} {interval_text(record.validation[metric])}  "
                f"test accuracy {interval_text(record.test_accuracy)}  "
                f"{metric_name(metric)} {interval_text(record.test_value(metric))}"
            )
        self._console.print(
            f"level {record.level}  {record.sparsity:6.1%} pruned, {record.weights_left:,} left  "
            f"{figures}  {record.seconds:.0f} s{how}",
            highlight=False,
            markup=False,
        )
        for sign in record.signs:
            self._console.print(f"WARNING {sign}", style="bold red")
        give_back_freed_memory()

    def stop_requested(self) -> bool:
        """Return whether the run was asked to end."""
        return self._stop()


class _Rate:
    """Seconds a step, evaluation included, the first step (which compiles) left out."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._from: tuple[int, float] | None = None
        self._first = 0

    def start(self, first: int) -> None:
        self._first, self._from = first, None

    def at(self, step: int) -> None:
        now = time.perf_counter()
        if self._from is None:
            self._from = (step, now)
        elif step > self._from[0]:
            self.seconds = (now - self._from[1]) / (step - self._from[0])


def levels_table(records: Sequence[LevelRecord], title: str) -> Table:
    """Return the table of a run's levels; brackets are 95% intervals over test groups."""
    table = Table(title=title)
    heads = ("level", "sparsity", "weights left", "accuracy", "balanced accuracy", "AUC [95%]",
             "EER", "s")  # fmt: skip
    for head in heads:
        table.add_column(head, justify="right")
    for record in records:
        table.add_row(
            str(record.level), f"{record.sparsity:.1%}", f"{record.weights_left:,}",
            interval_text(record.test_accuracy), interval_text(record.test_balanced_accuracy),
            interval_text(record.test_auc, *record.test_interval("auc")),
            interval_text(record.test_eer), f"{record.seconds:.0f}",
        )  # fmt: skip
    ends = [record.test_interval("auc") for record in records if record.test_auc is not None]
    table.caption = None if any(map(is_interval, ends)) or not ends else NO_INTERVAL
    return table


def show_headline(run: RunRecord, console: Console) -> None:
    """Print what a run shows, last: the sentence, what is missing to know more, the commands.

    Before it stands what could not be read, of the run and of those beside it.
    """
    found = run.headline
    for said in (*run.lacking, *(found.left_out if found else ())):
        console.print(f"WARNING {said}", style="bold yellow", markup=False, soft_wrap=True)
    if found is None:
        return
    console.print()
    console.print(found.sentence, style="bold")
    for command, missing in found.by_command.items():
        for one in missing:
            console.print(f"to know more: {one.text}", soft_wrap=True)
        if command:
            console.print(f"  {command}", soft_wrap=True)
