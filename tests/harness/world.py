"""What is ended and begun again: small commands on the suite's noise, and what is left of each."""

import json
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.resumption import assert_same_results
from tests.runs.test_events import is_start, written

TINY = (
    "--model=tests.experiments.tiny_network:TinyNetwork", "--image_size=16", "--rounds=1",
    "--epochs=2", "--batch_size=12", "--checkpoint_every=3", "--optimizer=sgd",
    "--learning_rate=0.05",
)  # fmt: skip
"""Two levels of eight steps."""
SUBJECTS = ("run", "preparation", "study", "sweep of two workers", "run of two processes")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
STUDY = (
    "--models=cnn5", "--methods=one_shot", "--sparsities=0.5", "--seeds=0,1", "--controls=none",
    "--control_sparsities=0.5", "--transfer=none", "--corruptions=none", "--epochs=1",
    "--image_size=32", "--batch_size=12",
)  # fmt: skip
"""Two runs of two levels of four steps, each with one checkpoint at its end."""


@dataclass(frozen=True)
class Subject:
    """A command that may be ended at any moment.

    Attributes:
        program: `imp` of `experiments`, or `folder` of `data_prep`.
        options: of the command, given the folder that it writes.
        same: holds that two such folders hold the same results.
        phases: in the order in which they come.
        steps: of training that it takes; 0 where they are not counted.
        lost: how many of them one end may cost.
        processes: how many do it together.
        signals: that it gets, in turns.
    """

    program: str
    options: Callable[[Path], tuple[str, ...]]
    same: Callable[[Path, Path], None]
    phases: tuple[str, ...]
    steps: int = 0
    lost: int = 0
    processes: int = 1
    signals: tuple[signal.Signals, ...] = SIGNALS


def subjects(pictures: Path, prepared: Path) -> dict[str, Subject]:
    """Return the subjects by their names; `prepared` are the pictures as a prepared set."""
    data = (f"--dataset={prepared}", f"--data_dir={prepared.parents[3]}")
    study = (*STUDY, f"--datasets={prepared}", data[1])

    def run(out: Path) -> tuple[str, ...]:
        return (*TINY, *data, f"--run_dir={out}")

    return {
        "run": Subject(
            "imp", run, _same_runs,
            ("preparing", "training", "checkpoint", "evaluation", "maps", "report"),
            steps=16, lost=5,
        ),
        "preparation": Subject(
            "folder",
            lambda out: (f"--source={pictures}", f"--data_dir={out}"),
            _same_sets,
            ("reading", "writing", "card"),
        ),
        "study": Subject(
            "paper", lambda out: (*study, f"--out={out}"), _same_cells,
            ("preparing", "training", "checkpoint", "evaluation", "report", "tables"),
            steps=16, lost=4,
        ),
        "sweep of two workers": Subject(
            "sweep", lambda out: (*study, f"--out={out}", "--workers=2"), _same_cells,
            ("preparing", "workers"), steps=16, lost=8,
        ),
        "run of two processes": Subject(
            "imp", run, _same_runs, ("preparing", "training", "checkpoint", "evaluation"),
            steps=16, lost=5, processes=2, signals=(signal.SIGKILL, signal.SIGTERM),
        ),
    }  # fmt: skip


def _same_runs(one: Path, other: Path) -> None:
    assert_same_results(one, other)
    steps = [json.loads(line) for line in (other / "metrics.jsonl").read_text().splitlines()]
    assert shown_steps(one / "tensorboard") == list(range(1, 1 + sum(
        record["kind"] == "train" for record in steps)))  # fmt: skip


def shown_steps(folder: Path) -> list[int]:
    """Return the training steps that TensorBoard shows, in their order."""
    shown: list[int] = []
    for event in written(folder):
        if is_start(event):  # TensorBoard drops what an ended process had added from here on
            shown = [step for step in shown if step < event.step]
        shown += [event.step for value in event.summary.value if value.tag == "train/loss"]
    return shown


def _same_cells(one: Path, other: Path) -> None:
    cells = sorted(path.parent.name for path in one.glob("cells/*/config.json"))
    assert cells == sorted(path.parent.name for path in other.glob("cells/*/config.json"))
    for cell in cells:
        assert_same_results(one / "cells" / cell, other / "cells" / cell)


def _same_sets(one: Path, other: Path) -> None:
    names = _files(one)
    assert names == _files(other)
    for name in names:
        a, b = ((folder / name).read_bytes() for folder in (one, other))
        if name.name == "dataset_info.json":
            a, b = (json.loads(text) for text in (a, b))
        assert a == b, name


def _files(folder: Path) -> list[Path]:
    """Return the files of the prepared sets below a folder, each relative to it."""
    return sorted(
        item.relative_to(folder)
        for card in folder.rglob("data_card.json")
        for item in card.parent.rglob("*")
        if item.is_file()
    )
