"""Landmarks that lie beside ready face crops, carried into the prepared set as face regions.

c23/frames/000/014.png
c23/landmarks/000/014.npy     or landmarks/000.json, or one JSON file in either folder
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from data_prep.faces.carried_regions import Shares, carried_digest, in_crop, keep_regions
from data_prep.faces.landmarks import (
    REGION_NAMES,
    LandmarksError,
    landmark_regions,
    read_landmarks,
    read_landmarks_of_folder,
)
from data_prep.running.in_order import in_order
from data_prep.source.listing import ListedFile, fingerprint
from data_prep.videos.listing import find_file
from data_prep.videos.records import VideoCrops
from data_prep.videos.video_set import Video, VideoSet

FRAMES, LANDMARKS = "frames", "landmarks"
_NAMED = 3


def find_landmarks(root: Path, frames: str) -> ListedFile | None:
    """Return the landmarks of a folder of crops: a folder of NumPy files, or a JSON file.

    Args:
        root: the source folder, resolved; nothing outside of it is taken.
        frames: the folder of the crops, relative to it.
    """
    above, _, video = frames.rpartition("/")
    parent, _, last = above.rpartition("/")
    beside = f"{parent}/{LANDMARKS}/{video}" if last == FRAMES else ""
    for folder in filter(None, (beside, frames)):
        files = _files_in(root, folder, ".npy") if folder == beside else []
        if files:
            newest = int(fingerprint(root, files)[:15], 16)
            return ListedFile(folder, sum(file.size for file in files), newest)
        jsons = _files_in(root, folder, ".json")
        if folder == beside:
            jsons += [file for file in (find_file(root, f"{folder}.json"),) if file]
        if len(jsons) == 1:
            return jsons[0]
    return None


def carry_landmarks(folder: Path, crops: VideoCrops) -> None:
    """Write the regions that landmarks make beside a prepared set, unless they are there already.

    Args:
        folder: the version folder.
        crops: of the set.
    """
    digest = _digest(crops.videos)
    if digest is None or carried_digest(folder) == digest:
        return
    carried: dict[str, Shares] = {}
    bad: list[str] = []
    known = [video for video in crops.videos.videos if video.landmarks is not None]
    for _, (regions, reasons) in in_order(lambda video: _read(crops, video), known):
        carried |= regions
        bad += reasons
    more = (
        f"; {len(bad)} files of landmarks cannot be used ({'; '.join(bad[:_NAMED])})" if bad else ""
    )
    keep_regions(folder, digest, REGION_NAMES, carried, f" (by landmarks){more}")


def _read(crops: VideoCrops, video: Video) -> tuple[dict[str, Shares], list[str]]:
    """Return the regions of a video's pictures by their keys, and why some have none."""
    assert video.landmarks is not None
    path = crops.videos.root / video.landmarks.name
    regions: dict[str, Shares] = {}
    bad = []
    try:
        of_folder = None if path.is_dir() else read_landmarks_of_folder(path)
    except LandmarksError as error:
        return {}, [f"{video.landmarks.name} {error}"]
    for key, picture, square in crops.ready_squares(video):
        try:
            points = _points(path, picture.stem) if of_folder is None else of_folder[picture.stem]
            regions[key] = in_crop(landmark_regions(points), square)
        except (KeyError, FileNotFoundError):
            continue
        except LandmarksError as error:
            bad.append(f"{video.landmarks.name}/{picture.stem}.npy {error}")
    return regions, bad


def _points(folder: Path, stem: str) -> np.ndarray:
    path = folder / f"{stem}.npy"
    if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
        raise FileNotFoundError(path)
    return read_landmarks(path)


def _digest(videos: VideoSet) -> str | None:
    """Return what changes with any landmarks of a set, None where it has none."""
    digest = hashlib.sha256()
    known = [video.landmarks for video in videos.videos if video.landmarks is not None]
    digest.update(fingerprint(videos.root, known).encode())
    return digest.hexdigest() if known else None


def _files_in(root: Path, folder: str, suffix: str) -> list[ListedFile]:
    paths = sorted((root / folder).glob("[!.]*"))
    names = [f"{folder}/{path.name}" for path in paths if path.suffix.lower() == suffix]
    return [file for name in names if (file := find_file(root, name))]
