"""Regions of a face on the canvas: polygons in face units, filled and feathered."""

from __future__ import annotations

import cv2
import numpy as np

from data_prep.synthetic.drawing.draws import Draws
from data_prep.synthetic.drawing.render import on_canvas
from data_prep.synthetic.drawing.scene import CANVAS, Pose
from data_prep.synthetic.drawing.shapes import Grid, blur

_SUBPIXEL_BITS = 4

# Half of each outline, from the top of the face's axis round to the chin (u >= 0).
INNER_FACE = ((0.0, -0.44), (0.42, -0.46), (0.74, -0.26), (0.80, 0.15), (0.72, 0.62), (0.48, 1.02),
              (0.20, 1.18), (0.0, 1.21))  # fmt: skip
FOREHEAD = ((0.0, -0.66), (0.42, -0.62))
LOWER_FACE = ((0.0, 0.58), (0.28, 0.48), (0.58, 0.52), (0.68, 0.78), (0.48, 1.06), (0.18, 1.20),
              (0.0, 1.22))  # fmt: skip
WHOLE_FACE = ((0.0, -1.0), (0.6, -0.85), (1.0, -0.3), (1.02, 0.3), (0.85, 0.9), (0.45, 1.35),
              (0.0, 1.5))  # fmt: skip


def filled(pose: Pose, half: tuple[tuple[float, float], ...]) -> Grid:
    """Return 1 inside the outline, 0 outside, between on its edge: float32 [192, 192]."""
    right = np.array(half, np.float64)
    left = right[::-1] * [-1, 1]
    points = on_canvas(pose, np.concatenate([right, left]))
    fixed = np.round(points * 2**_SUBPIXEL_BITS).astype(np.int32)
    mask = np.zeros((CANVAS, CANVAS), np.uint8)
    cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, _SUBPIXEL_BITS)
    return mask.astype(np.float32) / np.float32(255)


def face_region(pose: Pose) -> Grid:
    """Return a wide soft region round the whole face, hairline to throat."""
    return blur(filled(pose, WHOLE_FACE), 6.0)


def feathered(mask: Grid, width: float) -> Grid:
    """Return the mask with a soft edge inside: blurred, eroded, blurred (2204.08376, 3.2).

    Args:
        mask: [H, W], 0 to 1.
        width: of the edge, in pixels.

    Returns:
        [H, W]; exactly 0 outside the mask.
    """
    inner = cv2.erode(mask, np.ones((3, 3), np.uint8), iterations=max(1, round(width)))
    soft = blur(inner, 0.55 * width)
    soft = np.clip((soft - np.float32(0.02)) * np.float32(1 / 0.96), 0, 1)
    return np.where(mask > 0, soft, 0).astype(np.float32)


def elastic_field(draw: Draws, strength: float = 50.0, smoothness: float = 7.0) -> np.ndarray:
    """Return random displacements [2, 192, 192] in pixels (alpha 50, sigma 7 in 2204.08376)."""
    noise = draw.field((2, CANVAS, CANVAS))
    return np.stack([blur(field, smoothness) * np.float32(strength) for field in noise])


def elastic(mask: Grid, field: np.ndarray) -> Grid:
    """Return the mask deformed by the displacements of `elastic_field`."""
    rows, columns = np.mgrid[0:CANVAS, 0:CANVAS].astype(np.float32)
    at = columns + field[0], rows + field[1]
    return cv2.remap(mask, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)


def face_box(pose: Pose) -> tuple[float, float, float, float]:
    """Return the box round brows, cheeks and chin: x, y, width, height in pixels of the canvas."""
    points = on_canvas(pose, np.array([(-0.95, 0.1), (0.95, 0.1), (0.0, -0.5), (0.0, 1.35)]))
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return float(left), float(top), float(right - left), float(bottom - top)
