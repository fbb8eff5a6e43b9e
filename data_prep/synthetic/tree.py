"""The world written to disk as a miniature FaceForensics++ release (1901.08971)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from data_prep.face_boxes import write_face_boxes
from data_prep.reading import in_order
from data_prep.synthetic.clip import Clip, make_clip
from data_prep.synthetic.forgeries import METHODS, forge
from data_prep.synthetic.region import face_box
from data_prep.synthetic.scene import CANVAS
from data_prep.synthetic.world import VERSION, World, person_name
from data_prep.video import write_mask_video, write_video

FRAME = 160
"""Height and width of the videos, in pixels."""

COMPRESSIONS = {"raw": 0, "c23": 23, "c40": 40}
"""Folder of each quality and its constant rate factor."""

DESCRIPTION_FILE = "synthetic.json"

_SPLIT_FILES = {"train": "train", "validation": "val", "test": "test"}
_PRESET = "veryfast"
_MANY = 16  # pairs from which on processes pay for their start


def write_tree(
    world: World,
    root: Path,
    compressions: Sequence[str] = tuple(COMPRESSIONS),
    on_progress: Callable[[int, int], None] | None = None,
) -> None:
    """Writes videos, masks, split files, face boxes and `synthetic.json` below `root`.

    Args:
        world: what is rendered.
        root: a new folder.
        compressions: keys of `COMPRESSIONS`.
        on_progress: called with (pairs done, pairs in all).

    Raises:
        OSError: `root` cannot be written to.
    """
    splits = world.pairs()
    pairs = [pair for split in splits.values() for pair in split]
    boxes: dict[str, list[tuple[float, ...]]] = {}
    _make_folders(root, compressions)
    write = partial(_write_pair, world, root=root, compressions=compressions)
    done = in_order(write, pairs, processes=len(pairs) >= _MANY)
    for number, (_, found) in enumerate(done, start=1):
        boxes |= found
        if on_progress is not None:
            on_progress(number, len(pairs))
    write_face_boxes(root / "face_boxes.json", boxes)
    (root / "splits").mkdir(exist_ok=True)
    for split, file in _SPLIT_FILES.items():
        named = [[person_name(a), person_name(b)] for a, b in splits[split]]
        (root / "splits" / f"{file}.json").write_text(json.dumps(named) + "\n")
    (root / DESCRIPTION_FILE).write_text(json.dumps(describe(world, compressions)) + "\n")


def describe(world: World, compressions: Sequence[str]) -> dict[str, Any]:
    """What `synthetic.json` says: the generator, its version, and the world it rendered."""
    generator = {"generator": "jaxticket synthetic world", "version": VERSION}
    return generator | asdict(world) | {"compressions": list(compressions)}


def _make_folders(root: Path, compressions: Sequence[str]) -> None:
    sequences = ["original_sequences/youtube", *(f"manipulated_sequences/{m}" for m in METHODS)]
    for sequence in sequences:
        for quality in compressions:
            (root / sequence / quality / "videos").mkdir(parents=True, exist_ok=True)
    for method in METHODS:
        (root / "manipulated_sequences" / method / "masks" / "videos").mkdir(parents=True)


def _write_pair(
    world: World, pair: tuple[int, int], root: Path, compressions: Sequence[str]
) -> dict[str, list[tuple[float, ...]]]:
    """Writes both clips of a pair and their forgeries; returns the face boxes."""
    clips = [make_clip(world.seed, number, world.frames) for number in pair]
    boxes = {}
    for target, source in (clips, clips[::-1]):
        name = person_name(target.scene.number)
        _encode(root / "original_sequences" / "youtube", name, target.frames, compressions)
        boxes[f"youtube/{name}"] = [_box(target, number) for number in range(world.frames)]
        forged_name = f"{name}_{person_name(source.scene.number)}"
        for method in METHODS:
            folder = root / "manipulated_sequences" / method
            forged = forge(method, target, source, world.seed)
            _encode(folder, forged_name, forged.frames, compressions)
            masks = [_mask(region) for region in forged.regions]
            write_mask_video(
                folder / "masks" / "videos" / f"{forged_name}.mp4", masks, preset=_PRESET
            )
    return boxes


def _encode(
    sequence: Path, name: str, frames: Sequence[np.ndarray], compressions: Sequence[str]
) -> None:
    """Originals and forgeries alike: the same resize, the same encoder."""
    small = [delivered(frame) for frame in frames]
    for quality in compressions:
        file = sequence / quality / "videos" / f"{name}.mp4"
        write_video(file, small, crf=COMPRESSIONS[quality], preset=_PRESET)


def delivered(frame: np.ndarray) -> np.ndarray:
    """A recorded frame in the size of the videos: uint8 [160, 160, 3]."""
    small = cv2.resize(frame, (FRAME, FRAME), interpolation=cv2.INTER_AREA)
    return np.clip(np.round(small), 0, 255).astype(np.uint8)


def _mask(region: np.ndarray) -> np.ndarray:
    """255 where any touched pixel of the canvas went into the pixel of the frame."""
    small = cv2.resize(region.astype(np.float32), (FRAME, FRAME), interpolation=cv2.INTER_AREA)
    return np.where(small > 0, 255, 0).astype(np.uint8)


def _box(clip: Clip, number: int) -> tuple[float, ...]:
    """The face's box in the video's pixels: x, y, width, height."""
    box = face_box(clip.shots[number].pose)
    return tuple(round(side * FRAME / CANVAS, 2) for side in box)
