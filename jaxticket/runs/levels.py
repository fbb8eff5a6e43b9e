"""The folders of finished levels, and what each was evaluated to."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from jaxticket.runs import files
from jaxticket.runs.damage import Damaged
from jaxticket.runs.predictions import read_predictions
from jaxticket.statistics import interval_ends

SUMMARY_COLUMNS = (
    "level", "sparsity", "weights_left", "val_accuracy", "val_auc", "test_accuracy",
    "test_balanced_accuracy", "test_auc", "test_eer", "seconds",
)  # fmt: skip

EVALUATION = "evaluation.json"
LEFT_OUT = "jackknife"
"""Each group left out in turn: how the intervals of verdicts are made, too."""

Interval = tuple[float | None, float | None]
"""The ends of an interval; None where none can be given."""
Intervals = Mapping[str, Interval]
"""Metric or class -> its interval."""
Figures = Mapping[str, float | None]
"""Metric or class -> value, None where it is not defined."""


class Level(Struct, frozen=True):
    """A level's number, and the pruned share of its prunable weights."""

    level: int
    sparsity: float


class ClassFigures(Struct, frozen=True, kw_only=True):
    """The figures of one split by class, on its frames or on its videos.

    Attributes:
        examples, groups: how many.
        accuracy: share of right answers.
        balanced_accuracy: the mean of the recalls.
        intervals: of both, 95% over groups.
        recalls: by class.
        recall_intervals: likewise.
        confusion: rows are what it is, columns what it was called.
    """

    examples: int
    groups: int
    accuracy: float
    balanced_accuracy: float | None
    intervals: Intervals
    recalls: Figures
    recall_intervals: Intervals
    confusion: list[list[int]]


class ByClass(Struct, frozen=True, kw_only=True):
    """A level's figures by class, where a detector says which method; `test_videos` by video."""

    classes: list[str]
    validation: ClassFigures
    test: ClassFigures
    test_videos: ClassFigures


class LevelRecord(Struct, frozen=True, kw_only=True):
    """What evaluation.json says of a level; what an older run does not say has its default.

    Attributes:
        level: its number.
        sparsity: pruned share of the prunable weights.
        weights_left: of the prunable weights.
        val_accuracy, val_auc: on validation; None of a level that only leads to the next, and
            where there is no such metric.
        test_accuracy, test_balanced_accuracy, test_auc, test_eer: on test, likewise.
        seconds: of the whole level.
        named: whether it was asked for, and does not only lead to the next.
        parameters: of the network.
        parameters_left: of those, the ones that are not pruned.
        sparsity_of_all: pruned share of all parameters.
        thresholds: scope -> the largest magnitude removed.
        dead_layers: those without a weight left.
        test_intervals: metric -> 95% interval over the test groups.
        last_step: of the training.
        weights_of_step: at which the weights were that are kept.
        epoch_losses: mean training loss of every epoch, in nats.
        validation, test: metric -> value; None of a level that only leads to the next.
        validation_examples, test_examples: how many, likewise.
        by_class: of a detector that says which method.
        signs: of failure, in words.
        seconds_by_activity: where the time went.
        drawn_at: the step after which others were pruned from it, of a search that does not wait
            for its end.
        mask_distances: between the masks of neighbouring epochs, of one that waits for them.
        steps_spent: training steps that it took with all that led to it, of such searches.
        intervals: how `test_intervals` were made: `LEFT_OUT`, or another way by older versions.
        files: name -> SHA-256 of the files beside it, and of the level's lines of metrics.jsonl;
            None of an older version.
    """

    level: int
    sparsity: float
    weights_left: int
    val_accuracy: float | None
    val_auc: float | None
    test_accuracy: float | None
    test_balanced_accuracy: float | None
    test_auc: float | None
    test_eer: float | None
    seconds: float
    named: bool = True
    parameters: int
    parameters_left: int
    sparsity_of_all: float
    thresholds: Mapping[str, float]
    dead_layers: list[str]
    test_intervals: Intervals
    last_step: int
    weights_of_step: int
    epoch_losses: list[float]
    validation: Figures | None = None
    test: Figures | None = None
    validation_examples: int | None = None
    test_examples: int | None = None
    by_class: ByClass | None = None
    signs: list[str]
    seconds_by_activity: Mapping[str, float]
    drawn_at: int | None = None
    mask_distances: list[float] | None = None
    steps_spent: int | None = None
    intervals: str = "bootstrap"
    files: Mapping[str, str] | None = None

    def digest(self, name: str) -> str | None:
        """Return the SHA-256 that a file of the level had; None where it is not known."""
        return (self.files or {}).get(name)

    @property
    def classes(self) -> tuple[str, ...]:
        """What the detector tells apart, `real` first."""
        return tuple(self.by_class.classes) if self.by_class else ("real", "fake")

    def test_value(self, metric: str) -> float | None:
        """Return `test_METRIC`."""
        return getattr(self, f"test_{metric}")

    def test_interval(self, metric: str) -> Interval:
        """Return the interval of a metric, (None, None) without one."""
        return self.test_intervals.get(metric, (None, None))

    def plain(self) -> dict[str, Any]:
        """Return it ready for JSON, without what is not known."""
        values = to_builtins(self)
        return {k: v for k, v in values.items() if v is not None or k in SUMMARY_COLUMNS}


def level_folder(path: Path, level: int) -> Path:
    """Return the folder of a level of the run in `path`."""
    return path / f"level_{level:02d}"


def level_numbers(path: Path) -> list[int]:
    """Return the numbers of the level folders in a run folder, in order."""
    matches = (re.fullmatch(r"level_(\d{2,})", item.name) for item in path.iterdir())
    return sorted(int(match[1]) for match in matches if match)


def is_finished(path: Path, level: int) -> bool:
    """Return whether a level is done and kept; its evaluation is written last."""
    return os.path.lexists(level_folder(path, level) / EVALUATION)


def read_evaluation(path: Path, level: int) -> LevelRecord:
    """Read a finished level's evaluation.

    An older run's intervals, made another way, are made anew from its test predictions; without
    them there are none.

    Raises:
        Damaged: it cannot be read, or lacks what summaries and reports need.
    """
    folder, again = level_folder(path, level), train_again(path, level)
    record = files.read_typed(folder / EVALUATION, LevelRecord, again)
    if record.level != level:
        raise Damaged(folder / EVALUATION, f"it is of level {record.level}", again)
    if record.intervals == LEFT_OUT or not record.test_intervals:
        return record
    try:
        answers = read_predictions(folder / "predictions_test.csv", again)
    except (Damaged, FileNotFoundError):  # said where the predictions themselves are needed
        return replace(record, test_intervals={})
    try:
        ends = {
            name: interval_ends(name, answers.labels, answers.logits, answers.groups)
            for name in record.test_intervals
        }
    except ValueError as error:  # no such metric
        raise Damaged(folder / EVALUATION, error, again) from error
    return replace(record, test_intervals=ends, intervals=LEFT_OUT)


def train_again(path: Path, level: int) -> str:
    """Say how to get a level back: it and those that were pruned from it must go together."""
    folder = level_folder(path, level)
    later = [level_folder(path, n).name for n in level_numbers(path) if n > level]
    if not later:
        return f"remove {folder} and the same command trains it again"
    return (
        f"remove {folder} and the levels pruned from it ({', '.join(later)}) and the same command "
        "trains them again"
    )
