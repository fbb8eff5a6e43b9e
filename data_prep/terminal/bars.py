"""Bars of progress, which a thread of rich draws."""

from __future__ import annotations

from typing import Any

from rich.progress import Progress, ProgressColumn


def make_bars(*columns: str | ProgressColumn, reads_sets: bool = True, **options: Any) -> Progress:
    """Return bars that are gone when they are done; nothing is drawn yet.

    TFDS is imported before: while that lasts, `builtins.__import__` is one without relative
    imports, and rich makes such imports whenever it draws.

    Args:
        *columns: of each bar.
        reads_sets: whether prepared sets may be read meanwhile; only then TFDS is needed.
        **options: of `rich.progress.Progress`.
    """
    if reads_sets:
        import tensorflow_datasets  # noqa: F401

    return Progress(*columns, transient=True, **options)
