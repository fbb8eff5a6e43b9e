"""Regions of the faces in a prepared set: `regions.json.gz` beside its data card, if it has one.

    {"format": "regions/1", "regions": ["eyes", "nose", "mouth", "face", "hair"],
     "of": {KEY: {"eyes": [[[x, y], [x, y], [x, y], ...], ...], ...}, ...}}

A region is a list of polygons; corners are in shares of the picture's sides, 0, 0 at its upper left
and 1, 1 at its lower right, and may lie outside. KEY is a record's.
"""

from __future__ import annotations

import gzip
import json
import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from jaxticket import limits
from jaxticket.data.prepared import PreparedSet

BACKGROUND = "background"
"""What no region covers."""

_FILE = "regions.json.gz"
_FORMAT = "regions/1"
_FARTHEST = 1e3  # shares; corners beyond are brought there, and lie outside as before
_ENLARGED = 8
_SUBPIXEL_BITS = 4


class RegionsError(ValueError):
    """A file of regions that has not the form above; the text says where."""


@dataclass(frozen=True)
class Regions:
    """Where the parts of the faces are.

    Attributes:
        names: of the regions, without the background; where they overlap the first holds.
        pictures: key of a picture -> name -> polygons, float64 [N, 2] each, (x, y) in shares.
    """

    names: tuple[str, ...]
    pictures: Mapping[str, Mapping[str, tuple[np.ndarray, ...]]]

    def known(self, keys: Sequence[str] | np.ndarray) -> np.ndarray:
        """Return which pictures have known regions, bool [n]."""
        return np.array([str(key) in self.pictures for key in keys], np.bool_)

    def masks(self, keys: Sequence[str] | np.ndarray, image_size: int) -> dict[str, np.ndarray]:
        """Return the regions of pictures as masks that do not overlap.

        A pixel is in a region if half of it is, and in the first of `names` if there are
        several: with eyes, nose and mouth before the face, `face` is the skin round them. What is
        in none is `background`. So each pixel of a picture is in one mask exactly; those of a
        picture whose regions are not `known` are in none.

        Args:
            keys: of n pictures, as in `Examples.keys`.
            image_size: the side of the masks, pixels.

        Returns:
            Name -> bool [n, image_size, image_size], `background` last.

        Raises:
            ValueError: the size is not positive.
        """
        if image_size <= 0:
            raise ValueError(f"the image size must be positive, not {image_size}")
        names = (*self.names, BACKGROUND)
        shape = (len(keys), image_size, image_size)
        masks = {name: np.zeros(shape, np.bool_) for name in names}
        for place, key in enumerate(keys):
            regions = self.pictures.get(str(key))
            if regions is None:
                continue
            free = np.ones(shape[1:], np.bool_)
            for name in self.names:
                masks[name][place] = free & _fill(regions.get(name, ()), image_size)
                free &= ~masks[name][place]
            masks[BACKGROUND][place] = free
        return masks


def read_regions(prepared: PreparedSet) -> Regions | None:
    """Return the regions of a prepared set; None where it has none.

    Raises:
        RegionsError: the file has another form, is damaged, or is too large.
    """
    path = prepared.path / _FILE
    if not path.is_file():
        return None
    content = _content(path)
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        raise RegionsError(f"{path} does not say that it is {_FORMAT}: remove it, prepare anew")
    names, pictures = content.get("regions"), content.get("of")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise RegionsError(f"{path}: `regions` is no list of names")
    if not names or len({*names, BACKGROUND}) != len(names) + 1:
        raise RegionsError(f"{path}: `regions` names none, or one twice, or the {BACKGROUND}")
    if not isinstance(pictures, dict):
        raise RegionsError(f"{path}: `of` is no object of the pictures' regions")
    return Regions(
        tuple(names), {key: _regions(path, key, pictures[key], names) for key in pictures}
    )


def _content(path: Path) -> Any:
    try:
        with gzip.open(path, "rb") as file:
            text = file.read(limits.JSON_BYTES + 1)
        if len(text) > limits.JSON_BYTES:
            raise RegionsError(f"{path} holds more than {limits.JSON_BYTES:,} bytes")
        return json.loads(text)
    except RegionsError:
        raise
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        raise RegionsError(
            f"{path} is no compressed JSON of regions ({error}): remove it, and prepare the set "
            "again, which finds it and adds the file"
        ) from error


def _regions(
    path: Path, key: str, entry: Any, names: Sequence[str]
) -> dict[str, tuple[np.ndarray, ...]]:
    if not isinstance(entry, dict):
        raise RegionsError(f"{path}: the regions of {key} are no object")
    regions = {}
    for name, polygons in entry.items():
        if name not in names or not isinstance(polygons, list):
            raise RegionsError(f"{path}: {key} has {name!r}, no region or no list of polygons")
        regions[name] = tuple(_polygon(f"{path}: {name} of {key}", polygon) for polygon in polygons)
    return regions


def _polygon(where: str, polygon: Any) -> np.ndarray:
    if not isinstance(polygon, list) or len(polygon) < 3 or not all(map(_is_corner, polygon)):
        raise RegionsError(f"{where}: a polygon is no list of three or more finite corners [x, y]")
    return np.clip(np.array(polygon, np.float64), -_FARTHEST, _FARTHEST)


def _is_corner(corner: Any) -> bool:
    return (
        isinstance(corner, list)
        and len(corner) == 2
        and all(type(value) in (int, float) and _is_finite(value) for value in corner)
    )


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond every float
        return False


def _fill(polygons: Sequence[np.ndarray], size: int) -> np.ndarray:
    """Return the pixels at least half inside one of the polygons, bool [size, size]."""
    import cv2

    # OpenCV fills the pixels on an edge too; enlarged, that is a sixteenth of a pixel.
    large = np.zeros((_ENLARGED * size, _ENLARGED * size), np.uint8)
    for polygon in polygons:
        # OpenCV counts from the middle of the first pixel.
        corners = (polygon * (_ENLARGED * size) - 0.5) * 2**_SUBPIXEL_BITS
        cv2.fillPoly(large, [np.round(corners).astype(np.int32)], 255, shift=_SUBPIXEL_BITS)
    return cv2.resize(large, (size, size), interpolation=cv2.INTER_AREA) >= 128
