"""The options of experiments.across."""

from dataclasses import dataclass
from pathlib import Path

OLDER = {"": "run", "data_dir": None}


@dataclass(frozen=True)
class Config:
    """Finished runs that were trained on other pictures beside each other; nothing is trained."""

    run: tuple[Path, ...]
    """Run folders of experiments.imp, with commas between: the seeds of each training. The word
    --run may be left out."""
    sparsities: tuple[float, ...] = ()
    """Sparsities to show, such as 0,0.8; none for all that were evaluated."""
    out: Path = Path("runs/across")
    """Folder of across.md and across.csv."""
