"""The run folder: what is kept, where, and what is already there.

    config.json  environment.json   the recipe; versions, device, commit
    counts.json                     pictures by split, forgery method and compression
    notes.json                      what was said of the data and of the weight file
    init/  rewind/                  the saved beginning; with `step:K`, the state at step K
    level_00/ level_01/ ...         checkpoint/, evaluation.json, predictions_*.csv, layers.csv
    level_NN/drawn/                 the weights that the next level is pruned from, if not the last;
                                    they go once it is there, but for level 0's
    level_NN/partial/               the newest checkpoint of a level under way
    metrics.jsonl  tensorboard/     every step's loss, every epoch's validation
    executed_steps                  how many training steps were ever run, repeats included, and
                                    the CRC-32 of that number
    summary.csv summary.json accuracy.png report.md report.html
    ticket.safetensors ticket.rewind.safetensors
                                    the last level, and where its training began

A level is there when its evaluation.json is: it is written last, and atomically.
"""

import os
import shutil
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import structs

from jaxticket.recipe import Recipe, to_json
from jaxticket.runs import files
from jaxticket.runs.background import Background
from jaxticket.runs.checkpoints import (
    Partial,
    content_sha256,
    kept_sha256,
    restore_tree,
    save_tree,
)
from jaxticket.runs.damage import Damaged
from jaxticket.runs.layers import LAYERS
from jaxticket.runs.levels import (
    EVALUATION,
    SUMMARY_COLUMNS,
    LevelRecord,
    is_finished,
    level_folder,
    level_numbers,
    read_evaluation,
    train_again,
)
from jaxticket.runs.log import LOG, MetricsLog, lines_of_level
from jaxticket.runs.opening import (
    OTHER_RUN,
    changes,
    compare,
    load_recipe,
    lock,
    refuse_name,
    refuse_other_content,
)
from jaxticket.runs.predictions import Predictions, predictions_text
from jaxticket.runs.weights import INIT, beginning_on_disk, restore_weights, save_weights
from jaxticket.trees import Tree
from jaxticket.weights import Weights, dense
from jaxticket.writing import make_folder, naming, open_in_place, put_in_place, require_plain

DRAWN = "drawn"
"""In a level's folder: the weights that others are pruned from, where they are not its last."""
NO_COUNT = "remove it and the same command goes on, with its count from 0 again"
LAYER_COLUMNS = ("layer", "weights", "weights_left", "sparsity", "threshold")


