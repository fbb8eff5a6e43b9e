"""Rendered worlds of an earlier time, which have no face regions yet."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from data_prep.faces.regions import REGIONS_FILE
from data_prep.prepared.files import locked

_LOG = logging.getLogger(__name__)


def with_regions(root: Path, add: Callable[[Path], None]) -> None:
    """Add the face regions of a rendered world to its folder, unless they are there.

    They follow from the world's seed, so videos and pictures stay as they are. Where the folder
    cannot be written to, the logger `data_prep` says so: the world is as good without.

    Args:
        root: the folder.
        add: writes the file of regions into it.
    """
    if (root / REGIONS_FILE).is_file():
        return
    try:
        with locked(root.parent / f".{root.name}.lock"):
            if not (root / REGIONS_FILE).is_file():
                _LOG.info("adding the face regions of %s", root)
                add(root)
    except OSError as error:
        _LOG.warning("%s gets no face regions: %s", root, error.strerror or error)
