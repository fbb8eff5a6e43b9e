"""What did a run or a study show? One page for a browser, self-contained.

    python -m experiments.report runs/imp_resnet18_synthetic_ff_01234567
    python -m experiments.report runs/study
    python -m experiments.report RUN OTHER --out=comparison.html
    python -m experiments.report RUN --watch=30

Opens from disk, asks nothing of any network, reads on a phone and prints. Several runs stand side
by side in the same plots. A run under way can be watched: the page says how far it is, and loads
itself again.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from experiments.one_run.page import write_report_page
from experiments.terminal.start import start
from jaxticket.runs import read_run

OLDER = {"": "run"}


@dataclass(frozen=True)
class Config:
    """Write the report page of run folders and studies."""

    run: tuple[Path, ...]
    """Run folders, or folders of experiments.paper, with commas between; several are compared.
    The word --run may be left out."""
    out: Path | None = None
    """The page. Without it: report.html in the folder; for several, comparison.html here."""
    watch: float | None = None
    """Seconds between writing the page anew, as long as a run of it is under way."""


def main(config: Config, console: Console) -> Path:
    """Write the page and return its path.

    Raises:
        FileNotFoundError: a folder holds neither a run nor a study.
        ValueError: an option is wrong, or something in a folder cannot be read.
    """
    if config.watch is not None and config.watch <= 0:
        raise ValueError(f"--watch must be above 0 seconds, got {config.watch:g}")
    path = write_report_page(config.run, config.out)
    console.print(f"page {path}, {path.stat().st_size / 1e6:.1f} MB")
    while config.watch is not None and any(map(under_way, config.run)):
        time.sleep(config.watch)
        path = write_report_page(config.run, config.out)
    return path


def under_way(path: Path) -> bool:
    """Return whether a folder holds a run that has not ended."""
    return (path / "config.json").is_file() and not read_run(path).summary


if __name__ == "__main__":
    start("report")
