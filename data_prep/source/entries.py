"""The pictures of a set to be, as folders or a list arrange them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from data_prep.source.frame_names import Frame, natural_order, number_names, record_numbers


@dataclass(frozen=True)
class Entry:
    """One picture of the set to be.

    Attributes:
        path: relative to the source folder, `/` between parts.
        key: unique in the set; the path without wrapping folders.
        label: real 0, fake 1.
        split: `train`, `validation` or `test`.
        group: what must not be split.
        video: what frame scores are averaged over.
        frame: number in the video, see `number_frames`.
        method: of a forgery; empty where unknown, and for originals.
        compression: for example `c23`; empty where unknown.
    """

    path: str
    key: str
    label: int
    split: str
    group: str
    video: str
    frame: int = 0
    method: str = ""
    compression: str = ""


@dataclass(frozen=True)
class Arrangement:
    """All entries, with what a person should know about how they were arranged.

    Attributes:
        entries: of all splits.
        notes: what was decided.
        warnings: what the user should look at.
        ignored: kind -> number of files that are no pictures of the set.
        made_splits: the splits into which pictures were divided here; empty where all were given.
    """

    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    ignored: Counter[str] = field(default_factory=Counter)
    made_splits: tuple[str, ...] = ()


def number_frames(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Give every entry its number in its video, in the order of the frames, then of the names.

    The number is the given one where these differ, else that in its name, else its position. The
    only picture of a video is its frame 0.
    """
    videos: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        videos[entry.split, entry.video].append(entry)
    numbered = []
    for video in videos.values():
        ordered = sorted(video, key=lambda entry: (entry.frame, natural_order(entry.key)))
        frames: Sequence[Frame] = [entry.frame for entry in ordered]
        if len(set(frames)) < len(frames):
            frames = number_names([PurePosixPath(entry.key).stem for entry in ordered])
        numbers = record_numbers(frames) if len(frames) > 1 else [0]
        numbered += [
            replace(entry, frame=number) for entry, number in zip(ordered, numbers, strict=True)
        ]
    return tuple(sorted(numbered, key=lambda entry: entry.key))
