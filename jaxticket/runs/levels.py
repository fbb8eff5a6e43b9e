"""The folders of finished levels: their names, and their evaluations checked."""

import re
from pathlib import Path
from typing import Any

from jaxticket.runs import files
from jaxticket.runs.damage import Damaged

SUMMARY_COLUMNS = (
    "level", "sparsity", "weights_left", "val_accuracy", "val_auc", "test_accuracy",
    "test_balanced_accuracy", "test_auc", "test_eer", "seconds",
)  # fmt: skip
NEEDED = {"signs": list, "test_intervals": dict, "seconds_by_activity": dict} | dict.fromkeys(
    SUMMARY_COLUMNS, int | float | None
)


def level_folder(path: Path, level: int) -> Path:
    """Return the folder of a level of the run in `path`."""
    return path / f"level_{level:02d}"


def level_numbers(path: Path) -> list[int]:
    """Return the numbers of the level folders in a run folder, in order."""
    found = (re.fullmatch(r"level_(\d{2,})", item.name) for item in path.iterdir())
    return sorted(int(match[1]) for match in found if match)


def is_finished(path: Path, level: int) -> bool:
    """Return whether a level is done and kept; its evaluation is written last."""
    return (level_folder(path, level) / "evaluation.json").exists()


def read_evaluation(path: Path, level: int) -> dict[str, Any]:
    """Read a finished level's evaluation.

    Raises:
        Damaged: it is no JSON object, or lacks what summaries and reports need.
    """
    file, remedy = level_folder(path, level) / "evaluation.json", train_again(path, level)
    record = files.read_object(file, remedy)
    for name, kind in NEEDED.items():
        if name not in record:
            raise Damaged(file, f"it lacks {name}", remedy)
        if not isinstance(record[name], kind):
            raise Damaged(file, f"its {name} is {record[name]!r}", remedy)
    return record


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
