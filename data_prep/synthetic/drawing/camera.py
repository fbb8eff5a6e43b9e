"""The camera: from light to a recorded picture, with its grain and its own resampling."""

from __future__ import annotations

import functools

import cv2
import numpy as np

from data_prep.synthetic.drawing.draws import Draws
from data_prep.synthetic.drawing.scene import CANVAS, Scene
from data_prep.synthetic.drawing.shapes import Window, blur

_BANK = 384


WHOLE: Window = (slice(0, CANVAS), slice(0, CANVAS))


def film(linear: np.ndarray, scene: Scene, number: int, window: Window = WHOLE) -> np.ndarray:
    """Return a scene as it is filmed: exposure, focus, colour, gamma and the sensor's grain.

    Args:
        linear: the lit scene in the window, float32 [h, w, 3].
        scene: its camera.
        number: of the frame; every frame has grain of its own.
        window: of the canvas, h x w.

    Returns:
        float32 [h, w, 3] in [0, 255].
    """
    levels = developed(linear, scene)
    levels += np.float32(scene.grain) * _grain(scene, number)[window]
    return np.clip(levels, 0, 255)


def developed(linear: np.ndarray, scene: Scene) -> np.ndarray:
    """Return a scene as it is filmed, without grain: levels, float32 [H, W, 3], not clipped.

    Args:
        linear: the lit scene, float32 [H, W, 3], of any size.
        scene: its camera.
    """
    light = np.clip(blur(linear, scene.focus) * np.float32(scene.exposure), 0, 4)
    light = light / (1 + np.float32(0.18) * light) * (np.float32(1.1) * scene.balance)
    grey = cv2.transform(light, np.full((1, 3), 1 / 3, np.float32))[..., None]
    light = np.clip(grey + np.float32(scene.saturation) * (light - grey), 0, 1)
    levels = cv2.pow(light, 1 / 2.2) * np.float32(255 * scene.contrast)
    levels += np.float32(118 * (1 - scene.contrast))
    return levels


def _grain(scene: Scene, number: int) -> np.ndarray:
    """Return noise of deviation about one, [192, 192, 3]: a window of the world's bank of grain."""
    draw = Draws(scene.seed, "grain", scene.number, number)
    top, left = (int(draw.uniform(0, _BANK - CANVAS)) for _ in range(2))
    window = _bank(scene.seed)[top : top + CANVAS, left : left + CANVAS]
    return window[:: draw.choose((1, -1)), :: draw.choose((1, -1))]


@functools.lru_cache(maxsize=4)
def _bank(seed: int) -> np.ndarray:
    return make_grain(Draws(seed, "grain bank"), _BANK, _BANK)


def make_grain(draw: Draws, height: int, width: int) -> np.ndarray:
    """Return a sensor's noise: float32 [height, width, 3] of deviation one."""
    field = draw.field((height, width, 4))
    mixed = 0.6 * field[..., :3] + 0.8 * field[..., 3:]
    grain = blur(mixed, 0.55)
    return (grain / grain.std()).astype(np.float32)
