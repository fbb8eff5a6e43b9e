"""The options of experiments.paper."""

from dataclasses import dataclass

from experiments.options.study import Study


@dataclass(frozen=True)
class Config(Study):
    """Train what is missing of the study, and write what all of it shows."""

    dry_run: bool = False
    """Only list the cells and estimate the time, from training steps timed on this machine."""
    report_only: bool = False
    """Train nothing: write the tables of what is done."""
