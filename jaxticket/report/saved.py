"""Figures of Matplotlib as files."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from jaxticket.writing import write_whole

if TYPE_CHECKING:  # a run begins to train before Matplotlib is imported
    from matplotlib.figure import Figure


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as a PNG, whole or not at all.

    What the font has no picture of, or there is no room for, is left out in silence: names are
    anybody's.

    Raises:
        OSError: it cannot be written; what was there stays.
    """
    content = io.BytesIO()
    with warnings.catch_warnings():
        for said in ("Glyph .* missing", "constrained_layout not applied"):
            warnings.filterwarnings("ignore", said)
        figure.savefig(content, format="png", dpi=130)
    write_whole(path, content.getvalue())
