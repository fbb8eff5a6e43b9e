"""One split for each video, where an index may list it in several.

Most indexes give a split twice: Celeb-DF's validation is its test, and both stand in its training
too; DFDC's training is its validation; DeepFakeDetection, UADFV and others stand whole in all.

A video of the test belongs to the test alone, another of the training to the training. Where every
video of a label stands in training and test the index gives no split: whole groups are divided, or
follow what is placed already. Where that leaves no validation, it is made from the training.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from data_prep.checks.complete import PreparationError
from data_prep.checks.excerpts import first_names
from data_prep.schema import LABELS, SPLITS
from data_prep.source.split_groups import shares_text, split_groups

VALIDATION = 0.1
"""The share of the training's groups that becomes validation where there is none."""

_FIRST = ("test", "train", "validation")
_EVERYWHERE = {"train", "test"}
_NAMED = 3


class Indexed(NamedTuple):
    """What decides the split of a video.

    Attributes:
        video: its name.
        label: real 0, fake 1.
        method: `real`, or that of the forgery.
        labels: what the indexes call its class.
        group: what must not be split.
        splits: those that the indexes list it in.
    """

    video: str
    label: int
    method: str
    labels: frozenset[str]
    group: str
    splits: frozenset[str]


class Placed(NamedTuple):
    """The split of every video.

    Attributes:
        splits: video -> `train`, `validation` or `test`.
        made: the splits that were made here.
        notes: what was decided.
    """

    splits: Mapping[str, str]
    made: tuple[str, ...]
    notes: tuple[str, ...]


def place_videos(videos: Sequence[Indexed]) -> Placed:
    """Place every video in one split.

    Raises:
        PreparationError: every training video of a class stands in the test too, and thus there.
    """
    whole = _undivided_labels(videos)
    undivided = [video for video in videos if video.labels <= whole]
    given = [video for video in videos if not video.labels <= whole]
    splits = {video.video: _first(video.splits) for video in given}
    notes = [*_moved(given, splits)]
    if undivided:
        splits |= _divided(undivided, given, splits)
        notes.append(
            f"the index gives no split of {', '.join(sorted(whole))} (every video stands in train "
            f"and test): made by group, {shares_text()}, or that of the group's other videos"
        )
    _check_training(videos, splits)
    made = SPLITS if not given else ()
    present = set(splits.values())
    if "train" in present and "validation" not in present:
        training = [video for video in videos if splits[video.video] == "train"]
        moved = split_groups(
            ((video.group, video.label, video.method) for video in training),
            {"validation": VALIDATION},
        )
        splits |= {video.video: moved[video.group] for video in training}
        made = made or ("train", "validation")
        notes.append(f"validation is {VALIDATION:.0%} of the training's groups, by salted hash")
    return Placed(splits, made, tuple(notes))


def _undivided_labels(videos: Sequence[Indexed]) -> frozenset[str]:
    """Return the labels of which every video stands in training and test."""
    everywhere: defaultdict[str, bool] = defaultdict(lambda: True)
    for video in videos:
        for label in video.labels:
            everywhere[label] &= video.splits >= _EVERYWHERE
    return frozenset(label for label, holds in everywhere.items() if holds)


def _divided(
    undivided: Sequence[Indexed], given: Sequence[Indexed], splits: Mapping[str, str]
) -> dict[str, str]:
    """Return the splits of videos that have none: their group's, or made by its hash."""
    of_groups: defaultdict[str, set[str]] = defaultdict(set)
    for video in given:
        of_groups[video.group].add(splits[video.video])
    known = {group: _first(present) for group, present in of_groups.items()}
    made = split_groups(
        (video.group, video.label, video.method) for video in undivided if video.group not in known
    )
    return {video.video: (known | made)[video.group] for video in undivided}


def _check_training(videos: Sequence[Indexed], splits: Mapping[str, str]) -> None:
    """Check that each class that the index gives for training has a video left there."""
    for label, name in enumerate(LABELS):
        of_class = [video for video in videos if video.label == label]
        listed = [video.video for video in of_class if "train" in video.splits]
        if listed and not any(splits[video.video] == "train" for video in of_class):
            raise PreparationError(
                f"all {len(listed):,} {name} videos that the index lists in train stand in its "
                f"test too ({first_names(listed, _NAMED)}) and belong to the test alone, which "
                f"leaves no {name} ones to train on: take them out of one of the two"
            )


def _moved(given: Sequence[Indexed], splits: Mapping[str, str]) -> list[str]:
    """Return notes of the videos that an index lists in several splits."""
    several = Counter(
        (tuple(split for split in SPLITS if split in video.splits), splits[video.video])
        for video in given
        if len(video.splits) > 1
    )
    return [
        f"{number:,} videos that the index lists in {' and '.join(listed)} stand in {split} alone"
        for (listed, split), number in sorted(several.items())
    ]


def _first(splits: frozenset[str] | set[str]) -> str:
    return next(split for split in _FIRST if split in splits)
