"""Faces that are coloured squares, a detector of them, and a network that answers by colour."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np

from data_prep.faces.boxes import Box
from data_prep.media.video import write_video
from experiments.detecting.network import Network
from experiments.detecting.scoring import Scoring

SIZE = 8
DETECTOR = "tests.experiments.detecting.drawn:DrawnFaces"
REAL, FAKE = (0, 0, 255), (255, 0, 0)
"""Colours of faces."""


@dataclass(frozen=True)
class DrawnFaces:
    """Finds what is strongly coloured in a grey picture."""

    in_threads: ClassVar[bool] = True

    def __call__(self, picture: np.ndarray) -> list[Box]:
        coloured = np.ptp(picture.astype(int), axis=-1) > 100
        _, _, found, _ = cv2.connectedComponentsWithStats(coloured.astype(np.uint8))
        return [Box(*map(float, row[:4])) for row in found[1:]]


def draw(faces: Sequence[tuple[Box, tuple[int, int, int]]], height=48, width=64) -> np.ndarray:
    """A grey picture with coloured faces."""
    picture = np.full((height, width, 3), 128, np.uint8)
    for box, colour in faces:
        x, y, w, h = map(int, box)
        picture[y : y + h, x : x + w] = colour
    return picture


def save(path: Path, picture: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    written, encoded = cv2.imencode(".png", picture[..., ::-1])
    assert written
    path.write_bytes(encoded.tobytes())
    return path


def film(path: Path, frames: Sequence[Sequence[tuple[Box, tuple[int, int, int]]]]) -> Path:
    """A lossless video."""
    write_video(path, [draw(faces) for faces in frames], crf=0)
    return path


def redness(squares: np.ndarray) -> np.ndarray:
    """Logits: how much redder than blue, in tenths of a grey value."""
    means = squares.astype(np.float32).mean(axis=(1, 2))
    return (means[:, :1] - means[:, 2:]) / 10


def scoring(**others: Any) -> Scoring:
    made = Scoring(network=Network("drawn", SIZE, redness), detector=DrawnFaces(), every=1)
    return replace(made, **others)
