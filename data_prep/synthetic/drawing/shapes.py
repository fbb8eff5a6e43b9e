"""Soft shapes on a grid: what people are drawn with; all arrays are float32."""

from __future__ import annotations

import cv2
import numpy as np

Grid = np.ndarray
"""float32 [H, W]"""

Window = tuple[slice, slice]
"""Rows and columns of a picture."""


def smoothstep(low: float, high: float, x: Grid) -> Grid:
    """Return 0 where x <= low, 1 where x >= high, and smooth between (low may be above high)."""
    t = (x - np.float32(low)) * np.float32(1 / (high - low))
    np.clip(t, 0, 1, out=t)
    return t * t * (3 - 2 * t)


def bell(x: Grid, width: float) -> Grid:
    """Return exp(-(x / width)^2)."""
    scaled = x * np.float32(1 / width)
    # OpenCV 4 makes a column of a line.
    return cv2.exp(-scaled * scaled).reshape(np.shape(x))


def bump(u: Grid, v: Grid, at: tuple[float, float], width: float, height: float) -> Grid:
    """Return a Gaussian hill of height 1 at `at`, with these standard deviations along u and v."""
    x = (u - np.float32(at[0])) * np.float32(1 / width)
    y = (v - np.float32(at[1])) * np.float32(1 / height)
    return cv2.exp((x * x + y * y) * np.float32(-0.5))


def ellipse(u: Grid, v: Grid, at: tuple[float, float], width: float, height: float) -> Grid:
    """Return the rough distance to an ellipse's outline in the unit of u and v; negative inside."""
    x = (u - np.float32(at[0])) * np.float32(1 / width)
    y = (v - np.float32(at[1])) * np.float32(1 / height)
    return (cv2.magnitude(x, y) - 1) * np.float32(min(width, height))


def power(x: Grid, exponent: float) -> Grid:
    """Return x**exponent for x >= 0."""
    return cv2.pow(np.maximum(x, np.float32(1e-12)), exponent).reshape(np.shape(x))


def lay_over(
    picture: np.ndarray, window: Window, colour: np.ndarray, alpha: Grid, opacity: float = 1.0
) -> None:
    """Lay `colour` ([3], or the window's [h, w, 3]) over the window of the picture, in place.

    Args:
        picture: [H, W, 3].
        window: rows and columns, h x w.
        colour: what is laid over.
        alpha: [h, w], 0 to 1.
        opacity: times this.
    """
    part = picture[window]
    part += (alpha * np.float32(opacity))[..., None] * (colour - part)


def blur(field: np.ndarray, deviation: float) -> np.ndarray:
    """Blur a picture (Gaussian), in pixels."""
    return cv2.GaussianBlur(field, (0, 0), deviation, borderType=cv2.BORDER_REFLECT)


def sample(texture: np.ndarray, x: Grid, y: Grid) -> np.ndarray:
    """Return the texture at these positions, bilinear, repeated beyond its edges."""
    return cv2.remap(texture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
