"""Light on reliefs and on rough surfaces."""

from __future__ import annotations

import cv2
import numpy as np

from data_prep.synthetic.drawing.scene import Scene
from data_prep.synthetic.drawing.shapes import Grid

# Light that went through skin is redder: the dark side falls off more slowly in red.
_THROUGH_SKIN = np.array([0.10, 0.025, 0.015], np.float32)


def lit_relief(colour: np.ndarray, gloss: Grid, height: Grid, scene: Scene) -> np.ndarray:
    """Return wrapped Lambert and Blinn-Phong light on a relief.

    Args:
        colour: reflectance [H, W, 3].
        gloss: strength of the mirrored light [H, W].
        height: the relief [H, W], in pixels.
        scene: its light.
    """
    x = np.clip(cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3, scale=-1 / 8), -3, 3)
    y = np.clip(cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3, scale=-1 / 8), -3, 3)
    z = 1 / np.sqrt(1 + x * x + y * y)
    x *= z
    y *= z
    right, down, front = scene.light
    wrapped = np.clip(
        (x * right + y * down + z * front + np.float32(0.28)) / np.float32(1.28), 0, 1
    )
    light = wrapped[..., None] * scene.key
    light += (wrapped * (1 - wrapped))[..., None] * _THROUGH_SKIN
    light += (np.float32(0.80) - np.float32(0.20) * y)[..., None] * scene.ambient
    half = scene.light + np.array([0, 0, 1], np.float32)
    half = half / np.float32(np.linalg.norm(half))
    shine = np.clip(x * half[0] + y * half[1] + z * half[2], 0, 1)
    for _ in range(4):
        shine *= shine  # to the power of 16
    return colour * light + (gloss * shine)[..., None] * (scene.key * np.float32(0.5))


def rough_light(scene: Scene, slope: Grid) -> np.ndarray:
    """Return light [H, W, 3] on a rough surface leaning sideways by `slope` (-1 left, 1 right)."""
    facing = scene.light[2] * np.sqrt(np.clip(1 - slope * slope, 0, 1)) + scene.light[0] * slope
    wrapped = np.clip((facing + np.float32(0.3)) * np.float32(1 / 1.3), 0, 1)
    return wrapped[..., None] * scene.key + np.float32(0.75) * scene.ambient
