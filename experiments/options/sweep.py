"""The options of experiments.sweep."""

from dataclasses import dataclass

from experiments.options.study import Study


@dataclass(frozen=True)
class Config(Study):
    """Train the cells of a study, all or one."""

    list: bool = False
    """Print every cell: its index, whether it is done, and its command; train nothing."""
    index: int | None = None
    """Train only this cell, counted from 0 in the order of --list, and what it needs."""
