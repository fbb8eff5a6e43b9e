"""The run folder: what is kept, where, and what is already there.

    config.json  environment.json   the resolved configuration; versions, device, commit, data
    init/  rewind/                  the saved beginning; with `step:K`, the state at step K
    level_00/ level_01/ ...         checkpoint/, evaluation.json, predictions_*.csv, layers.csv
    level_NN/partial/               the newest checkpoint of a level under way
    metrics.jsonl  tensorboard/     every step's loss, every epoch's validation
    executed_steps                  how many training steps were ever run, repeats included
    summary.csv summary.json accuracy.png report.md ticket.safetensors

A level is there when its evaluation.json is: it is written last, and atomically.
"""

import fcntl
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jaxticket.runs import files
from jaxticket.runs.checkpoints import Partial, restore_tree, save_tree
from jaxticket.runs.log import MetricsLog
from jaxticket.trees import Tree

SUMMARY_COLUMNS = (
    "level", "sparsity", "weights_left", "val_accuracy", "val_auc", "test_accuracy",
    "test_balanced_accuracy", "test_auc", "test_eer", "seconds",
)  # fmt: skip
PREDICTION_COLUMNS = ("key", "group", "video", "method", "label", "logit")
LAYER_COLUMNS = ("layer", "weights", "weights_left", "sparsity", "threshold")


class ConfigMismatch(ValueError):
    """A run folder was made with another configuration."""


