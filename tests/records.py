"""A level's record with something in every field; the record of a level that a test changed."""

import json
from pathlib import Path

from jaxticket.runs import LevelRecord, files

DEFAULTS = {
    "level": 0, "sparsity": 0.5, "weights_left": 50, "val_accuracy": 0.75, "val_auc": 0.9,
    "test_accuracy": 0.5, "test_balanced_accuracy": 0.5, "test_auc": 0.9, "test_eer": 0.1,
    "seconds": 10.0, "parameters": 101, "parameters_left": 51, "sparsity_of_all": 0.1,
    "thresholds": {}, "dead_layers": [], "test_intervals": {}, "last_step": 8,
    "weights_of_step": 8, "epoch_losses": [0.6, 0.4], "signs": [],
    "seconds_by_activity": {"train": 9.0, "data": 1.0}, "intervals": "jackknife",
}  # fmt: skip


def level_record(level=0, **values):
    return LevelRecord(**DEFAULTS | {"level": level} | values)


def reseal(level: Path) -> None:
    """Have a level's evaluation say the SHA-256 of files that a test has changed."""
    evaluation = json.loads((level / "evaluation.json").read_text())
    digests = {
        name: files.sha256((level / name).read_bytes()) if (level / name).is_file() else digest
        for name, digest in evaluation["files"].items()
    }
    files.write_json(level / "evaluation.json", evaluation | {"files": digests})
