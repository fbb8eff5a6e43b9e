"""The options of experiments.report."""

from dataclasses import dataclass
from pathlib import Path

OLDER = {"": "run"}


@dataclass(frozen=True)
class Config:
    """Write the report page of run folders and studies."""

    run: tuple[Path, ...]
    """Run folders, or folders of experiments.paper, with commas between; several are compared.
    The word --run may be left out."""
    out: Path | None = None
    """The page. Without it: report.html in the folder; for several, comparison.html here; with
    --share, share.html."""
    share: bool = False
    """Write the short page that may be passed on: headline, main tables and plots, counts and
    warnings of the data, setup; no pictures, no paths, at most four printed pages."""
    watch: float | None = None
    """Seconds between writing the page anew, as long as a run of it is under way."""
