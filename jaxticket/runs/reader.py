"""Reading a run folder, for reports."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jaxticket.runs import files
from jaxticket.runs.damage import Damaged
from jaxticket.runs.folder import OTHER_RUN
from jaxticket.runs.levels import (
    is_finished,
    level_folder,
    level_numbers,
    read_evaluation,
    train_again,
)
from jaxticket.runs.log import read_records
from jaxticket.runs.predictions import Predictions, read_predictions


@dataclass(frozen=True)
class RunRecord:
    """What a run folder says.

    Attributes:
        path: the folder.
        config: the resolved configuration.
        environment: versions, device, commit; empty where its file is damaged.
        levels: the evaluation of every finished level that was asked for, in order; those that
            only led to the next one are left out.
        summary: summary.json, empty while the run is under way.
    """

    path: Path
    config: dict[str, Any]
    environment: dict[str, Any]
    levels: list[dict[str, Any]]
    summary: dict[str, Any]

    def layers(self, level: int) -> list[dict[str, str]]:
        """Return the rows of a level's layers.csv."""
        with (level_folder(self.path, level) / "layers.csv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def predictions(self, level: int, split: str = "test") -> Predictions:
        """Return the predictions of a level.

        Raises:
            Damaged: they cannot be read.
        """
        path = level_folder(self.path, level) / f"predictions_{split}.csv"
        return read_predictions(path, train_again(self.path, level))

    def finished(self) -> list[int]:
        """Return the numbers of all finished levels, those that only led to the next included."""
        return [n for n in level_numbers(self.path) if is_finished(self.path, n)]

    def log(self) -> list[dict[str, Any]]:
        """Return the records of the metrics log; a line that is cut off or damaged is left out."""
        path = self.path / "metrics.jsonl"
        return read_records(path) if path.is_file() else []


def read_config(path: Path) -> dict[str, Any]:
    """Read the resolved configuration of a run folder, finished or not.

    Raises:
        FileNotFoundError: the folder holds no run.
        Damaged: it cannot be read.
    """
    if not (path / "config.json").is_file():
        raise FileNotFoundError(f"{path} holds no run: config.json is missing")
    return files.read_object(path / "config.json", OTHER_RUN)


def read_run(path: Path) -> RunRecord:
    """Read a run folder, finished or not.

    Raises:
        FileNotFoundError: the folder holds no run.
        Damaged: one of its files cannot be read; says what to do.
    """
    config = read_config(path)
    try:
        environment = files.read_object(path / "environment.json", "")
    except (Damaged, FileNotFoundError):
        environment = {}
    summary = path / "summary.json"
    found = [read_evaluation(path, n) for n in level_numbers(path) if is_finished(path, n)]
    again = "remove it and the same command that made the run writes it again"
    return RunRecord(
        path=path,
        config=config,
        environment=environment,
        levels=[one for one in found if one.get("named", True)],
        summary=files.read_object(summary, again) if summary.is_file() else {},
    )
