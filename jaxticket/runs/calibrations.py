"""The calibration of a level, beside its predictions: level_NN/calibration.json."""

import hashlib
from pathlib import Path

import msgspec

from jaxticket.calibration import Calibration, Scores, fake_score
from jaxticket.runs import files
from jaxticket.runs.levels import level_folder
from jaxticket.runs.predictions import Predictions

CALIBRATION = "calibration.json"


def predictions_digest(path: Path, level: int) -> str:
    """Return the SHA-256 of a level's validation predictions, empty where they are missing."""
    table = level_folder(path, level) / "predictions_validation.csv"
    return hashlib.sha256(table.read_bytes()).hexdigest() if table.is_file() else ""


def scores_of(predictions: Predictions) -> Scores:
    """Return predictions as scores; whatever is not `real` is fake."""
    return Scores(
        keys=predictions.keys,
        groups=predictions.groups,
        videos=predictions.videos,
        methods=predictions.methods,
        compressions=predictions.compressions,
        fake=predictions.labels > 0,
        scores=fake_score(predictions.logits),
    )


def write_calibration(path: Path, level: int, calibration: Calibration) -> Path:
    """Write the calibration of a level of the run in `path`, atomically; return its file."""
    file = level_folder(path, level) / CALIBRATION
    files.write_json(file, msgspec.to_builtins(calibration))
    return file


def is_stale(path: Path, level: int) -> bool:
    """Return whether a level was calibrated, and has other validation predictions since.

    Raises:
        Damaged: the calibration is of another form.
    """
    found = _read(path, level)
    return found is not None and found.predictions != predictions_digest(path, level)


def read_calibration(path: Path, level: int) -> Calibration | None:
    """Return the calibration of a level; None without one, or where its predictions are others now.

    Raises:
        Damaged: it is of another form.
    """
    found = _read(path, level)
    return None if found is None or is_stale(path, level) else found


def _read(path: Path, level: int) -> Calibration | None:
    file = level_folder(path, level) / CALIBRATION
    if not file.exists():
        return None
    return files.read_typed(file, Calibration, "remove it and calibrate the level again")
