"""What a run's levels say of other pictures: kept below the run folder, each piece for itself.

    evaluations/lock
    evaluations/DATA-FINGERPRINT/SPLIT/clean/level_NN.csv    predictions, as predictions_test.csv
    evaluations/DATA-FINGERPRINT/SPLIT/jpeg_3/level_NN.csv   the same of corrupted pictures
    .../level_NN.json                                        what they were made from
    evaluations/DATA-FINGERPRINT/SPLIT/figures.json .csv     all figures of the split

Predictions are there when their JSON is, which is written last, and when it says that they were
made from the same weights and pictures.
"""

import hashlib
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from msgspec import Struct

from jaxticket.runs import files
from jaxticket.runs.levels import Level, level_folder
from jaxticket.runs.notes import DataNotes
from jaxticket.runs.opening import lock
from jaxticket.runs.predictions import (
    Predictions,
    read_predictions,
    write_predictions,
)
from jaxticket.text import count_text
from jaxticket.writing import make_folder

CLEAN = "clean"
AGAIN = "remove it and evaluate the run on these pictures again"

T = TypeVar("T")

MadeFrom = Mapping[str, Any]
"""What predictions depend on, ready for JSON; with other values they count as not there."""


class FigureRow(Struct, frozen=True, kw_only=True):
    """A figure of one level on one corruption, see `jaxticket.evaluation.figures`.

    Attributes:
        unit: `frames` or `videos`.
        by, name: the part of the examples.
        measure, against: the metric itself, or how it stands to what it is compared with.
        metric: such as `auc`.
        value: None of a retention where what it is compared with is not above chance.
        low, high: its 95% interval over groups; None without one.
        groups, examples: how many.
    """

    unit: str
    by: str
    name: str
    measure: str
    against: str
    metric: str
    value: float | None
    low: float | None
    high: float | None
    groups: int
    examples: int


FIGURE_COLUMNS = ("corruption", "level", *FigureRow.__struct_fields__)


class Place(Struct, frozen=True):
    """What a cell of figures.json is of."""

    corruption: str
    level: int


class Cell(Place, frozen=True):
    """The figures of one level on one corruption."""

    rows: list[FigureRow]


class KeptCell(Place, frozen=True):
    """The same as it was written, and what it was made from."""

    made_from: dict[str, Any]
    rows: list[dict[str, Any]]


class Kept(Struct, Generic[T], frozen=True):
    """Of figures.json the cells alone."""

    cells: list[T]


class SplitFigures(Kept[Cell], frozen=True, kw_only=True):
    """What figures.json says of a split of a data set; what it does not say has its default.

    Attributes:
        data_name, data_fingerprint, split: what was tested on.
        synthetic: whether the pictures are.
        examples, groups: how many.
        compressions: name -> examples.
        levels: those of the run.
        data: what was said of the sets.
    """

    data_name: str
    data_fingerprint: str
    split: str
    synthetic: bool = False
    examples: int
    groups: int
    compressions: Mapping[str, int] = {}
    levels: list[Level]
    data: list[DataNotes] = []

    def __post_init__(self):
        """Refuse a cell of a level that is not among those of the run."""
        if unknown := {cell.level for cell in self.cells} - {level.level for level in self.levels}:
            raise ValueError(f"it lacks the sparsity of level {min(unknown)}")


class Note(Struct, frozen=True):
    """Beside kept predictions: their SHA-256, and of what they were made the fingerprint."""

    predictions_sha256: str
    data_fingerprint: str = ""


