"""Small trees of ready crops in the layout of DeepfakeBench, and index files of them."""

import json
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from data_prep.videos.video_set import Video, VideoSet

SIDE = 16
ELSEWHERE = "/home/someone/datasets/rgb"
WINDOWS = r"D:\data\rgb"
NUMBERS = (0, 3, 29, 100)
PAIRS = {"train": [("000", "003")], "val": [("004", "001")], "test": [("002", "005")]}

FF = "FaceForensics++"
ORIGINALS = f"{FF}/original_sequences/youtube"
FORGERIES = f"{FF}/manipulated_sequences"


def write_video(
    root: Path, folder: str, numbers: Iterable[int] = NUMBERS, side: int = SIDE
) -> None:
    """Write a folder of crops of noise, each its own."""
    for number in numbers:
        path = root / folder / f"{number:03d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        draw = np.random.default_rng(zlib.crc32(f"{folder}/{number}".encode()))
        Image.fromarray(draw.integers(0, 256, (side, side, 3), dtype=np.uint8)).save(path)


def write_masks(root: Path, folder: str, numbers: Iterable[int] = NUMBERS) -> None:
    """Write masks: frame N is forged in its first N % 8 + 1 rows."""
    for number in numbers:
        path = root / folder / f"{number:03d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        mask = np.zeros((SIDE, SIDE), np.uint8)
        mask[: number % 8 + 1] = 255
        Image.fromarray(mask).save(path)


def points(count: int = 81) -> np.ndarray:
    """Landmarks at places that differ."""
    return np.random.default_rng(count).integers(0, SIDE, (count, 2))


def write_landmarks(root: Path, folder: str, numbers: Iterable[int] = NUMBERS) -> None:
    for number in numbers:
        path = root / folder / f"{number:03d}.npy"
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, points())


def write_faceforensics(
    root: Path, methods: Sequence[str] = ("Deepfakes",), levels: Sequence[str] = ("c23",)
) -> None:
    """Write a FaceForensics++ tree: three pairs, split files, masks and landmarks under c23."""
    for split, pairs in PAIRS.items():
        (root / FF).mkdir(parents=True, exist_ok=True)
        (root / FF / f"{split}.json").write_text(json.dumps(pairs))
        for first, second in pairs:
            for level in levels:
                for name in (first, second):
                    write_video(root, f"{ORIGINALS}/{level}/frames/{name}")
                for method in methods:
                    for name in (f"{first}_{second}", f"{second}_{first}"):
                        write_video(root, f"{FORGERIES}/{method}/{level}/frames/{name}")
            for method in methods:
                for name in (f"{first}_{second}", f"{second}_{first}"):
                    write_masks(root, f"{FORGERIES}/{method}/c23/masks/{name}", NUMBERS[:3])
            write_landmarks(root, f"{ORIGINALS}/c23/landmarks/{first}")


def entry(root: Path, folder: str, label: str, masks: str = "", prefix: str = ELSEWHERE) -> Any:
    """Return what an index says of a video: its paths begin with `prefix`, in no order."""

    def paths(of: str) -> list[str]:
        slash = "\\" if "\\" in prefix else "/"
        names = sorted((path.name for path in (root / of).iterdir()), reverse=True)
        return [f"{prefix}/{of}/{name}".replace("/", slash) for name in names]

    content: dict[str, Any] = {"label": label, "frames": paths(folder)}
    if masks:
        content["masks"] = paths(masks)
    return content


def named(videos: VideoSet, name: str) -> Video:
    return next(video for video in videos.videos if video.video == name)


def write_index(root: Path, name: str, labels: Any) -> Path:
    path = root / "dataset_json" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({name: labels}))
    return path


def faceforensics_index(
    root: Path, levels: Sequence[str] = ("c23",), prefix: str = ELSEWHERE
) -> Any:
    """Return the labels of `FF-DF.json` for what `write_faceforensics` writes."""
    labels: Any = {
        label: {split: {level: {} for level in levels} for split in PAIRS}
        for label in ("FF-real", "FF-DF")
    }
    for split, pairs in PAIRS.items():
        for first, second in pairs:
            for level in levels:
                for name in (first, second):
                    folder = f"{ORIGINALS}/{level}/frames/{name}"
                    real = entry(root, folder, "FF-real", prefix=prefix)
                    labels["FF-real"][split][level][name] = real
                for name in (f"{first}_{second}", f"{second}_{first}"):
                    folder = f"{FORGERIES}/Deepfakes/{level}/frames/{name}"
                    masks = f"{FORGERIES}/Deepfakes/c23/masks/{name}"
                    fake = entry(root, folder, "FF-DF", masks, prefix)
                    labels["FF-DF"][split][level][name] = fake
    return labels