class Run:
    """An open run folder, locked against a second process. Close it, or use it in a `with`."""

    def __init__(self, path: Path, config: Mapping[str, Any], environment: Mapping[str, Any]):
        """Make the folder, or go on with the one that is there.

        Args:
            path: the run folder.
            config: every field that decides the result, ready for JSON.
            environment: versions, device, commit.

        Raises:
            ConfigMismatch: the folder holds a run of another configuration; names the fields.
            FileExistsError: the folder holds something else.
            BlockingIOError: another process is at work in it.
            OSError: the folder cannot be written.
        """
        self.path = path
        _refuse_other_content(path)
        path.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(path / "lock")
        try:
            self.resumed = (path / "config.json").exists()
            if self.resumed:
                _compare(path, files.read_json(path / "config.json"), config)
            else:
                files.write_json(path / "environment.json", environment)
                files.write_json(path / "config.json", config)
            self.environment_changes = _changes(
                files.read_json(path / "environment.json"), environment
            )
            self._executed = os.open(path / "executed_steps", os.O_RDWR | os.O_CREAT, 0o644)
        except BaseException:
            os.close(self._lock)
            raise

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the folder."""
        os.close(self._executed)
        os.close(self._lock)

    def open_log(self, steps_per_level: int) -> MetricsLog:
        """Open the metrics log and its TensorBoard events."""
        return MetricsLog(self.path / "metrics.jsonl", self.path / "tensorboard", steps_per_level)

    def saved(self, name: str, like: Tree, make: Callable[[], Tree] | None = None) -> Tree:
        """Return a tree kept once for the whole run (`init`, `rewind`), made if it is missing.

        Raises:
            FileNotFoundError: it is missing and cannot be made.
        """
        path = self.path / name
        if not path.exists():
            if make is None:
                raise FileNotFoundError(f"{path} is missing; the run cannot go on without it")
            save_tree(path, make())
        return restore_tree(path, like)

    def keep(self, name: str, tree: Tree) -> None:
        """Keep a tree for the whole run, once: what is there stays."""
        if not (self.path / name).exists():
            save_tree(self.path / name, tree)

    def has(self, level: int) -> bool:
        """Return whether a level is done and kept."""
        return (self._level(level) / "evaluation.json").exists()

    def levels_done(self, levels: int) -> int:
        """Return how many of so many levels, from 0 on, are kept."""
        return next((level for level in range(levels) if not self.has(level)), levels)

    def evaluation(self, level: int) -> dict[str, Any]:
        """Return what `keep_level` was given as evaluation."""
        return files.read_json(self._level(level) / "evaluation.json")

    def restore_level(self, level: int, like: Tree) -> Tree:
        """Return the arrays of a kept level; what an end of the process left over goes."""
        self.partial(level).clear()
        return restore_tree(self._level(level) / "checkpoint", like)

    def keep_level(
        self,
        level: int,
        arrays: Tree,
        evaluation: Mapping[str, Any],
        predictions: Mapping[str, list[dict[str, Any]]],
        layers: list[dict[str, Any]],
    ) -> None:
        """Keep a finished level: checkpoint, predictions by split, layers, and last evaluation."""
        folder = self._level(level)
        folder.mkdir(exist_ok=True)
        save_tree(folder / "checkpoint", arrays)
        for split, rows in predictions.items():
            files.write_csv(folder / f"predictions_{split}.csv", rows, PREDICTION_COLUMNS)
        files.write_csv(folder / "layers.csv", layers, LAYER_COLUMNS)
        files.write_json(folder / "evaluation.json", evaluation)
        self.partial(level).clear()

    def partial(self, level: int) -> Partial:
        """Return the checkpoints inside a level under way."""
        return Partial(self._level(level) / "partial")

    def count_step(self) -> None:
        """Count one executed training step, so that it survives any end of the process."""
        os.pwrite(self._executed, f"{self.executed_steps + 1:<20}\n".encode(), 0)

    @property
    def executed_steps(self) -> int:
        """How many training steps were ever executed in this folder, repeats included."""
        text = os.pread(self._executed, 21, 0).strip()
        return int(text) if text else 0

    def write_summary(self, rows: list[dict[str, Any]], summary: Mapping[str, Any]) -> None:
        """Write summary.csv (a row a level) and summary.json (the same, flags, times)."""
        files.write_csv(
            self.path / "summary.csv",
            [{name: row[name] for name in SUMMARY_COLUMNS} for row in rows],
            SUMMARY_COLUMNS,
        )
        files.write_json(self.path / "summary.json", {**summary, "levels": rows})

    def _level(self, level: int) -> Path:
        return self.path / f"level_{level:02d}"


def _refuse_other_content(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise FileExistsError(f"run_dir {path} is a file; name a folder")
    if path.is_dir() and not (path / "config.json").exists():
        strangers = [item.name for item in path.iterdir() if item.name not in _EARLY]
        if strangers:
            raise FileExistsError(
                f"run_dir {path} holds other things ({', '.join(sorted(strangers)[:5])}) and no "
                "run; name an empty or new folder"
            )


_EARLY = frozenset({"lock", "environment.json", "environment.json.partial", "config.json.partial"})


def _lock(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.pread(handle, 20, 0).decode().strip()
        os.close(handle)
        raise BlockingIOError(
            f"process {owner or '?'} is at work in {path.parent}; wait for it, or name another "
            "run_dir"
        ) from None
    try:
        os.pwrite(handle, f"{os.getpid():<20}".encode(), 0)
    except OSError:
        os.close(handle)
        raise
    return handle


def _compare(path: Path, stored: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    given = files.plain(given)
    fields = sorted(stored.keys() | given.keys())
    lines = [
        f"  {name}: the folder has {stored.get(name)!r}, you ask for {given.get(name)!r}"
        for name in fields
        if stored.get(name) != given.get(name)
    ]
    if lines:
        raise ConfigMismatch(
            f"{path} holds a run of another configuration:\n" + "\n".join(lines)
            + "\nName another run_dir, or give the same options."
        )  # fmt: skip


def _changes(stored: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return what differs between the machine that began the run and this one."""
    now = files.plain(now)
    return [
        f"{name}: {stored.get(name)!r} then, {now.get(name)!r} now"
        for name in sorted(stored.keys() | now.keys())
        if stored.get(name) != now.get(name)
    ]
