"""A person's skin and hair as repeating textures."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from data_prep.synthetic.drawing.draws import Draws
from data_prep.synthetic.drawing.shapes import Grid, sample

SIZE = 256
_PIXELS_PER_UNIT = 80.0


@dataclass(frozen=True)
class Textures:
    """Textures of mean about 0 and deviation about 1, float32 [256, 256], repeating."""

    blotches: np.ndarray
    grain: np.ndarray
    pores: np.ndarray
    strands: np.ndarray
    spots: np.ndarray


def make_textures(seed: int, person: int) -> Textures:
    """Return the textures of person `person` of the world `seed`."""
    draw = Draws(seed, "textures", person)

    def noise(deviation: float, stretch: float = 1.0) -> np.ndarray:
        margin = 48
        field = np.pad(draw.field((SIZE, SIZE)), margin, mode="wrap")
        wide = cv2.GaussianBlur(field, (0, 0), deviation, sigmaY=deviation * stretch)
        inner = wide[margin : margin + SIZE, margin : margin + SIZE]
        return inner / inner.std()

    spots = np.maximum(noise(1.1) - 1.9, 0)
    return Textures(noise(9.0), noise(2.4), noise(1.0), noise(0.9, 14.0), spots)


def on_skin(texture: np.ndarray, u: Grid, v: Grid, scale: float = 1.0) -> Grid:
    """Return a texture at these places of the skin (u, v in face units)."""
    by = np.float32(_PIXELS_PER_UNIT * scale)
    return sample(texture, u * by + 128, v * by + 128)
