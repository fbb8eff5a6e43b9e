"""The people of a prepared set: the original of each beside all its forgeries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data_prep.checks.complete import PreparationError
from data_prep.media.pictures import BadPictureError, decode_prepared
from data_prep.media.video import evenly_spaced
from data_prep.prepared.builder import open_builder
from data_prep.schema import REAL_METHOD, SPLITS


@dataclass(frozen=True)
class Portrait:
    """A picture of a prepared set.

    Attributes:
        image: RGB, uint8 [H, W, 3].
        mask: 255 where forged, uint8 [H, W]; None where there is none.
        frame: its number in the video.
    """

    image: np.ndarray
    mask: np.ndarray | None
    frame: int


Person = Mapping[str, Portrait | None]
"""Method -> picture, `real` first where the split has it; None where there is none."""


def read_people(folder: Path, count: int, split: str = "test") -> dict[str, Person]:
    """Read some people of a prepared set.

    A forgery whose group is an original, as in Celeb-DF, shows the person of that; others, such as
    `Swap/000_003`, that of the original `youtube/000`, or else of the first original whose name
    begins so, as in `01__walking`. Of each video one frame is taken, the same
    of original and forgeries if the set has it, else the nearest.

    Args:
        folder: the version folder of the set.
        count: how many people, evenly chosen in the order of their names; all if there are fewer.
        split: of the set.

    Returns:
        Name of the original -> the person, only of those with an original and every method that
        the split has. Where there is nobody with all: people with an original and some forgery,
        the methods shown as evenly as can be; and where these do not show every method, as in other
        layouts: number -> pictures of each method that have nothing to do with each other, of
        videos evenly chosen.

    Raises:
        PreparationError: `count` is below 1.
    """
    import tensorflow_datasets as tfds

    if count < 1:
        raise PreparationError(f"{count} people cannot be shown: ask for at least 1")
    builder = open_builder(folder)
    encoded = {"image": tfds.decode.SkipDecoding(), "mask": tfds.decode.SkipDecoding()}
    records = builder.as_data_source(split, decoders=encoded)
    methods = builder.info.features["method"].names
    pictures = [
        (
            methods[record["method"]],
            record["video"].decode().rpartition("/")[2],
            record["group"].decode(),
            record["frame"],
        )
        for record in records
    ]
    people = _by_person(pictures)
    methods = [method for method in methods if any(method in clips for clips in people.values())]
    known = {name: people[name] for name in sorted(people) if len(_forged(people[name]))}
    whole = [name for name, clips in known.items() if len(clips) == len(methods)]
    chosen = [whole[place] for place in evenly_spaced(len(whole), count)]
    chosen = chosen or _most_methods(known, count)
    if {method for name in chosen for method in people[name]} != set(methods):
        return _strangers(records, methods, pictures, count)
    return {name: _person(records, methods, people[name]) for name in chosen}


def split_to_show(folder: Path) -> str:
    """Return `test`, or where the set has none the split that is nearest to it."""
    splits = open_builder(folder).info.splits
    return next(split for split in reversed(SPLITS) if split in splits)


def _forged(clips: Mapping[str, object]) -> list[str]:
    """Return the forgery methods of a person; none where the original is not there."""
    forged = [method for method in clips if method != REAL_METHOD]
    return forged if REAL_METHOD in clips else []


def _most_methods(people: Mapping[str, Mapping[str, object]], count: int) -> list[str]:
    """Return people that together show the methods as evenly as can be, by name."""
    chosen: list[str] = []
    shown: Counter[str] = Counter()
    while len(chosen) < min(count, len(people)):
        rest = (name for name in people if name not in chosen)
        best = max(rest, key=lambda name: sum(1 / (1 + shown[method]) for method in people[name]))
        chosen.append(best)
        shown.update(people[best].keys())
    return sorted(chosen)


def _by_person(
    pictures: list[tuple[str, str, str, int]],
) -> dict[str, dict[str, dict[int, int]]]:
    """Map original -> method -> frame -> position, from (method, video, group, frame) in order."""
    originals = {video for method, video, _, _ in pictures if method == REAL_METHOD}
    named = {video.partition("_")[0]: video for video in sorted(originals, reverse=True)}
    named |= {video: video for video in originals}
    people: defaultdict[str, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for position, (method, video, group, frame) in enumerate(pictures):
        target = video.partition("_")[0]
        person = video if method == REAL_METHOD else named.get(group) or named.get(target, target)
        people[person][method][frame] = position
    return people


def _person(records: Any, methods: list[str], frames: Mapping[str, Mapping[int, int]]) -> Person:
    """Return one frame of each video, near the first frame of the first method."""
    first = next(method for method in methods if method in _forged(frames))
    wanted = _nearest(frames[REAL_METHOD], min(frames[first]))
    return {
        method: _portrait(records[frames[method][_nearest(frames[method], wanted)]])
        if method in frames
        else None
        for method in methods
    }


def _strangers(
    records: Any, methods: list[str], pictures: list[tuple[str, str, str, int]], count: int
) -> dict[str, Person]:
    """Return people of whom nothing is known but the method: one video of each, evenly chosen."""
    first: dict[tuple[str, str], int] = {}
    for position, (method, video, _, _) in enumerate(pictures):
        first.setdefault((method, video), position)
    videos = {
        method: [position for (by, _), position in sorted(first.items()) if by == method]
        for method in methods
    }
    columns = min(count, max(map(len, videos.values())))
    chosen = {
        method: [clips[position] for position in evenly_spaced(len(clips), columns)]
        for method, clips in videos.items()
    }
    return {
        str(column): {
            method: _portrait(records[clips[column]]) if column < len(clips) else None
            for method, clips in chosen.items()
        }
        for column in range(columns)
    }


def _nearest(frames: Mapping[int, int], wanted: int) -> int:
    return min(frames, key=lambda frame: (abs(frame - wanted), frame))


def _portrait(record: Mapping[str, Any]) -> Portrait:
    try:
        mask = decode_prepared(record["mask"], "L") if record["has_mask"] else None
        image = decode_prepared(record["image"], "RGB")
    except BadPictureError as error:
        raise PreparationError(f"the record {record['key'].decode()}: {error}") from None
    return Portrait(image, mask, int(record["frame"]))
