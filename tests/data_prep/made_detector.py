"""A detector of bright rectangles, and videos of them."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from data_prep.faces.boxes import Box
from data_prep.media.video import write_video

HEIGHT, WIDTH = 48, 64
DETECTOR = "tests.data_prep.made_detector:bright_rectangles"


def bright_rectangles(picture: np.ndarray) -> list[Box]:
    """The boxes of what is bright, in the order of OpenCV's labels."""
    assert picture.dtype == np.uint8
    assert picture.shape == (HEIGHT, WIDTH, 3)
    bright = (picture[..., 0] > 128).astype(np.uint8)
    _, _, found, _ = cv2.connectedComponentsWithStats(bright)
    return [Box(*map(float, row[:4])) for row in found[1:]]


def draw_video(path: Path, frames: Sequence[Sequence[Box]]) -> Path:
    """A lossless video with the given bright rectangles."""
    pictures = np.zeros((len(frames), HEIGHT, WIDTH, 3), np.uint8)
    for picture, boxes in zip(pictures, frames, strict=True):
        for x, y, width, height in boxes:
            picture[int(y) : int(y + height), int(x) : int(x + width), 0] = 255
    write_video(path, pictures, crf=0)
    return path
