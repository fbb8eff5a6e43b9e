"""Reading a run folder, for reports."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from jaxticket.recipe import Recipe
from jaxticket.runs import counts, files, notes
from jaxticket.runs.damage import Damaged
from jaxticket.runs.layers import LAYERS, Layer, read_layers
from jaxticket.runs.levels import (
    EVALUATION,
    LevelRecord,
    is_finished,
    level_folder,
    level_numbers,
    read_evaluation,
    train_again,
)
from jaxticket.runs.log import LOG, lines_of_level, read_records
from jaxticket.runs.opening import load_recipe
from jaxticket.runs.predictions import Predictions, read_predictions
from jaxticket.verdicts.headline import Headline
from jaxticket.writing import require_plain

NO_CURVES = "the curves of training are lost; put back a copy of it"
NO_COUNTS = "the numbers of pictures are not known; the same command writes it again"
NO_NOTES = "what was said of the data is not known; the same command writes it again"
NO_ENVIRONMENT = "it is not known what the run ran on; put back a copy of it"


@dataclass(frozen=True)
class RunRecord:
    """What a run folder says.

    Attributes:
        path: the folder.
        recipe: every option that decided its result, and its data.
        environment: versions, device, commit; empty where they cannot be read.
        levels: the evaluation of every finished level that was asked for, in order; those that
            only led to the next one are left out.
        summary: summary.json, empty while the run is under way.
        lacking: a sentence for each file that is gone or cannot be read, where the run is read
            without it.
    """

    path: Path
    recipe: Recipe
    environment: dict[str, Any]
    levels: list[LevelRecord]
    summary: dict[str, Any]
    lacking: tuple[str, ...] = ()

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
        return read_layers(path, train_again(self.path, level), self._digest(level, LAYERS))

    def predictions(self, level: int, split: str = "test") -> Predictions:
        """Return the predictions of a level.

        Raises:
            FileNotFoundError: they are not there; says what to do.
            Damaged: they cannot be read.
        """
        name = f"predictions_{split}.csv"
        path, digest = level_folder(self.path, level) / name, self._digest(level, name)
        return read_predictions(path, train_again(self.path, level), digest)

    def _digest(self, level: int, name: str) -> str | None:
        found = (record.digest(name) for record in self.levels if record.level == level)
        return next(found, None)

    def finished(self) -> list[int]:
        """Return the numbers of all finished levels, those that only led to the next included."""
        return [n for n in level_numbers(self.path) if is_finished(self.path, n)]

    def log(self) -> list[dict[str, Any]]:
        """Return the records of the metrics log; a line that is cut off or damaged is left out.

        Raises:
            Damaged: the lines of a finished level are others than when it ended.
        """
        path = self.path / LOG
        if not path.exists():
            return []
        if path.is_dir():
            raise Damaged(path, "it is a folder", NO_CURVES)
        for record in self.levels:
            lines = lines_of_level(path, record.level).encode()
            if record.digest(LOG) not in (None, files.sha256(lines)):
                remedy = "put back a copy of it, or remove it and go without the curves of training"
                raise Damaged(path, f"its lines of level {record.level} were changed", remedy)
        return read_records(path)


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
        FileNotFoundError: the folder holds no run, or lacks a level.
        Damaged: one of its files cannot be read; says what to do.
        ValueError: a link in it leads out of it.
    """
    require_plain(path)
    recipe = read_recipe(path)
    environment, lacking = _environment(path / "environment.json")
    again = "remove it and the same command that made the run writes it again"
    summary_file = path / "summary.json"
    summary = {}
    if summary_file.exists():
        summary = files.read_typed(summary_file, dict[str, Any], again)
    finished = [n for n in level_numbers(path) if is_finished(path, n)]
    if missing := _missing(finished, recipe, summary):
        folder = level_folder(path, missing[0])
        raise FileNotFoundError(
            f"{folder / EVALUATION} is missing: the same command that made the run trains level "
            f"{missing[0]} again"
        )
    records = [read_evaluation(path, n) for n in finished]
    lacking += [f"{file} is missing: {lost}" for file, lost in _gone(path, records)]
    return RunRecord(
        path=path,
        recipe=recipe,
        environment=environment,
        levels=[record for record in records if record.named],
        summary=summary,
        lacking=tuple(lacking),
    )


def _environment(file: Path) -> tuple[dict[str, Any], list[str]]:
    """Return what a run ran on, or a sentence that it is not known."""
    try:
        return files.read_typed(file, dict[str, Any], NO_ENVIRONMENT), []
    except Damaged as error:
        return {}, [str(error)]
    except FileNotFoundError:
        return {}, [f"{file} is missing: {NO_ENVIRONMENT}"]


def _gone(path: Path, records: Sequence[LevelRecord]) -> Iterator[tuple[Path, str]]:
    """Yield what a run once had and can be read without, and what is lost with it."""
    known = {
        LOG: (any(record.digest(LOG) for record in records), NO_CURVES),
        counts.FILE: (any(record.files for record in records), NO_COUNTS),
        notes.FILE: ((path / "data_sets.json").exists(), NO_NOTES),
    }
    for name, (was_there, lost) in known.items():
        if was_there and not (path / name).exists():
            yield path / name, lost


def _missing(finished: Sequence[int], recipe: Recipe, summary: Mapping[str, Any]) -> list[int]:
    """Return the numbers of levels that others came after, or that the summary knows."""
    before = [] if recipe.derived else range(max(finished, default=0))
    said = summary.get("levels")
    known = (
        [one.get("level") for one in said if isinstance(one, dict)]
        if isinstance(said, list)
        else []
    )
    return sorted({*before, *(n for n in known if isinstance(n, int))} - {*finished})
