"""What does it cost to make a set of videos or group pictures? CPU time, stage by stage.

    python -m experiments.benchmark_preparation

Renders a clip and group pictures, as they are and enlarged to the sizes of real data sets, and
prints a Markdown table: pictures (crops) per second of one core in each stage of the preparation,
median (least to most) of the turns. CPU time is counted and not the clock's, over all threads, so
that other work on the machine disturbs little. Two minutes. Enlarged pictures are smoother than
filmed ones and decode faster.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("benchmark_preparation")  # here, since help needs no more imports

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from rich.console import Console

from data_prep.faces.boxes import Box
from data_prep.faces.crop import crop_face, face_square
from data_prep.faces.encode import FacePicture, face_picture
from data_prep.media.pictures import read_pixels
from data_prep.media.video import evenly_spaced, read_frames, write_video
from data_prep.openforensics.annotations import read_annotations
from data_prep.openforensics.crops import PictureFaces, pieces_in
from data_prep.prepared.records import write_records
from data_prep.schema import LABELS, SPLITS, record
from data_prep.synthetic.drawing.clip import make_clip
from data_prep.synthetic.group_world import GroupWorld
from data_prep.synthetic.releases.delivery import boxes_of, delivered
from data_prep.synthetic.releases.openforensics import write_groups
from experiments.options.benchmark_preparation import Config

_LARGE = 3
"""How many times the rendered sizes the large ones are."""
_SHAPE = (480, 854)
_WRITTEN = 8
"""How often the pictures are written: a set has enough of them for what it costs by itself."""


@dataclass(frozen=True)
class Material:
    """What is prepared.

    Attributes:
        name: for the table.
        decode: gives the decoded pictures, RGB uint8 [H, W, 3].
        boxes: of the faces in each of them.
        size: the side of the crops.
        pieces: videos or group pictures: what is kept in one file until the set is written.
    """

    name: str
    decode: Callable[[], list[np.ndarray]]
    boxes: Sequence[Sequence[Box]]
    size: int
    pieces: int


def main(config: Config, console: Console) -> None:
    """Render, time all and print the table.

    Raises:
        ValueError: a number is out of range.
        OSError: there is no room for the videos in the folder of temporary files.
    """
    if min(config.turns, config.length, config.frames, config.pictures) < 1:
        raise ValueError("turns, length, frames and pictures must be 1 or more")
    cv2.setNumThreads(1)
    console.print(
        f"pictures per second of one core, CPU time; median (least to most) of {config.turns}\n"
    )
    console.print("| of | decode | crop | hash and encode | keep | write | whole |")
    console.print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for material in (
            *_videos(config, Path(folder)),
            *_group_pictures(config, Path(folder)),
        ):
            console.print(_row(material, config.turns))


def _row(material: Material, turns: int) -> str:
    pictures = material.decode()
    crops = _crops(material, pictures)
    faces = [face_picture(crop, None) for crop in crops]
    stages: list[Callable[[], Any]] = [
        material.decode,
        lambda: _crops(material, pictures),
        lambda: [face_picture(crop, None) for crop in crops],
        lambda: _keep(faces, material.pieces),
        lambda: _write(faces * _WRITTEN),
    ]
    seconds = np.array([[_cpu_seconds(stage) for stage in stages] for _ in range(turns)])
    seconds[:, -1] /= _WRITTEN
    rates = len(crops) / np.column_stack([seconds, seconds.sum(axis=1)])
    cells = [f"{np.median(rate):,.0f} ({rate.min():,.0f} to {rate.max():,.0f})" for rate in rates.T]
    return "| " + " | ".join([material.name, *cells]) + " |"


def _cpu_seconds(stage: Callable[[], Any]) -> float:
    begin = time.process_time()
    stage()
    return time.process_time() - begin


def _crops(material: Material, pictures: Sequence[np.ndarray]) -> list[np.ndarray]:
    return [
        crop_face(picture, face_square(box, picture.shape[1], picture.shape[0]), material.size)
        for picture, boxes in zip(pictures, material.boxes, strict=True)
        for box in boxes
    ]


def _keep(faces: Sequence[FacePicture], pieces: int) -> None:
    """Keep the pictures for a preparation that goes on after it was killed."""
    with tempfile.TemporaryDirectory() as folder:
        kept = pieces_in(Path(folder))
        for number in range(pieces):
            piece = PictureFaces(dict(enumerate(faces[number::pieces])), (), None)
            kept.get_or(number, lambda piece=piece: piece)


def _write(faces: Sequence[FacePicture]) -> None:
    """Write the pictures as the records of a set, all of them in train."""

    def records(split: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for number, face in enumerate(faces if split == SPLITS[0] else faces[:1]):
            key, label = f"{split}/{number}", number % 2
            yield (
                key,
                record(
                    key=key,
                    image=face.image,
                    label=label,
                    method=LABELS[label],
                    group=key,
                    video=key,
                ),
            )

    with tempfile.TemporaryDirectory() as folder:
        write_records("picture_folder", Path(folder), "benchmark", LABELS, records)


def _videos(config: Config, folder: Path) -> Iterator[Material]:
    clip = make_clip(2027, 0, config.length)
    frames = [delivered(frame) for frame in clip.frames]
    taken = evenly_spaced(config.length, config.frames)
    boxes = boxes_of(clip)
    for name, factor, size in (("small", 1, 96), ("large", _LARGE, 256)):
        file = folder / f"{name}.mp4"
        shown = [_enlarged(frame, factor) for frame in frames]
        write_video(file, shown, crf=config.crf)
        height, width = shown[0].shape[:2]
        left = (width - factor * frames[0].shape[1]) // 2
        placed = [[_moved(Box(*boxes[place]), factor, left)] for place in taken]
        yield Material(
            f"video {width} x {height}, {config.frames} of {config.length} frames, "
            f"{file.stat().st_size / 1e6:.1f} MB; crops {size}",
            partial(lambda path: list(read_frames(path, taken)), file),
            placed,
            size,
            pieces=1,
        )


def _enlarged(frame: np.ndarray, factor: int) -> np.ndarray:
    """Return the frame `factor` times as large, with its mirror image at the sides."""
    if factor == 1:
        return frame
    large = cv2.resize(frame, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    height, width = _SHAPE
    left = (width - large.shape[1]) // 2
    right = width - large.shape[1] - left
    return cv2.copyMakeBorder(large, 0, height - large.shape[0], left, right, cv2.BORDER_REFLECT)


def _moved(box: Box, factor: int, left: int) -> Box:
    x, y, width, height = (factor * side for side in box)
    return Box(x + left, y, width, height)


def _group_pictures(config: Config, folder: Path) -> Iterator[Material]:
    root = folder / "groups"
    write_groups(GroupWorld(train=config.pictures, validation=1, test=1, challenge=1), root)
    annotated = read_annotations(root / "Train_poly.json").pictures
    pictures = [picture for picture in annotated if picture.faces]
    for factor, size in ((1, 96), (_LARGE, 256)):
        files = [folder / f"{factor}_{picture.name}" for picture in pictures]
        pixels = [read_pixels(root / "Train" / picture.name)[0] for picture in pictures]
        for file, picture in zip(files, pixels, strict=True):
            scaled = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
            cv2.imwrite(str(file), scaled[..., ::-1])
        area = np.mean([factor**2 * p.shape[0] * p.shape[1] for p in pixels]) / 1e6
        boxes = [[_moved(face.box, factor, 0) for face in picture.faces] for picture in pictures]
        yield Material(
            f"{len(files)} group pictures of {area:.2f} million pixels, "
            f"{sum(map(len, boxes)) / len(boxes):.1f} faces each; crops {size}",
            partial(lambda paths: [read_pixels(path)[0] for path in paths], files),
            boxes,
            size,
            pieces=len(files),
        )
