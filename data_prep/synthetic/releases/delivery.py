"""From recorded clips to files: one size and one encoder for originals and forgeries alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np

from data_prep.media.video import write_mask_video, write_video
from data_prep.running.in_order import in_order
from data_prep.synthetic.drawing.clip import Clip
from data_prep.synthetic.drawing.region import face_box
from data_prep.synthetic.drawing.scene import CANVAS
from data_prep.synthetic.world import VERSION, World

FRAME = 160
"""Height and width of the videos, in pixels."""

COMPRESSIONS = {"raw": 0, "c23": 23, "c40": 40}
"""Name of each quality and its constant rate factor."""

_PRESET = "veryfast"
_MANY = 16  # items from which on processes pay for their start

Boxes = dict[str, list[tuple[float, ...]]]
"""Video -> the face's box in every frame."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def write_all(
    write: Callable[[Item], Result],
    items: Sequence[Item],
    on_progress: Callable[[int, int], None] | None,
) -> list[Result]:
    """Write every item, in processes where there are many; return what `write` gave for each.

    Args:
        write: writes the videos of an item.
        items: pairs of people, or single ones.
        on_progress: called with (items done, items in all).
    """
    results = []
    done = in_order(write, items, processes=len(items) >= _MANY)
    for number, (_, result) in enumerate(done, start=1):
        results.append(result)
        if on_progress is not None:
            on_progress(number, len(items))
    return results


def encode(frames: Iterable[np.ndarray], files: Iterable[tuple[str, Path]]) -> None:
    """Write a clip's frames, as recorded, into files of some qualities.

    Args:
        frames: float32 [192, 192, 3] in [0, 255].
        files: (key of `COMPRESSIONS`, file).
    """
    small = [delivered(frame) for frame in frames]
    for quality, file in files:
        write_video(file, small, crf=COMPRESSIONS[quality], preset=_PRESET)


def encode_masks(regions: Iterable[np.ndarray], file: Path) -> None:
    """Write the touched regions of a forgery, bool [192, 192], as a mask video."""
    write_mask_video(file, [_mask(region) for region in regions], preset=_PRESET)


def delivered(frame: np.ndarray) -> np.ndarray:
    """Return a recorded frame in the size of the videos: uint8 [160, 160, 3]."""
    small = cv2.resize(frame, (FRAME, FRAME), interpolation=cv2.INTER_AREA)
    return np.clip(np.round(small), 0, 255).astype(np.uint8)


def boxes_of(clip: Clip) -> list[tuple[float, ...]]:
    """Return the face's box in every frame, in the video's pixels: x, y, width, height."""
    return [
        tuple(round(side * FRAME / CANVAS, 2) for side in face_box(shot.pose))
        for shot in clip.shots
    ]


def describe(world: World, compressions: Sequence[str]) -> dict[str, Any]:
    """Return what `synthetic.json` says: the generator, its version, and the world it rendered."""
    generator = {"generator": "jaxticket synthetic world", "version": VERSION}
    return generator | asdict(world) | {"compressions": list(compressions)}


def _mask(region: np.ndarray) -> np.ndarray:
    """Return 255 where any touched pixel of the canvas went into the pixel of the frame."""
    small = cv2.resize(region.astype(np.float32), (FRAME, FRAME), interpolation=cv2.INTER_AREA)
    return np.where(small > 0, 255, 0).astype(np.uint8)
