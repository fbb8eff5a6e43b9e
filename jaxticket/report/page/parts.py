"""What a page is about: runs and studies, with what was found out about them elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jaxticket.report.marks import Mark, by_place, marks_of, network_name
from jaxticket.runs import LevelRecord, RunRecord
from jaxticket.runs.attention import Figures
from jaxticket.runs.notes import DataNotes
from jaxticket.verdicts.headline import Headline

Rules = Mapping[str, Mapping[str, Any]]
"""Rule -> its verdict as JSON: rule, metric, holds, words, reason, seeds, groups."""


@dataclass(frozen=True)
class Judged:
    """A level beside the dense network of the same run, by one metric.

    Attributes:
        level: its number.
        sparsity: of the prunable weights.
        metric: such as `auc`.
        gain: an estimate as JSON (value, low, high) of (ticket - dense), paired.
        margin: how much may be lost, in units of the metric.
        rules: the verdicts.
    """

    level: int
    sparsity: float
    metric: str
    gain: Mapping[str, Any]
    margin: float
    rules: Rules


@dataclass(frozen=True)
class Control:
    """A control of one level of a run.

    Attributes:
        kind: as in a recipe.
        name: such as "random mask".
        level: of the run, whose ticket it answers.
        sparsity: of that level.
        record: what the control's own level was evaluated to.
        gains: metric -> an estimate as JSON of (ticket - control), paired.
        over_dense: the same of (control - the run's dense network); empty where that is not there.
    """

    kind: str
    name: str
    level: int
    sparsity: float
    record: LevelRecord
    gains: Mapping[str, Mapping[str, Any]]
    over_dense: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Progress:
    """How far a run is that has not ended.

    Attributes:
        done: levels.
        planned: levels.
        level: the one under way; None between two.
        step: of that level, 0 before its first.
        steps: of that level, or the next; None while none has ended.
        seconds_left: about, at the pace of the levels done; None before the first.
        stops_early: whether it may be less, as levels may end early.
        written: when the log was last written, in words; None without one.
    """

    done: int
    planned: int
    level: int | None
    step: int
    steps: int | None
    seconds_left: float | None
    stops_early: bool
    written: str | None


@dataclass(frozen=True)
class RunPart:
    """A run.

    Attributes:
        name: unique on the page.
        run: what its folder says.
        judged: its levels against dense, by metric.
        progress: None where the run has ended.
        controls: of its levels.
        headline: what it shows, in a sentence; None of a run without a dense network.
    """

    name: str
    run: RunRecord
    judged: Sequence[Judged] = ()
    progress: Progress | None = None
    controls: Sequence[Control] = ()
    headline: Headline | None = None

    @property
    def lacking(self) -> list[str]:
        """What could not be read, of it and of the runs beside it, a sentence each."""
        return [*self.run.lacking, *(self.headline.left_out if self.headline else ())]

    @property
    def synthetic(self) -> bool:
        """Whether its data were rendered."""
        return self.run.recipe.synthetic

    @property
    def network(self) -> str:
        """What its levels are called: ticket, or the control that it is."""
        control = self.run.recipe.control
        return network_name(control.kind) if control else "ticket"

    @property
    def by_method(self) -> bool:
        """Whether its detector names the method."""
        return bool(self.run.levels) and self.run.levels[0].by_class is not None


def run_marks(parts: Sequence[RunPart]) -> dict[str, Mark]:
    """Return how the curve of each run looks: of one run as its network, of several by place.

    Args:
        parts: all runs of the page, so that each looks the same in all its plots.
    """
    if len(parts) == 1:
        return {parts[0].name: marks_of([parts[0].network])[parts[0].network]}
    return {part.name: by_place(number) for number, part in enumerate(parts)}


@dataclass(frozen=True)
class StudyPart:
    """A study: what its results.json and the tables beside it say.

    Attributes:
        name: unique on the page.
        path: the folder.
        findings: as JSON, one network at one sparsity over seeds each.
        tables: name -> heads and rows, of the other CSV files of the folder.
        tickets: name -> the finished runs of that ticket, one a seed.
        cells: name -> seconds of training, of the cells that are done.
        pages: name -> relative URL of its own page, of the cells that have one.
        attention: name -> looks, each with its figures of maps over seeds.
        notes: on data and weight files -> how many of the cells that are done have it.
        data: how many pictures there are of the data sets of those cells.
        headlines: `MODEL on DATA` -> what it comes to.
        lacking: a sentence for each cell that could not be read.
    """

    name: str
    path: Path
    findings: Sequence[Mapping[str, Any]]
    tables: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    tickets: Mapping[str, Sequence[RunRecord]] = field(default_factory=dict)
    cells: Mapping[str, float] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    attention: Mapping[str, Sequence[Figures]] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)
    data: Sequence[DataNotes] = ()
    headlines: Mapping[str, Headline] = field(default_factory=dict)
    lacking: Sequence[str] = ()

    @property
    def synthetic(self) -> bool:
        """Whether any of its data were rendered."""
        return any(row.get("synthetic") for row in self.findings)
