"""The regions of faces carried into a prepared set: `regions.json.gz` beside its data card.

    {"format": "regions/1", "file_sha256": "...", "regions": ["eyes", "nose", ...],
     "of": {KEY: {"eyes": [[[x, y], ...], ...], ...}, ...}}

KEY is that of the record; corners are in shares of the sides of its picture, from the upper left
corner at 0, 0 to the lower right at 1, 1, and may lie outside. `file_sha256` is that of the
source's `face_regions.json`, or changes with the landmarks that the regions are made from. The
regions are no part of the records: a set has the same fingerprint with and without them, and they
are added to one that was prepared before its source had them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from data_prep.faces.crop import Square
from data_prep.faces.regions import FaceRegions, Regions, read_face_regions
from data_prep.prepared.card import DataCard, read_card, write_card
from data_prep.prepared.files import replacing

CROP_REGIONS_FILE = "regions.json.gz"
FORMAT = "regions/1"

_LOG = logging.getLogger(__name__)
_NOTE = "face regions of "
_DIGITS = 4

Shares = dict[str, list[list[list[float]]]]
"""Name of a region -> its polygons, corners in shares of the crop's sides."""


def in_crop(regions: Regions, square: Square) -> Shares:
    """Return regions in pixels of the source as shares of the sides of a crop.

    Args:
        regions: of the picture or frame.
        square: what was cropped of it.
    """
    corner = np.array([square.x, square.y], np.float64)
    return {
        name: [np.round((polygon - corner) / square.side, _DIGITS).tolist() for polygon in polygons]
        for name, polygons in regions.items()
        if polygons
    }


def check_regions(source: Path | None) -> None:
    """Check the form of a source's file of regions before hours of work; None is none.

    Raises:
        FaceRegionsError: it has another form.
    """
    if source is not None:
        read_face_regions(source)


def carry_regions(
    folder: Path, source: Path | None, crops: Callable[[FaceRegions], Mapping[str, Shares]]
) -> None:
    """Write the regions of the pictures of a prepared set, unless they are there already.

    Args:
        folder: the version folder.
        source: the file of regions in the source; None where it has none: nothing is done then.
        crops: from what the file says to the regions of every picture, by the records' keys.

    Raises:
        FaceRegionsError: the file has another form.
        OSError: the source's file cannot be read.
    """
    if source is None:
        return
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    if carried_digest(folder) == digest:
        return
    regions = read_face_regions(source)
    keep_regions(folder, digest, regions.names, crops(regions))


def keep_regions(
    folder: Path, digest: str, names: Sequence[str], carried: Mapping[str, Shares], more: str = ""
) -> None:
    """Write the regions of pictures beside a prepared set, and a note of them on its card.

    Where that folder cannot be written to, the logger `data_prep` says so: the set is as good.

    Args:
        folder: the version folder.
        digest: changes with what the regions are made from.
        names: of the regions; where they overlap the first holds.
        carried: the records' keys -> regions.
        more: what the note says after them.
    """
    content = {
        "format": FORMAT,
        "file_sha256": digest,
        "regions": list(names),
        "of": {key: carried[key] for key in sorted(carried)},
    }
    note = f"{_NOTE}{len(carried)} pictures are known: {', '.join(names)}{more}"
    try:
        _write(folder / CROP_REGIONS_FILE, json.dumps(content, separators=(",", ":")))
        write_card(_noted(read_card(folder), note), folder)
    except OSError as error:
        _LOG.warning("the face regions of %s cannot be kept: %s", folder, error.strerror or error)


def carried_digest(folder: Path) -> str | None:
    """Return the digest of the regions of a set; None where it has none that can be read."""
    try:
        with gzip.open(folder / CROP_REGIONS_FILE, "rt", encoding="utf-8") as file:
            return json.load(file).get("file_sha256")
    except (OSError, EOFError, ValueError, AttributeError, RecursionError):
        return None


def _write(path: Path, text: str) -> None:
    """Write a compressed file, whole or not at all; the same text gives the same bytes."""
    with replacing(path) as partial:
        partial.write_bytes(gzip.compress(text.encode(), mtime=0))


def _noted(card: DataCard, note: str) -> DataCard:
    # A note and no field: cards of sets that other versions have open are written anew here.
    others = tuple(other for other in card.notes if not other.startswith(_NOTE))
    return replace(card, notes=(*others, note))
