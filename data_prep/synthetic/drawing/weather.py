"""What Test-Challenge does to a picture: fog, snow, rain, colour; seeded, in 8-bit levels."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from data_prep.synthetic.drawing.draws import Draws
from data_prep.synthetic.drawing.shapes import blur

Corruption = Callable[[np.ndarray, Draws], np.ndarray]
"""From a picture, float32 [H, W, 3] in [0, 255], and random numbers to another such picture."""


def fog(picture: np.ndarray, draw: Draws) -> np.ndarray:
    """Return the picture behind light grey fog that hides 35 to 65% of it, in drifts."""
    height, width = picture.shape[:2]
    drifts = cv2.resize(draw.field((4, 6)), (width, height), interpolation=cv2.INTER_CUBIC)
    drifts = np.clip(0.5 + 0.25 * drifts, 0, 1)
    hidden = np.float32(draw.uniform(0.35, 0.55)) * (0.75 + 0.45 * drifts)
    grey = np.float32(draw.uniform(185, 225))
    return picture + hidden[..., None] * (grey - picture)


def snow(picture: np.ndarray, draw: Draws) -> np.ndarray:
    """Return the picture, a little paler, behind snowflakes of three sizes, in flight."""
    height, width = picture.shape[:2]
    flakes = np.zeros((height, width), np.float32)
    for size, rarity in ((0.7, 2.5), (1.2, 3.0), (2.0, 3.4)):
        seeds = (draw.field((height, width)) > rarity).astype(np.float32)
        flight = _streak(draw.uniform(-0.5, 0.5), 1 + 3 * size)
        drawn = cv2.filter2D(blur(seeds, size), cv2.CV_32F, flight, borderType=cv2.BORDER_REFLECT)
        flakes += drawn * np.float32(9 * size * size)
    pale = picture + np.float32(draw.uniform(0.05, 0.2)) * (215 - picture)
    return pale + np.clip(flakes, 0, 0.95)[..., None] * (245 - pale)


def rain(picture: np.ndarray, draw: Draws) -> np.ndarray:
    """Return the picture, darker and flatter, behind streaks of one slope."""
    height, width = picture.shape[:2]
    drops = (draw.field((height, width)) > 2.45).astype(np.float32)
    kernel = _streak(draw.uniform(-0.35, 0.35), draw.uniform(15, 25))
    streaks = cv2.filter2D(drops, cv2.CV_32F, kernel, borderType=cv2.BORDER_REFLECT)
    streaks = blur(streaks, 0.5) * np.float32(draw.uniform(4.0, 6.0))
    flat = 100 + np.float32(draw.uniform(0.65, 0.85)) * (picture - 112)
    return flat + np.clip(streaks, 0, 0.7)[..., None] * (215 - flat)


def colour(picture: np.ndarray, draw: Draws) -> np.ndarray:
    """Return the picture with another white balance, saturation, contrast and brightness."""
    gains = draw.vector(0.78, 1.22, 3)
    balanced = picture * (gains / gains.mean())
    grey = balanced.mean(axis=2, keepdims=True)
    saturation = draw.uniform(0.1, 0.6) if draw.chance(0.5) else draw.uniform(1.4, 1.9)
    contrast = draw.uniform(0.6, 0.8) if draw.chance(0.5) else draw.uniform(1.15, 1.3)
    saturated = grey + np.float32(saturation) * (balanced - grey)
    return (saturated - 118) * np.float32(contrast) + np.float32(118 + draw.uniform(-22, 22))


CORRUPTIONS: dict[str, Corruption] = {"fog": fog, "snow": snow, "rain": rain, "colour": colour}


def corrupt(picture: np.ndarray, draw: Draws) -> tuple[np.ndarray, str]:
    """Return the picture with one corruption, chosen by chance.

    Returns:
        The picture, float32 [H, W, 3] in [0, 255], and the corruption's name.
    """
    name = draw.choose(tuple(CORRUPTIONS))
    return np.clip(CORRUPTIONS[name](picture, draw), 0, 255), name


def _streak(slope: float, length: float) -> np.ndarray:
    """Return a square kernel of sum one, a line through its middle; `slope` is right over down."""
    side = 2 * int(length / 2) + 3
    kernel = np.zeros((side, side), np.float32)
    middle, half = side // 2, length / 2
    dx, dy = half * slope / np.hypot(1, slope), half / np.hypot(1, slope)
    begin = round(middle - dx), round(middle - dy)
    end = round(middle + dx), round(middle + dy)
    cv2.line(kernel, begin, end, 1.0, 1, cv2.LINE_AA)
    return kernel / kernel.sum()
