"""Reading a run folder, for reports."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from jaxticket.recipe import Recipe
from jaxticket.runs import files
from jaxticket.runs.damage import Damaged
from jaxticket.runs.layers import LAYERS, Layer, read_layers
from jaxticket.runs.levels import (
    LevelRecord,
    is_finished,
    level_folder,
    level_numbers,
    read_evaluation,
    train_again,
)
from jaxticket.runs.log import read_records
from jaxticket.runs.opening import load_recipe
from jaxticket.runs.predictions import Predictions, read_predictions
from jaxticket.verdicts.headline import Headline
from jaxticket.writing import require_plain


@dataclass(frozen=True)
class RunRecord:
    """What a run folder says.

    Attributes:
        path: the folder.
        recipe: every option that decided its result, and its data.
        environment: versions, device, commit; empty where its file is damaged.
        levels: the evaluation of every finished level that was asked for, in order; those that
            only led to the next one are left out.
        summary: summary.json, empty while the run is under way.
    """

    path: Path
    recipe: Recipe
    environment: dict[str, Any]
    levels: list[LevelRecord]
    summary: dict[str, Any]

    @property
    def headline(self) -> Headline | None:
        """What the run shows; None of one under way, of a control, and of an older version's.

        Raises:
            Damaged: summary.json holds something else in its place.
        """
        if self.summary.get("headline") is None:
            return None
        try:
            return msgspec.convert(self.summary["headline"], Headline)
        except msgspec.ValidationError as error:
            again = "python -m experiments.report writes it again"
            raise Damaged(self.path / "summary.json", f"headline: {error}", again) from None

    def layers(self, level: int) -> list[Layer]:
        """Return the layers of a finished level.

        Raises:
            FileNotFoundError: their file is not there; says what to do.
            Damaged: they cannot be read.
        """
        path = level_folder(self.path, level) / LAYERS
        return read_layers(path, train_again(self.path, level))

    def predictions(self, level: int, split: str = "test") -> Predictions:
        """Return the predictions of a level.

        Raises:
            FileNotFoundError: they are not there; says what to do.
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


def read_recipe(path: Path) -> Recipe:
    """Read the recipe of a run folder, finished or not.

    Raises:
        FileNotFoundError: the folder holds no run.
        Damaged: it cannot be read.
        UnknownOption: a newer version wrote it.
    """
    if not (path / "config.json").is_file():
        raise FileNotFoundError(f"{path} holds no run: config.json is missing")
    return load_recipe(path / "config.json")


def read_run(path: Path) -> RunRecord:
    """Read a run folder, finished or not.

    Raises:
        FileNotFoundError: the folder holds no run.
        Damaged: one of its files cannot be read; says what to do.
        ValueError: a link in it leads out of it.
    """
    require_plain(path)
    recipe = read_recipe(path)
    try:
        environment = files.read_typed(path / "environment.json", dict[str, Any], "")
    except (Damaged, FileNotFoundError):
        environment = {}
    summary = path / "summary.json"
    records = [read_evaluation(path, n) for n in level_numbers(path) if is_finished(path, n)]
    again = "remove it and the same command that made the run writes it again"
    return RunRecord(
        path=path,
        recipe=recipe,
        environment=environment,
        levels=[record for record in records if record.named],
        summary=files.read_typed(summary, dict[str, Any], again) if summary.is_file() else {},
    )
