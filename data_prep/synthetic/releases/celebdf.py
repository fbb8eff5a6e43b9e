"""A world written to disk as a miniature Celeb-DF release (1909.12962).

It stands for the cross-data-set test: nobody in it and no method of it is in the world in the
layout of FaceForensics++. The test pairs are the official list; people who are forged with nobody
lie in YouTube-real, one for every four pairs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from data_prep.faces.boxes import BOXES_FILE, write_face_boxes
from data_prep.source.synthetic_mark import DESCRIPTION_FILE
from data_prep.synthetic.drawing.clip import Clip, make_clip, staged
from data_prep.synthetic.forgeries import UNSEEN, forge
from data_prep.synthetic.releases.clip_regions import (
    VideoRegions,
    clip_regions,
    write_video_regions,
)
from data_prep.synthetic.releases.delivery import Boxes, boxes_of, describe, encode, write_all
from data_prep.synthetic.releases.render_once import write_once_as
from data_prep.synthetic.world import World

COMPRESSION = "c23"
"""Celeb-DF comes in one quality."""

CELEBRITIES = World(seed=4051, train=26, validation=4, test=40)
"""Other people than those of `World()`; most pairs are test, since that is what it is for."""

_FOLDERS = _REAL, _OTHERS, _FORGERIES = "Celeb-real", "YouTube-real", "Celeb-synthesis"
_LIST_FILE = "List_of_testing_videos.txt"
_PAIRS_PER_STRANGER = 4

Cast = tuple[int, ...]
"""Two people who are forged with each other, or one who is not."""


def render_celebdf_once(
    world: World, root: Path, on_progress: Callable[[int, int], None] | None = None
) -> None:
    """Write a world's videos to `root` unless they are there.

    Args:
        world: what is rendered.
        root: the folder; new, empty, or holding this very world.
        on_progress: called with (pairs and single people done, and all).

    Raises:
        FileExistsError: `root` holds something else.
        OSError: the videos cannot be written; nothing is kept then.
    """
    write_once_as(describe_celebdf(world), root, lambda new: write_celebdf(world, new, on_progress))


def write_celebdf(
    world: World, root: Path, on_progress: Callable[[int, int], None] | None = None
) -> None:
    """Write videos, the list of test videos, boxes, regions and `synthetic.json` below `root`.

    Args:
        world: what is rendered; its train and validation pairs are those outside the list.
        root: a new folder.
        on_progress: called with (pairs and single people done, and all).

    Raises:
        OSError: `root` cannot be written to.
    """
    for folder in _FOLDERS:
        (root / folder).mkdir(parents=True)
    test, rest = casts(world)
    write = partial(_write_cast, world, root=root)
    written = write_all(write, [*rest, *test], on_progress)
    boxes = {name: boxes for cast_boxes, _ in written for name, boxes in cast_boxes.items()}
    write_face_boxes(root / BOXES_FILE, boxes)
    write_video_regions(root, (regions for _, regions in written))
    lines = [
        *(f"1 {video}.mp4\n" for cast in test for video in _originals(cast)),
        *(f"0 {video}.mp4\n" for cast in test for video in _forgeries(cast)),
    ]
    (root / _LIST_FILE).write_text("".join(lines))
    (root / DESCRIPTION_FILE).write_text(json.dumps(describe_celebdf(world)) + "\n")


def add_celebdf_regions(
    world: World, root: Path, on_progress: Callable[[int, int], None] | None = None
) -> None:
    """Write the face regions of a tree whose videos are there already.

    Args:
        world: what was rendered.
        root: its folder.
        on_progress: called with (pairs and single people done, and all).

    Raises:
        OSError: the file cannot be written.
    """
    test, rest = casts(world)
    find = partial(_staged_regions, world)
    write_video_regions(root, write_all(find, [*rest, *test], on_progress))


def describe_celebdf(world: World) -> dict[str, Any]:
    """Return what `synthetic.json` says."""
    return describe(world, [COMPRESSION]) | {"layout": "celebdf"}


def casts(world: World) -> tuple[list[Cast], list[Cast]]:
    """Return the people of the test, and the others: pairs, then single ones."""
    pairs = world.pairs()
    test: list[Cast] = [*pairs["test"]]
    rest: list[Cast] = [*pairs["train"], *pairs["validation"]]
    stranger = 2 * (len(test) + len(rest))
    for cast in (rest, test):
        number = max(1, len(cast) // _PAIRS_PER_STRANGER)
        cast += [(stranger + which,) for which in range(number)]
        stranger += number
    return test, rest


def _originals(cast: Cast) -> list[str]:
    """Return the original of each of the cast, without suffix."""
    if len(cast) == 1:
        return [f"{_OTHERS}/{cast[0]:05d}"]
    return [f"{_REAL}/id{person}_0000" for person in cast]


def _forgeries(cast: Cast) -> list[str]:
    """Return the forgery of each of a pair by the face of the other, without suffix."""
    if len(cast) == 1:
        return []
    both = (cast, cast[::-1])
    return [f"{_FORGERIES}/id{target}_id{source}_0000" for target, source in both]


def _staged_regions(world: World, cast: Cast) -> VideoRegions:
    return _regions([staged(world.seed, person, world.frames) for person in cast], cast, world.seed)


def _regions(clips: Sequence[Clip], cast: Cast, seed: int) -> VideoRegions:
    forged = {method: _forgeries(cast) for method in UNSEEN}
    return clip_regions(clips, _originals(cast), forged, seed)


def _write_cast(world: World, cast: Cast, root: Path) -> tuple[Boxes, VideoRegions]:
    """Write the clips of a cast and their forgeries; return face boxes and regions."""

    def files(video: str) -> list[tuple[str, Path]]:
        return [(COMPRESSION, root / f"{video}.mp4")]

    clips = [make_clip(world.seed, person, world.frames) for person in cast]
    boxes: Boxes = {}
    for clip, video in zip(clips, _originals(cast), strict=True):
        encode(clip.frames, files(video))
        boxes[video] = boxes_of(clip)
    (method,) = UNSEEN
    forged = zip(clips, clips[::-1], strict=True) if len(cast) == 2 else ()
    for (target, source), video in zip(forged, _forgeries(cast), strict=True):
        encode(forge(method, target, source, world.seed).frames, files(video))
    return boxes, _regions(clips, cast, world.seed)