class Evaluations:
    """The evaluations of a run on one split of one data set, locked against a second process.

    Use it in a `with`. A corruption is named `clean` or `kind:level`.
    """

    def __init__(self, run: Path, data_name: str, data_fingerprint: str, split: str):
        """Make the folder, or go on with the one that is there.

        Raises:
            BlockingIOError: another process evaluates this run.
            OSError: the run folder cannot be written.
        """
        self.path = evaluation_folder(run, data_name, data_fingerprint, split)
        make_folder(self.path)
        self._lock = lock(
            self.path.parents[1] / "lock", "wait for it and give the same command again"
        )

    def __enter__(self) -> "Evaluations":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._lock)

    def identity(self, corruption: str, level: int, made_from: MadeFrom) -> str | None:
        """Return the SHA-256 of predictions; None where they are not there, or are other ones."""
        table, note = self._files(corruption, level)
        try:
            written = files.read_typed(note, dict[str, Any], "")
            digest = hashlib.sha256(table.read_bytes()).hexdigest()
        except (ValueError, FileNotFoundError):
            return None
        whole = {**files.plain(made_from), "predictions_sha256": digest}
        return digest if written == whole else None

    def keep(
        self, corruption: str, level: int, predictions: Predictions, made_from: MadeFrom
    ) -> None:
        """Keep the predictions of a level."""
        table, note = self._files(corruption, level)
        make_folder(table.parent)
        note.unlink(missing_ok=True)
        write_predictions(table, predictions)
        digest = hashlib.sha256(table.read_bytes()).hexdigest()
        files.write_json(note, {**made_from, "predictions_sha256": digest})

    def logits(self, corruption: str, level: int) -> np.ndarray:
        """Return the logits of kept predictions, float32 [N], in the order of the examples."""
        return read_predictions(self._files(corruption, level)[0], AGAIN).logits

    def cells(self) -> list[KeptCell]:
        """Return those that `write_figures` was given last; none where they are damaged."""
        try:
            return files.read_typed(self.path / "figures.json", Kept[KeptCell], "").cells
        except (ValueError, FileNotFoundError):
            return []

    def write_figures(self, figures: Mapping[str, Any], rows: list[dict[str, Any]]) -> None:
        """Write figures.json, and its rows as figures.csv."""
        files.write_csv(self.path / "figures.csv", rows, FIGURE_COLUMNS)
        files.write_json(self.path / "figures.json", figures)

    def _files(self, corruption: str, level: int) -> tuple[Path, Path]:
        return _files(self.path, corruption, level)


def read_figures(run: Path) -> list[SplitFigures]:
    """Return the figures of every data set and split that a run was evaluated on, by path.

    Args:
        run: the run folder; it is not locked and stays as it is.

    Raises:
        Damaged: a file is not of the form that experiments.evaluate writes.
    """
    return [
        files.read_typed(path, SplitFigures, AGAIN)
        for path in sorted(run.glob("evaluations/*/*/figures.json"))
    ]


def evaluation_folder(run: Path, data_name: str, data_fingerprint: str, split: str) -> Path:
    """Return where the evaluations of a run on one split of one data set lie."""
    name = re.sub(r"[^\w.-]+", "_", data_name)
    return run / "evaluations" / f"{name}-{data_fingerprint[:8]}" / split


def evaluated(folder: Path) -> frozenset[tuple[str, int]]:
    """Return the (corruption, level) pairs that the figures in a folder are of; none without any.

    Args:
        folder: see `evaluation_folder`; it is not locked and stays as it is.
    """
    path = folder / "figures.json"
    try:
        return _pairs(path, path.stat().st_mtime_ns)
    except (ValueError, FileNotFoundError):
        return frozenset()


@lru_cache
def _pairs(path: Path, _changed: int) -> frozenset[tuple[str, int]]:
    """Read figures.json, which may be of megabytes, once for every time that it changed."""
    cells = files.read_typed(path, Kept[Place], "").cells
    return frozenset((cell.corruption, cell.level) for cell in cells)


def kept_predictions(
    folder: Path, data_fingerprint: str, corruption: str, level: int
) -> Predictions | None:
    """Return kept predictions; None where they are not there, or of other pictures.

    Args:
        folder: see `evaluation_folder`; it is not locked and stays as it is.
        data_fingerprint: of the pictures, in full.
        corruption: `clean` or `kind:level`.
        level: its number.

    Raises:
        Damaged: they were changed, or what is noted beside them.
        FileNotFoundError: what is noted is there, and they are not.
    """
    table, beside = _files(folder, corruption, level)
    if not beside.exists():  # written last
        return None
    note = files.read_typed(beside, Note, AGAIN)
    if note.data_fingerprint != data_fingerprint:
        return None
    return read_predictions(table, AGAIN, note.predictions_sha256)


def check_predictions(stem: Path) -> str:
    """Hold kept predictions to the SHA-256 that is noted beside them; return what they are.

    Args:
        stem: of both files, `level_NN`.

    Raises:
        Damaged: one of the two was changed.
        FileNotFoundError: one is missing.
    """
    note, table = stem.with_suffix(".json"), stem.with_suffix(".csv")
    for file in (note, table):
        if not file.exists():
            raise FileNotFoundError(f"{file} is missing: evaluate the run on these pictures again")
    digest = files.read_typed(note, Note, AGAIN).predictions_sha256
    return count_text(len(read_predictions(table, AGAIN, digest)), "example")


def _files(folder: Path, corruption: str, level: int) -> tuple[Path, Path]:
    stem = level_folder(folder / corruption.replace(":", "_"), level)
    return stem.with_suffix(".csv"), stem.with_suffix(".json")
