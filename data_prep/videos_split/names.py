"""The video and the group that the names of face crops give."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from data_prep.checks.clips import CELEBRITY, clips, is_numbered, prefixes, stem
from data_prep.checks.pairs import PAIR, linked
from data_prep.schema import FAKE, LABELS
from data_prep.source.entries import Entry

_ORIGINAL = re.compile(r"\d{3}(?!\d)")


def link_videos(entries: Sequence[Entry]) -> list[Entry]:
    """Give every picture its video, and every video the group of what it was forged from.

    Args:
        entries: as `data_prep.source.arrange` arranges them: the folder of a picture, if it has
            one, is its group.
    """
    alone = [entry for entry in entries if entry.video == entry.key]
    clip_of = clips((stem(entry.key), entry.label) for entry in alone)
    names = [
        video_name(stem(entry.key), entry.label, clip_of)
        if entry.video == entry.key
        else entry.video.rpartition("/")[2]  # it lies in the folder of a video
        for entry in entries
    ]
    fakes = (name for name, entry in zip(names, entries, strict=True) if entry.label == FAKE)
    groups = linked(pair.groups() for pair in map(PAIR.fullmatch, fakes) if pair)
    return [
        replace(
            entry,
            video=f"{entry.method or LABELS[entry.label]}/{name}",
            group=_group_of(name, groups),
        )
        for entry, name in zip(entries, names, strict=True)
    ]


def video_name(name: str, label: int, clip_of: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the video that a picture is named after, without the numbers of frame and face.

    Args:
        name: without suffix: `000_12`, `000_003_12`, `id0_id1_0000_12`, `clip7_frame_3`.
        label: of a fake picture `000_003` is a pair, of a real one the frame 3 of video 000.
        clip_of: the clips among all names of the set (`data_prep.checks.clips`).

    Returns:
        `000`, `000_003`, `id0_id1_0000`, `clip7`; the whole name where nothing but a word such as
        `face` is left, since pictures are then numbered and not named after a video.
    """
    pattern = PAIR if label == FAKE else _ORIGINAL
    known = CELEBRITY.match(name) or pattern.match(name)
    if known:
        return known.group()
    video = clip_of.get(name) or next(iter(prefixes(name)), name)
    return video if name in clip_of or is_numbered(video) else name


def _group_of(video: str, groups: Mapping[str, str]) -> str:
    celebrity = CELEBRITY.fullmatch(video)
    if celebrity:
        return "_".join(celebrity.groups())
    pair = PAIR.fullmatch(video)
    return groups.get(pair.group(1) if pair else video, video)
