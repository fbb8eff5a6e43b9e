"""What did a run or a study show? One page for a browser, self-contained.

    python -m experiments.report runs/imp_resnet18_synthetic_ff_01234567
    python -m experiments.report runs/study
    python -m experiments.report RUN OTHER --out=comparison.html
    python -m experiments.report RUN --watch=30
    python -m experiments.report RUN_OR_STUDY --share

Opens from disk, asks nothing of any network, reads on a phone and prints. Several runs stand side
by side in the same plots. A run under way can be watched: the page says how far it is, and loads
itself again. `--share` writes a short page to be passed on or printed: no pictures of the data set,
no paths, no names of files; at most four sheets of A4.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("report")  # here, since help needs no more imports

import time
from pathlib import Path

from rich.console import Console

from experiments.one_run.page import refresh_alone, write_report_page
from experiments.options.report import Config
from experiments.terminal.console import show_headline
from jaxticket.runs import read_run


def main(config: Config, console: Console) -> Path:
    """Write the page and return its path; of one run its report and its headline too.

    Raises:
        FileNotFoundError: a folder holds neither a run nor a study.
        ValueError: an option is wrong, or something in a folder cannot be read.
    """
    if config.watch is not None and config.watch <= 0:
        raise ValueError(f"--watch must be above 0 seconds, got {config.watch:g}")
    path = write(config)
    console.print(f"page {path}, {path.stat().st_size / 1e6:.1f} MB")
    if len(config.run) == 1 and (config.run[0] / "config.json").is_file():
        show_headline(read_run(config.run[0]), console)
    while config.watch is not None and any(map(under_way, config.run)):
        time.sleep(config.watch)
        path = write_report_page(config.run, config.out, share=config.share)
    return path


def write(config: Config) -> Path:
    """Write the page that is asked for; of one run, in its folder, its report and headline too."""
    alone = len(config.run) == 1 and config.out is None and not config.share
    if alone and (config.run[0] / "config.json").is_file():
        try:
            return refresh_alone(config.run[0])
        except BlockingIOError:  # at work: it writes the rest itself at its end
            pass
    return write_report_page(config.run, config.out, share=config.share)


def under_way(path: Path) -> bool:
    """Return whether a folder holds a run that has not ended."""
    return (path / "config.json").is_file() and not read_run(path).summary
