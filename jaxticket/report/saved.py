"""Figures of Matplotlib as files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from jaxticket.writing import write_whole

if TYPE_CHECKING:  # a run begins to train before Matplotlib is imported
    from matplotlib.figure import Figure


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as a PNG, whole or not at all.

    Raises:
        OSError: it cannot be written; what was there stays.
    """
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=130)
    write_whole(path, content.getvalue())
