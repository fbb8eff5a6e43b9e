"""What probes look at in a video: its file, its whole frames, and the face as it is prepared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from data_prep.checks.complete import PreparationError
from data_prep.faces.boxes import Box
from data_prep.faces.crop import BoxOutsideError, Square, crop_face, face_square
from data_prep.media.video import BadVideoError
from data_prep.probing.frame_statistics import (
    block_statistics,
    channel_statistics,
    mean_colour,
    sharpness,
)
from data_prep.running.in_order import in_order
from data_prep.schema import REAL
from data_prep.videos.detection.set_boxes import boxes_of_set
from data_prep.videos.frames import count_frames, numbers_in, read_frames
from data_prep.videos.ready_crops import whole
from data_prep.videos.source import VideoSource
from data_prep.videos.video_set import Video

LINEAR_PIXELS = "linear_pixels"

_OF_FRAMES: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "mean_colour": mean_colour,
    "channel_statistics": channel_statistics,
    "block_statistics": block_statistics,
    "sharpness": sharpness,
}
SHORTCUTS = ("file_size", *_OF_FRAMES)
"""The probes that should find nothing."""

_CROP = 32

Features = Mapping[str, np.ndarray]
"""Probe -> what it looks at in a video, one row a frame [frames, D]."""


def read_features(source: VideoSource, frames: Sequence[int]) -> dict[str, Features]:
    """Read the videos of train and test.

    Args:
        source: the videos.
        frames: positions in every video, ascending from 0; in folders of frames, among the numbers
            that an original and all its forgeries have.

    Returns:
        Video -> features: `file_size` (logarithm of bytes, of a folder a picture's on average; the
        same in every row), the statistics of `data_prep.probing.frame_statistics`, and
        `linear_pixels` (the crop of 32 x 32 pixels, 0 to 1).

    Raises:
        PreparationError: a video is not whole, lacks one of the frames, or has no face box.
        ValueError: the frames do not ascend from 0 or more.
    """
    set_boxes = boxes_of_set(source.videos, source.read_faces())
    videos = [video for video in source.videos.videos if video.split in ("train", "test")]
    places = _shared_places(videos, set_boxes.files, frames)

    def read(video: Video) -> Features:
        path = set_boxes.files[video.video]
        try:
            pictures = list(read_frames(path, places[video.video]))
            files = count_frames(path) if path.is_dir() else 1
            if source.videos.ready:
                return _of_video(video, pictures, list(map(_whole, pictures)), files)
            boxes = set_boxes.of_frames(video)
            crops = [
                _crop(picture, boxes[place])
                for place, picture in zip(places[video.video], pictures, strict=True)
            ]
            return _of_video(video, pictures, crops, files)
        except (BadVideoError, BoxOutsideError) as error:
            raise _refusal(path, frames, error) from error

    return {video.video: features for video, features in in_order(read, videos)}


def _shared_places(
    videos: Sequence[Video], files: Mapping[str, Path], frames: Sequence[int]
) -> dict[str, Sequence[int]]:
    """Return where in each video its frames are: an original and its forgeries at the same moments.

    Raises:
        PreparationError: a folder of frames shares too few with the others, or one is not whole.
    """
    families: dict[str, list[Video]] = {}
    for video in videos:
        families.setdefault(video.target, []).append(video)
    places: dict[str, Sequence[int]] = {}
    for family in families.values():
        paths = {video.video: files[video.video] for video in family}
        if len(family) == 1 or not any(path.is_dir() for path in paths.values()):
            places |= dict.fromkeys(paths, frames)
            continue
        original = paths[min(family, key=lambda video: video.label != REAL).video]
        try:
            numbers = {video: list(numbers_in(path, original)) for video, path in paths.items()}
        except BadVideoError as error:
            raise _refusal(original, frames, error) from error
        common = set.intersection(*map(set, numbers.values()))
        shared = [number for number in next(iter(numbers.values())) if number in common]
        if max(frames) >= len(shared):
            few = f"it shares {len(shared)} frames with its forgeries"
            raise _refusal(original, frames, few)
        places |= {
            video: [own.index(shared[frame]) for frame in frames] for video, own in numbers.items()
        }
    return places


def _refusal(path: Path, frames: Sequence[int], why: object) -> PreparationError:
    wanted = ", ".join(map(str, frames))
    return PreparationError(f"{path} cannot be probed at frames {wanted}: {why}")


def _of_video(
    video: Video,
    pictures: Sequence[np.ndarray],
    crops: Sequence[np.ndarray],
    files: int,
) -> Features:
    size = np.full((len(pictures), 1), np.log(video.file.size / files))
    statistics = {
        probe: np.stack([of_frame(picture) for picture in pictures])
        for probe, of_frame in _OF_FRAMES.items()
    }
    return {"file_size": size, **statistics, LINEAR_PIXELS: np.stack(crops)}


def _crop(picture: np.ndarray, box: Box | None) -> np.ndarray:
    if box is None:
        raise BadVideoError("no frame has a face box")
    height, width = picture.shape[:2]
    return _pixels(picture, face_square(box, width, height))


def _whole(picture: np.ndarray) -> np.ndarray:
    return _pixels(picture, whole(picture))


def _pixels(picture: np.ndarray, square: Square) -> np.ndarray:
    crop = crop_face(picture, square, _CROP)
    return crop.reshape(-1).astype(np.float32) / np.float32(255)
