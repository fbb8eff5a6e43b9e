"""The options of experiments.audit."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

OLDER = {"": "scores"}


@dataclass(frozen=True)
class Config:
    """Audit the scores of detectors, whatever made them: intervals, differences, calibration."""

    scores: tuple[Path, ...]
    """CSV files with commas between: a row a picture or video, columns path or video, label, score;
    if there, seed, method, compression, group, frame, model, checkpoint, split. The word --scores
    may be left out."""
    out: Path | None = None
    """The page; its figures stand beside it as .json. Without it NAME_audit.html beside the first
    CSV."""
    files: Literal["models", "seeds", "checkpoints"] = "models"
    """What several files are, where no column says it."""
    columns: tuple[str, ...] = ()
    """Your names of columns, such as label:gt,score:prob_1."""
    video_folders: bool = False
    """The folder of a picture's path is its video."""
    high: Literal["fake", "real"] = "fake"
    """The class that high scores stand for."""
    fake_label: int = 1
    """The number that means fake in a column of numbers."""
    scale: Literal["auto", "probability", "percent", "logit"] = "auto"
    """What the scores are; auto tells it by their range."""
    threshold: float | None = None
    """Above it a score says fake, in the units of the file; by default 0.5 of probabilities, 50
    of percents, 0 of logits."""
    checkpoint: str | None = None
    """Of several checkpoints, the one whose figures are shown; by default the one that a split
    validation prefers, else the last."""
    published: tuple[str, ...] = ()
    """Figures that were published, such as auc:0.993,video_auc:0.998,eer:0.04: could they have come
    out?"""
