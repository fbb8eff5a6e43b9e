"""Polygons of COCO rasterised: a pixel belongs to a region if its centre does."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

_CROSSINGS = 1_000_000
"""Of rows and edges, looked at side by side: some 50 bytes each."""


def fill_polygons(polygons: Iterable[np.ndarray], height: int, width: int) -> np.ndarray:
    """Return the union of polygons as a mask.

    Inside one polygon the even-odd rule holds: what its outline goes round twice is a hole. So a
    hole that is joined to the outline by a cut there and back, as COCO writes holes, stays open.

    Args:
        polygons: float [N, 2] each, (x, y) in pixels; 0, 0 is the upper left corner of the picture,
            and a pixel reaches from one whole number to the next. They may leave the picture.
        height: of the picture.
        width: of the picture.

    Returns:
        uint8 [height, width], 255 inside.
    """
    inside = np.zeros((height, width), bool)
    for polygon in polygons:
        inside |= _fill(np.asarray(polygon, np.float64), height, width)
    return np.where(inside, 255, 0).astype(np.uint8)


def _fill(polygon: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return whether an odd number of edges lies to the left of each pixel's centre."""
    inside = np.zeros((height, width), bool)
    rows = max(1, _CROSSINGS // len(polygon))
    for top in range(0, height, rows):
        inside[top : top + rows] = _fill_rows(polygon - (0, top), min(rows, height - top), width)
    return inside


def _fill_rows(polygon: np.ndarray, height: int, width: int) -> np.ndarray:
    x, y = polygon[:, 0], polygon[:, 1]
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    centres = np.arange(height)[:, None] + 0.5
    rows, edges = np.nonzero((y <= centres) != (next_y <= centres))
    along = (rows + 0.5 - y[edges]) / (next_y[edges] - y[edges])
    at = x[edges] + along * (next_x[edges] - x[edges])
    # The first pixel whose centre is not left of the edge: from there on the side is another.
    first = np.clip(np.ceil(at - 0.5), 0, width).astype(np.int64)
    turns = np.zeros((height, width + 1), np.uint8)  # 256 is even: whether a number is odd stays
    np.add.at(turns, (rows, first), 1)
    return np.bitwise_xor.accumulate(turns & 1, axis=1)[:, :width].view(bool)
