"""The videos of a Celeb-DF tree: the split, group and boxes of each, and what the splits share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from data_prep.celebdf.names import CELEBRITIES, FOLDERS, FORGERIES, Named, read_name
from data_prep.celebdf.testing_list import LIST_FILE, read_testing_list
from data_prep.checks.complete import PreparationError
from data_prep.schema import FAKE, LABELS, REAL_METHOD, SPLITS
from data_prep.source.arrange import text_of
from data_prep.source.listing import ListedFile
from data_prep.source.split_groups import split_groups
from data_prep.videos.listing import find_videos, resolved_root
from data_prep.videos.video_set import Video, VideoSet

VALIDATION = 0.1
"""The share of the groups outside the test that are validation."""

_METHODS = (REAL_METHOD, FORGERIES)
_NAMED = 5


class _Clip(NamedTuple):
    """A video in a folder of `FOLDERS`, and what its name says."""

    video: str
    label: int
    named: Named
    file: ListedFile


def open_celebdf(source: Path | str) -> VideoSet:
    """List the videos of a Celeb-DF tree.

    Args:
        source: the folder with Celeb-real, YouTube-real, Celeb-synthesis and the list of test
            videos.

    Raises:
        FileNotFoundError: there is no such folder.
        NotADirectoryError: it is not a folder.
        PreparationError: the list of test videos is missing or wrong, or there are no originals or
            no forgeries.
    """
    root = resolved_root(source)
    listed = read_testing_list(root)
    ignored: Counter[str] = Counter()
    clips = list(_find(root, ignored))
    for label, name in enumerate(LABELS):
        if not any(clip.label == label for clip in clips):
            counts = ", ".join(f"{number} {kind}" for kind, number in sorted((+ignored).items()))
            raise PreparationError(
                f"{root} holds no {name} videos: they lie in {', '.join(FOLDERS)}, as .mp4; passed "
                f"over: {counts or 'nothing'}"
            )
    splits = _splits(clips, listed.videos)
    videos = [_video(clip, splits[clip.video]) for clip in clips]
    videos.sort(
        key=lambda video: (SPLITS.index(video.split), _METHODS.index(video.method), video.video)
    )
    return VideoSet(
        data_set="celeb_df",
        root=root,
        videos=tuple(videos),
        methods=_METHODS,
        files=(listed.file,),
        made_splits=("train", "validation"),
        ignored=dict(sorted((+ignored).items())),
        notes=(
            f"test is {LIST_FILE}; of the target clips of the other videos, each with its "
            f"forgeries, {VALIDATION:.0%} by hash are validation",
            *_missing(listed.videos, splits),
        ),
        leaks=tuple(_shared_identities(clips, splits)),
    )


def _find(root: Path, ignored: Counter[str]) -> Iterator[_Clip]:
    for folder, label in FOLDERS.items():
        for name, file in find_videos(root, folder, ignored).items():
            named = read_name(folder, text_of(name))
            if named is None:
                ignored["forgery without target, source and clip in its name"] += 1
            else:
                yield _Clip(f"{folder}/{text_of(name)}", label, named, file)


def _splits(clips: Sequence[_Clip], listed: Mapping[str, int]) -> dict[str, str]:
    """Return the split of every video."""
    rest = [(clip.named.clip, clip.label) for clip in clips if clip.video not in listed]
    made = split_groups(rest, {"validation": VALIDATION})
    return {clip.video: "test" if clip.video in listed else made[clip.named.clip] for clip in clips}


def _video(clip: _Clip, split: str) -> Video:
    target = f"{CELEBRITIES}/{clip.named.clip}"
    fake = clip.label == FAKE
    return Video(
        video=clip.video,
        method=FORGERIES if fake else REAL_METHOD,
        split=split,
        group=clip.named.clip,
        target=clip.named.clip,
        file=clip.file,
        mask=None,
        boxes_of=(clip.video, target) if fake else (clip.video,),
    )


def _missing(listed: Mapping[str, int], splits: Mapping[str, str]) -> list[str]:
    absent = [video for video in listed if video not in splits]
    if not absent:
        return []
    return [
        f"{len(absent)} of the {len(listed)} videos of {LIST_FILE} are not there, for example "
        f"{absent[0]} (line {listed[absent[0]]})"
    ]


def _shared_identities(clips: Sequence[_Clip], splits: Mapping[str, str]) -> list[str]:
    """Return the identities that stand in the test and outside of it."""
    test = {
        clip.video: set(clip.named.identities) for clip in clips if splits[clip.video] == "test"
    }
    others = {who for clip in clips if clip.video not in test for who in clip.named.identities}
    shared = set().union(*test.values()) & others
    if not shared:
        return []
    number = sum(bool(who & shared) for who in test.values())
    more = ", ..." if len(shared) > _NAMED else ""
    return [
        f"{len(shared)} identities of the official test ({', '.join(sorted(shared)[:_NAMED])}"
        f"{more}), seen in {number} of its {len(test)} videos, stand in train or validation too: "
        "the test is not one of unseen people"
    ]
