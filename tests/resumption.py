"""Whether two run folders hold the same results, and ways to end a run in the middle."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import chex

from jaxticket.lottery import Callbacks
from tests.tiny import restored


class Killed(KeyboardInterrupt):
    """Stands for the end of a process, where nothing of the run itself may catch it."""


class KillAfter(Callbacks):
    """Ends the run when it hears of a level's step, or of a level's end."""

    def __init__(self, level: int, step: int | None):
        """With `step` None, end between this level and the next."""
        self.place = (level, step)

    def stepped(self, level, step, metrics):
        if (level, step) == self.place:
            raise Killed

    def level_done(self, record, *, restored):
        if (record.level, None) == self.place:
            raise Killed


class StopAt(Callbacks):
    """Asks the run to end once it has heard of a level's step."""

    def __init__(self, level: int, step: int):
        self.place, self.reached = (level, step), False

    def stepped(self, level, step, metrics):
        self.reached = self.reached or (level, step) == self.place

    def stop_requested(self):
        return self.reached


def at_call(number: int, real: Callable[..., Any], end: Callable[[], Any]) -> Callable[..., Any]:
    """Return `real`, except that its call of this number (from 1) ends the run instead."""
    calls = iter(range(1, 10**9))

    def call(*arguments, **options):
        if next(calls) == number:
            end()
        return real(*arguments, **options)

    return call


def die() -> None:
    """End the run where it stands."""
    raise Killed


def executed_steps(path: Path) -> int:
    """Return how many training steps were ever executed in a run folder."""
    return int((path / "executed_steps").read_text().split()[0])


def assert_same_results(one: Path, other: Path) -> None:
    """Hold that two runs differ in no bit of their results; times and events may."""
    assert _names(one) == _names(other)
    assert (one / "metrics.jsonl").read_bytes() == (other / "metrics.jsonl").read_bytes()
    for folder in sorted(one.glob("level_*")):
        level = int(folder.name.removeprefix("level_"))
        twin = other / folder.name
        for file in [*folder.glob("predictions_*.csv"), folder / "layers.csv"]:
            assert file.read_bytes() == (twin / file.name).read_bytes(), file.name
        assert _evaluation(folder) == _evaluation(twin)
        if (folder / "checkpoint").exists():
            chex.assert_trees_all_equal(restored(one, level), restored(other, level))
    for ticket in one.glob("ticket*.safetensors"):
        assert ticket.read_bytes() == (other / ticket.name).read_bytes()


def _names(path: Path) -> list[str]:
    """Return what a run folder holds, its levels included, but what Orbax keeps inside."""
    return sorted(
        str(item.relative_to(path)) for item in [*path.glob("*"), *path.glob("level_*/*")]
    )


def _evaluation(folder: Path) -> dict[str, Any]:
    record = json.loads((folder / "evaluation.json").read_text())
    return {
        name: value for name, value in record.items() if "seconds" not in name and name != "sha256"
    }
