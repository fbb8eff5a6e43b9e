import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from data_prep.faces.boxes import write_face_boxes
from data_prep.media.video import write_mask_video, write_video
from tests.data_prep.videos.pixels import FRAMES, box_of, frames_of, masks_of

PAIRS = {
    "train": [("000", "003"), ("006", "007")],
    "val": [("004", "001")],
    "test": [("002", "005")],
}
CRF = {"raw": 0, "c0": 0, "c23": 23, "c40": 40}


def write_splits(folder: Path, pairs: Mapping[str, Sequence[Sequence[str]]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for split, names in pairs.items():
        (folder / f"{split}.json").write_text(json.dumps(names))


@pytest.fixture(scope="session")
def write_tree() -> Callable[..., Path]:
    """Writes a tree whose frames, masks and boxes are those of `pixels`, by their video's name."""

    def write(
        root: Path,
        *,
        methods: Sequence[str] = ("Swap", "Blend"),
        level: str = "raw",
        pairs: Mapping[str, Sequence[Sequence[str]]] = PAIRS,
        masks: Sequence[str] = ("Swap",),
    ) -> Path:
        write_splits(root / "splits", pairs)
        boxes = {}
        originals = root / "original_sequences/youtube" / level / "videos"
        originals.mkdir(parents=True)
        for pair in (pair for names in pairs.values() for pair in names):
            for target, source in (pair, pair[::-1]):
                name = f"youtube/{target}"
                write_video(originals / f"{target}.mp4", frames_of(name), crf=CRF[level])
                boxes[name] = [box_of(name, frame) for frame in range(FRAMES)]
                for method in methods:
                    forged = f"{target}_{source}"
                    folder = root / "manipulated_sequences" / method
                    for kind in (level, "masks"):
                        (folder / kind / "videos").mkdir(parents=True, exist_ok=True)
                    path = folder / level / "videos" / f"{forged}.mp4"
                    write_video(path, frames_of(f"{method}/{forged}"), crf=CRF[level])
                    if method in masks:
                        path = folder / "masks/videos" / f"{forged}.mp4"
                        write_mask_video(path, masks_of(f"{method}/{forged}"))
        write_face_boxes(root / "face_boxes.json", boxes)
        return root

    return write


@pytest.fixture
def tree(write_tree: Callable[..., Path], tmp_path: Path) -> Path:
    """A tree of one pair a split and one method, to be changed by the test."""
    pairs = {"train": [("000", "003")], "val": [("004", "001")], "test": [("002", "005")]}
    return write_tree(tmp_path / "tree", methods=["Swap"], pairs=pairs)
