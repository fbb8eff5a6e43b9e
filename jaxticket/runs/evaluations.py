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
from typing import Any

import numpy as np

from jaxticket.runs import files
from jaxticket.runs.damage import Damaged
from jaxticket.runs.levels import level_folder
from jaxticket.runs.opening import lock
from jaxticket.runs.predictions import (
    Predictions,
    parse_predictions,
    read_predictions,
    write_predictions,
)

FIGURE_COLUMNS = (
    "corruption", "level", "unit", "by", "name", "measure", "against", "metric", "value", "low",
    "high", "groups", "examples",
)  # fmt: skip
CLEAN = "clean"
AGAIN = "remove it and evaluate the run on these pictures again"

MadeFrom = Mapping[str, Any]
"""What predictions depend on, ready for JSON; with other values they count as not there."""


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
        self.path.mkdir(parents=True, exist_ok=True)
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
            said = files.read_object(note, "")
            found = hashlib.sha256(table.read_bytes()).hexdigest()
        except (ValueError, FileNotFoundError):
            return None
        whole = {**files.plain(made_from), "predictions_sha256": found}
        return found if said == whole else None

    def keep(
        self, corruption: str, level: int, predictions: Predictions, made_from: MadeFrom
    ) -> None:
        """Keep the predictions of a level."""
        table, note = self._files(corruption, level)
        table.parent.mkdir(exist_ok=True)
        note.unlink(missing_ok=True)
        write_predictions(table, predictions)
        found = hashlib.sha256(table.read_bytes()).hexdigest()
        files.write_json(note, {**made_from, "predictions_sha256": found})

    def logits(self, corruption: str, level: int) -> np.ndarray:
        """Return the logits of kept predictions, float32 [N], in the order of the examples."""
        return read_predictions(self._files(corruption, level)[0], AGAIN).logits

    def figures(self) -> dict[str, Any]:
        """Return what `write_figures` was given last; empty without it, or where it is damaged."""
        try:
            return files.read_object(self.path / "figures.json", "")
        except (ValueError, FileNotFoundError):
            return {}

    def write_figures(self, figures: Mapping[str, Any], rows: list[dict[str, Any]]) -> None:
        """Write figures.json, and its rows as figures.csv."""
        files.write_csv(self.path / "figures.csv", rows, FIGURE_COLUMNS)
        files.write_json(self.path / "figures.json", figures)

    def _files(self, corruption: str, level: int) -> tuple[Path, Path]:
        return _files(self.path, corruption, level)


def read_figures(run: Path) -> list[dict[str, Any]]:
    """Return the figures of every data set and split that a run was evaluated on, by path.

    Args:
        run: the run folder; it is not locked and stays as it is.

    Raises:
        Damaged: a file is not of the form that experiments.evaluate writes.
    """
    return [_figures(path) for path in sorted(run.glob("evaluations/*/*/figures.json"))]


def _figures(path: Path) -> dict[str, Any]:
    found = files.read_object(path, AGAIN)
    try:
        for name in ("data_name", "data_fingerprint", "split", "examples", "groups"):
            _ = found[name]
        sparsities = {level["level"]: float(level["sparsity"]) for level in found["levels"]}
        for cell in found["cells"]:
            _ = str(cell["corruption"]), sparsities[cell["level"]]
            for row in cell["rows"]:
                _ = [row[name] for name in FIGURE_COLUMNS if name not in ("corruption", "level")]
    except (KeyError, TypeError, ValueError) as error:
        reason = f"it lacks {error}" if isinstance(error, KeyError) else error
        raise Damaged(path, reason, AGAIN) from error
    return found


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
    cells = files.read_object(path, "").get("cells", [])
    return frozenset((cell["corruption"], cell["level"]) for cell in cells)


def kept_predictions(
    folder: Path, data_fingerprint: str, corruption: str, level: int
) -> Predictions | None:
    """Return kept predictions; None where they are not there, or not whole.

    Args:
        folder: see `evaluation_folder`; it is not locked and stays as it is.
        data_fingerprint: of the pictures, in full.
        corruption: `clean` or `kind:level`.
        level: its number.
    """
    table, beside = _files(folder, corruption, level)
    try:
        note, content = files.read_object(beside, ""), table.read_bytes()
        wanted = data_fingerprint, hashlib.sha256(content).hexdigest()
        if (note.get("data_fingerprint"), note.get("predictions_sha256")) == wanted:
            return parse_predictions(content.decode())
    except (ValueError, FileNotFoundError):
        pass
    return None


def _files(folder: Path, corruption: str, level: int) -> tuple[Path, Path]:
    stem = level_folder(folder / corruption.replace(":", "_"), level)
    return stem.with_suffix(".csv"), stem.with_suffix(".json")
