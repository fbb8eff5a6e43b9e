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
from jaxticket.graph import to_json
from jaxticket.graph.nodes import Conv, Dense, Mean, Relu
from jaxticket.tickets import Ticket, save_ticket
from tests.calibration.scored import calibration, scores
from tests.graph.small import SAME, graph
from tests.tickets import small

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


def redness_ticket(path: Path) -> Path:
    """Write a calibrated ticket whose logit is how much redder than blue a crop is."""
    nodes = (
        Conv(name="a", reads=("images",), pads=SAME),
        Relu(name="relu", reads=("a",)),
        Mean(name="mean", reads=("relu",)),
        Dense(name="fc", reads=("mean",)),
    )
    kernel = np.zeros((3, 3, 3, 2), np.float32)
    kernel[1, 1, 0, 0] = kernel[1, 1, 2, 1] = 1
    params = {
        "a/kernel": kernel,
        "fc/kernel": np.array([[9], [-9]], np.float32),
        "fc/bias": np.zeros(1, np.float32),
    }
    said = small.manifest(
        model="mine", image_size=SIZE, graph=to_json(graph(*nodes, image_size=SIZE)),
        calibration=calibration(scores([-1.0] * 70, [1.0] * 70)),
    )  # fmt: skip
    save_ticket(path, Ticket(params, {}, {"a/kernel": kernel != 0}, said))
    return path
