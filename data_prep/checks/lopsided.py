"""Readings that look wrong: one huge group among small ones, videos in one class only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from statistics import median
from typing import Protocol

from data_prep.checks.complete import Grouped
from data_prep.schema import LABELS, SPLITS

_LARGE_SHARE = 0.1  # of the pictures of a split
_TIMES_MEDIAN = 5


class InVideo(Protocol):
    """What is known of a picture's video."""

    @property
    def label(self) -> int:
        """Real 0, fake 1."""
        ...

    @property
    def key(self) -> str:
        """Unique in the set; also the video of a picture that has none."""
        ...

    @property
    def video(self) -> str:
        """What frame scores are averaged over."""
        ...


def group_warnings(pictures: Iterable[Grouped]) -> list[str]:
    """Return a warning of every split in which one group is out of all proportion.

    That is one with a tenth of the split's pictures and over five times as many as the median
    group: perhaps a folder that is no video, or a name that many people share.
    """
    sizes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for picture in pictures:
        sizes[picture.split][picture.group] += 1
    warnings = []
    for split in filter(sizes.__contains__, SPLITS):
        ((group, largest),) = sizes[split].most_common(1)
        total, middle = sum(sizes[split].values()), median(sizes[split].values())
        if largest >= _LARGE_SHARE * total and largest > _TIMES_MEDIAN * middle:
            warnings.append(
                f"the group {group} has {largest} of the {total} pictures of {split}, the median "
                f"group {middle:g}: is it one video or person? It counts as one in every interval"
            )
    return warnings


def video_warnings(pictures: Iterable[InVideo]) -> list[str]:
    """Return a warning if the pictures of one class are in videos, and none of the other is."""
    has_videos: dict[int, bool] = {}
    for picture in pictures:
        in_video = picture.video != picture.key
        has_videos[picture.label] = has_videos.get(picture.label, False) or in_video
    if len(set(has_videos.values())) < len(LABELS):
        return []
    with_videos, without = sorted(LABELS, key=lambda name: not has_videos[LABELS.index(name)])
    return [
        f"{with_videos} pictures are in videos, by folders or a list, {without} ones are not: if "
        "these are methods and not videos, give the folders the methods' usual names, or write a "
        "manifest.csv with a column method"
    ]
