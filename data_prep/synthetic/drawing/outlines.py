"""The outlines of a region of pixels, as polygons."""

from __future__ import annotations

import cv2
import numpy as np

_ENLARGED = 4  # outlines are found on masks that much larger
_TOLERANCE = 0.4  # pixels between a region and its polygon


def outlines(region: np.ndarray) -> list[list[float]]:
    """Return the outlines of a region, bool [H, W], as COCO's polygons [x, y, x, y, ...].

    A pixel reaches from one whole number to the next; holes are filled.
    """
    x, y, width, height = cv2.boundingRect(region.astype(np.uint8))
    if not width:
        return []
    part = region[y : y + height, x : x + width].astype(np.uint8)
    large = cv2.resize(part, None, fx=_ENLARGED, fy=_ENLARGED, interpolation=cv2.INTER_NEAREST)
    contours, _ = cv2.findContours(large, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    polygons = []
    for contour in contours:
        points = cv2.approxPolyDP(contour, _ENLARGED * _TOLERANCE, True)[:, 0]
        if len(points) >= 3:
            corners = (points + 0.5) / _ENLARGED + (x, y)
            polygons.append(np.round(corners, 2).ravel().tolist())
    return polygons
