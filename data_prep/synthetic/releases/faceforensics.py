"""The world written to disk as a miniature FaceForensics++ release (1901.08971)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from data_prep.faces.boxes import BOXES_FILE, write_face_boxes
from data_prep.source.synthetic_mark import DESCRIPTION_FILE
from data_prep.synthetic.drawing.clip import Clip, make_clip, staged
from data_prep.synthetic.forgeries import METHODS, forge
from data_prep.synthetic.releases.clip_regions import (
    VideoRegions,
    clip_regions,
    write_video_regions,
)
from data_prep.synthetic.releases.delivery import (
    COMPRESSIONS,
    Boxes,
    boxes_of,
    describe,
    encode,
    encode_masks,
    write_all,
)
from data_prep.synthetic.world import World, person_name

_SPLIT_FILES = {"train": "train", "validation": "val", "test": "test"}


def write_tree(
    world: World,
    root: Path,
    compressions: Sequence[str] = tuple(COMPRESSIONS),
    on_progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write videos, masks, split files, boxes, regions and `synthetic.json` below `root`.

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
    _make_folders(root, compressions)
    write = partial(_write_pair, world, root=root, compressions=compressions)
    written = write_all(write, pairs, on_progress)
    boxes = {name: boxes for pair_boxes, _ in written for name, boxes in pair_boxes.items()}
    write_face_boxes(root / BOXES_FILE, boxes)
    write_video_regions(root, (regions for _, regions in written))
    (root / "splits").mkdir(exist_ok=True)
    for split, file in _SPLIT_FILES.items():
        named = [[person_name(a), person_name(b)] for a, b in splits[split]]
        (root / "splits" / f"{file}.json").write_text(json.dumps(named) + "\n")
    (root / DESCRIPTION_FILE).write_text(json.dumps(describe(world, compressions)) + "\n")


def add_tree_regions(
    world: World, root: Path, on_progress: Callable[[int, int], None] | None = None
) -> None:
    """Write the face regions of a tree whose videos are there already.

    Args:
        world: what was rendered.
        root: its folder.
        on_progress: called with (pairs done, pairs in all).

    Raises:
        OSError: the file cannot be written.
    """
    pairs = [pair for split in world.pairs().values() for pair in split]
    write_video_regions(root, write_all(partial(_staged_regions, world), pairs, on_progress))


def _staged_regions(world: World, pair: tuple[int, int]) -> VideoRegions:
    clips = [staged(world.seed, number, world.frames) for number in pair]
    return _regions(clips, pair, world.seed)


def _regions(clips: Sequence[Clip], pair: tuple[int, int], seed: int) -> VideoRegions:
    names = [person_name(number) for number in pair]
    forged = ["_".join(order) for order in (names, names[::-1])]
    return clip_regions(
        clips,
        [f"youtube/{name}" for name in names],
        {method: [f"{method}/{name}" for name in forged] for method in METHODS},
        seed,
    )


def _make_folders(root: Path, compressions: Sequence[str]) -> None:
    sequences = ["original_sequences/youtube", *(f"manipulated_sequences/{m}" for m in METHODS)]
    for sequence in sequences:
        for quality in compressions:
            (root / sequence / quality / "videos").mkdir(parents=True, exist_ok=True)
    for method in METHODS:
        (root / "manipulated_sequences" / method / "masks" / "videos").mkdir(parents=True)


def _write_pair(
    world: World, pair: tuple[int, int], root: Path, compressions: Sequence[str]
) -> tuple[Boxes, VideoRegions]:
    """Write both clips of a pair and their forgeries; return face boxes and regions."""

    def files(sequence: str, name: str) -> list[tuple[str, Path]]:
        folders = {quality: root / sequence / quality / "videos" for quality in compressions}
        return [(quality, folder / f"{name}.mp4") for quality, folder in folders.items()]

    clips = [make_clip(world.seed, number, world.frames) for number in pair]
    boxes = {}
    for target, source in (clips, clips[::-1]):
        name = person_name(target.scene.number)
        encode(target.frames, files("original_sequences/youtube", name))
        boxes[f"youtube/{name}"] = boxes_of(target)
        forged_name = f"{name}_{person_name(source.scene.number)}"
        for method in METHODS:
            sequence = f"manipulated_sequences/{method}"
            forged = forge(method, target, source, world.seed)
            encode(forged.frames, files(sequence, forged_name))
            encode_masks(forged.regions, root / sequence / "masks/videos" / f"{forged_name}.mp4")
    return boxes, _regions(clips, pair, world.seed)