class Run:
    """An open run folder, locked against a second process. Close it, or use it in a `with`."""

    def __init__(
        self,
        path: Path,
        recipe: Recipe,
        environment: Mapping[str, Any],
        arrays: Path | None = None,
    ):
        """Make the folder, or go on with the one that is there.

        Args:
            path: the run folder.
            recipe: every option that decides the result, and the data.
            environment: versions, device, commit.
            arrays: the run folder whose checkpoints are written and read, together with other
                processes; None for this one.

        Raises:
            ValueError: checkpoints cannot be written below such a path, or a link in the folder
                leads out of it.
            Damaged: config.json or executed_steps cannot be read; says what to do.
            ConfigMismatch: the folder holds a run of other options; names them.
            UnknownOption: a newer version made it.
            FileExistsError: the folder holds something else.
            BlockingIOError: another process is at work in it.
            OSError: the folder cannot be written.
        """
        refuse_name(path)
        refuse_other_content(path)
        require_plain(path)
        self.path = path
        self._background = Background()
        self._arrays = arrays or path
        make_folder(path)
        self._lock = lock(path / "lock")
        try:
            self.resumed = (path / "config.json").exists()
            self.recipe = load_recipe(path / "config.json") if self.resumed else recipe
            if self.resumed:
                compare(path, self.recipe, recipe)
            else:
                files.write_json(path / "environment.json", environment)
                files.write_json(path / "config.json", to_json(recipe))
            self.environment_changes = changes(path / "environment.json", environment)
            if not os.path.lexists(path / "executed_steps"):
                files.write_text(path / "executed_steps", _count(0))
            self._executed = open_in_place(path / "executed_steps", os.O_RDWR)
            try:
                _ = self.executed_steps  # refused now if damaged, not after the first step
            except Damaged:
                os.close(self._executed)
                raise
        except BaseException:
            os.close(self._lock)
            raise

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the folder, once nothing is written into it any more."""
        self._background.settle()
        os.close(self._executed)
        os.close(self._lock)

    def open_log(self, steps_per_level: int) -> MetricsLog:
        """Open the metrics log and its TensorBoard events."""
        return MetricsLog(self.path / LOG, self.path / "tensorboard", steps_per_level)

    def saved(self, name: str, like: Tree, make: Callable[[], Tree] | None = None) -> Tree:
        """Return a tree kept once for the whole run (`init`, `rewind`), made if it is missing.

        One that is damaged is made again where that gives, by its SHA-256, the same content.

        Raises:
            FileNotFoundError: it is missing and cannot be made.
            ValueError: it is missing, and levels that began from it are there.
            Damaged: it cannot be read.
        """
        path = self._arrays / name
        if not path.exists():
            if make is None:
                raise FileNotFoundError(f"{path} is missing: {OTHER_RUN}")
            if (self._arrays / "rewind").exists() or level_numbers(self.path):
                raise ValueError(f"{path}, where the levels began, is missing: {OTHER_RUN}")
            save_tree(path, make())
        remedy = f"{OTHER_RUN}, or remove {self.path} to start anew"
        try:
            return restore_tree(path, like, remedy)
        except Damaged:
            if make is None or not _is_content(path, tree := make()):
                raise
            save_tree(path, tree)
            return restore_tree(path, like, remedy)

    def beginning(self, fresh: Weights) -> Weights:
        """Return the weights that the run began from; those given, kept now, if it begins.

        Raises:
            ValueError: they are missing, and levels that began from them are there.
            Damaged: they cannot be read.
        """
        tree = beginning_on_disk(fresh)
        return dense(**self.saved(INIT, tree, lambda: tree))

    def unchecked(self) -> list[str]:
        """Return what was kept by an older version without a digest, so that a change is not seen.

        Names of checkpoints below the run folder, in order.
        """
        kept = [self._arrays / INIT, self._arrays / "rewind"]
        kept += sorted(self._arrays.glob("level_*/checkpoint"))
        return [
            str(path.relative_to(self._arrays)) for path in kept if path.is_dir() and _unsaid(path)
        ]

    def keep(self, name: str, tree: Tree) -> None:
        """Keep a tree for the whole run, once: what is there stays."""
        if not (self._arrays / name).exists():
            save_tree(self._arrays / name, tree)

    def take_over(self, other: Path) -> None:
        """Begin with another run's beginning and level 0, where this one has none of its own.

        Args:
            other: the folder of a run whose level 0 was trained under the same options.

        Raises:
            FileNotFoundError: it has no finished level 0.
        """
        if self.has(0):
            return
        if not is_finished(other, 0):
            raise FileNotFoundError(f"{other} has no finished level 0 to begin with")
        self.partial(0).clear()
        for name in (INIT, "rewind"):
            if (other / name).exists():
                _copy(other / name, self.path / name)
        log = other / LOG
        files.write_text(self.path / LOG, lines_of_level(log, 0))
        _copy(level_folder(other, 0), level_folder(self.path, 0))

    def has(self, level: int) -> bool:
        """Return whether a level is done and kept."""
        return is_finished(self.path, level)

    def levels_done(self, levels: int) -> int:
        """Return how many of so many levels, from 0 on, are kept."""
        return next((level for level in range(levels) if not self.has(level)), levels)

    def evaluation(self, level: int) -> LevelRecord:
        """Return what a kept level was evaluated to.

        Raises:
            Damaged: it cannot be read, or lacks what a summary needs.
        """
        return read_evaluation(self.path, level)

    def restore_level(
        self, level: int, like: Weights | None = None, *, drawn: bool = False
    ) -> Weights:
        """Return the weights of a kept level; what an end of the process left over goes.

        Args:
            level: its number.
            like: weights of the shapes that they must have.
            drawn: those that `keep_drawn` kept, not those of its end.

        Raises:
            Damaged: they cannot be read, or are of other shapes.
        """
        self.partial(level).clear()
        folder = level_folder(self._arrays, level) / (DRAWN if drawn else "checkpoint")
        return restore_weights(folder, train_again(self.path, level), like)

    def keep_drawn(self, level: int, weights: Weights) -> None:
        """Keep the weights of a level under way that others are to be pruned from."""
        make_folder(level_folder(self.path, level))
        save_weights(level_folder(self._arrays, level) / DRAWN, weights)

    def keep_level(
        self,
        level: int,
        weights: Weights,
        record: LevelRecord,
        predictions: Mapping[str, Predictions],
        layers: list[dict[str, Any]],
    ) -> None:
        """Keep a finished level: checkpoint, predictions by split, layers, and last evaluation.

        Raises:
            OSError: it cannot be written, or a checkpoint inside it could not be.
        """
        self._background.wait()
        folder = level_folder(self.path, level)
        make_folder(folder)
        save_weights(level_folder(self._arrays, level) / "checkpoint", weights)
        beside = {f"predictions_{split}.csv": predictions_text(predictions[split])
                  for split in predictions}  # fmt: skip
        beside[LAYERS] = files.csv_text(layers, LAYER_COLUMNS)
        for name, text in beside.items():
            files.write_text(folder / name, text)
        if (log := self.path / LOG).exists():
            beside[LOG] = lines_of_level(log, level)
        digests = {name: files.sha256(text.encode()) for name, text in beside.items()}
        record = structs.replace(record, files=digests)
        files.write_json(folder / EVALUATION, record.plain())
        self.partial(level).clear()

    def tidy(self, level: int, passed: int | None, used: int | None = None) -> None:
        """Remove what is not needed once a level is kept: its inner checkpoints, and more.

        Args:
            level: its number.
            passed: the level before, if it only led to this one: all its arrays go.
            used: the level before, if none but this one is pruned from it: what was drawn goes.
        """
        self.partial(level).clear()
        for before, name in ((passed, "checkpoint"), (used, DRAWN)):
            if before is not None:
                shutil.rmtree(level_folder(self._arrays, before) / name, ignore_errors=True)

    def partial(self, level: int) -> Partial:
        """Return the checkpoints inside a level under way; they are written in the background."""
        return Partial(level_folder(self._arrays, level) / "partial", self._background)

    def count_step(self) -> None:
        """Count one executed training step, so that it survives any end of the process."""
        with naming(self.path / "executed_steps"):
            os.pwrite(self._executed, _count(self.executed_steps + 1).encode(), 0)

    def sync(self) -> None:
        """Put the number of executed steps on the disk; between two calls power loss takes it."""
        with naming(self.path / "executed_steps"):
            os.fsync(self._executed)

    @property
    def executed_steps(self) -> int:
        """How many training steps were ever executed in this folder, repeats included.

        Raises:
            Damaged: the file holds no number.
        """
        return _steps(os.pread(self._executed, 29, 0), self.path)

    def write_summary(self, records: Sequence[LevelRecord], summary: Mapping[str, Any]) -> None:
        """Write summary.csv (a row a level) and summary.json (the same, flags, times)."""
        files.write_csv(
            self.path / "summary.csv",
            [{name: getattr(record, name) for name in SUMMARY_COLUMNS} for record in records],
            SUMMARY_COLUMNS,
        )
        levels = [record.plain() for record in records]
        files.write_json(self.path / "summary.json", {**summary, "levels": levels})


def read_executed_steps(path: Path) -> int:
    """Return how many training steps were ever executed in a run folder, see `Run`.

    Raises:
        FileNotFoundError: their count is not there.
        Damaged: the file holds no number.
    """
    return _steps(files.read_whole(path / "executed_steps", NO_COUNT)[:29], path)


def _steps(content: bytes, path: Path) -> int:
    text = content[:20].decode("ascii", "replace").rstrip(" ")
    older = f"{text:<20}\n"
    if not text.isdigit() or content.decode("ascii", "replace") not in (_count(int(text)), older):
        raise Damaged(path / "executed_steps", "not a number, or changed", NO_COUNT)
    return int(text)


def _count(steps: int) -> str:
    return f"{steps:<20}{zlib.crc32(str(steps).encode()):08x}\n"


def _unsaid(path: Path) -> bool:
    try:
        return kept_sha256(path) is None
    except (ValueError, OSError):  # said where it is read
        return False


def _is_content(path: Path, tree: Tree) -> bool:
    """Return whether a damaged checkpoint was one of this very tree."""
    try:
        return kept_sha256(path) == content_sha256(tree)
    except (ValueError, OSError):
        return False


def _copy(source: Path, target: Path) -> None:
    """Copy a folder whole or not at all; one that is there is replaced."""
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(source, partial)
    put_in_place(partial, target)
