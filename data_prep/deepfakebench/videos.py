"""The videos of DeepfakeBench as a set: the method, split, group and masks of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from data_prep.checks.complete import PreparationError
from data_prep.deepfakebench.groups import read_names
from data_prep.deepfakebench.indexed import find_indexed
from data_prep.deepfakebench.listed import Found, Listed
from data_prep.deepfakebench.splits import Indexed, Placed, place_videos
from data_prep.deepfakebench.tree import find_in_tree
from data_prep.faceforensics.level import level_of
from data_prep.faceforensics.methods import choose_methods
from data_prep.schema import FAKE, REAL, REAL_METHOD
from data_prep.source.layout import text_of
from data_prep.videos.identities import shared_identities
from data_prep.videos.landmarks import find_landmarks
from data_prep.videos.listing import resolved_root
from data_prep.videos.video_set import Video, VideoSet, in_order

READY = "frames as DeepfakeBench keeps them"
_ACTORS_NOTE = (
    "videos of DeepFakeDetection are grouped by the target actor; the faces of source actors may "
    "stand in several splits"
)


def open_deepfakebench(
    source: Path | str,
    index: Path | str | None = None,
    compression: str | None = None,
    methods: Sequence[str] | None = None,
    splits: Path | None = None,
    make_splits: bool = False,
) -> VideoSet:
    """List the videos of ready crops, by index files or by a tree.

    Args:
        source: the folder of the data sets that an index names, or of one of them.
        index: a file of `dataset_json`, or a folder of such files; None for a tree.
        compression: `raw` (or `c0`), `c23` or `c40`, where there are levels; by default c23 there.
        methods: those wanted; by default all.
        splits: the folder of the official split files of a FaceForensics++ tree; by default
            `splits` in the source, or the source itself.
        make_splits: where such a tree has none, divide the pairs here.

    Raises:
        FileNotFoundError: there is no such folder.
        NotADirectoryError: it is not a folder.
        PreparationError: the level is unknown, or index, splits, labels, videos or methods are
            missing or wrong.
    """
    level = compression and level_of(compression)
    root = resolved_root(source)
    ignored: Counter[str] = Counter()
    if index is None:
        found = find_in_tree(root, level, splits, make_splits, ignored)
    elif splits is not None or make_splits:
        raise PreparationError("the index gives the splits: leave --splits and --make_splits out")
    else:
        found = find_indexed(root, Path(index), level, ignored)
    methods = _methods(found.videos, methods)
    return _video_set(root, found, methods, ignored, index)


def _methods(videos: Sequence[Listed], wanted: Sequence[str] | None) -> tuple[str, ...]:
    """Return the methods of the set, `real` first."""
    present = {video.method for video in videos} - {REAL_METHOD}
    return (REAL_METHOD, *(choose_methods(sorted(present), wanted) if present else ()))


def _video_set(
    root: Path,
    found: Found,
    methods: tuple[str, ...],
    ignored: Counter[str],
    index: Path | str | None,
) -> VideoSet:
    listed = [video for video in found.videos if video.method in methods]
    named = read_names([(video.name, video.method != REAL_METHOD) for video in listed])
    groups = [name.group or video.video for name, video in zip(named, listed, strict=True)]
    placed = place_videos(list(map(_indexed, listed, groups)))
    videos = [
        _video(root, video, placed.splits[video.video], group, name.target)
        for video, name, group in zip(listed, named, groups, strict=True)
    ]
    people = {
        video.video: (placed.splits[video.video], name.identities)
        for video, name in zip(listed, named, strict=True)
    }
    unknown = [
        video.video
        for video, name in zip(listed, named, strict=True)
        if video.method != REAL_METHOD and not name.group
    ]
    levels = {level_of(video.level) if video.level else "" for video in listed}
    actors = any(group.startswith("actor_") for group in groups)
    name = Path(index).stem if index is not None and Path(index).suffix == ".json" else ""
    return VideoSet(
        data_set="deepfakebench",
        root=root,
        videos=in_order(videos, methods),
        methods=methods,
        compression=levels.pop() if len(levels) == 1 else "",
        files=found.files,
        made_splits=placed.made,
        ignored=dict(sorted((+ignored).items())),
        notes=(
            *found.notes,
            *placed.notes,
            *((_ACTORS_NOTE,) if actors else ()),
            *_unknown_originals(unknown),
        ),
        leaks=(*shared_identities(people), *_divided(unknown, placed)),
        ready=READY,
        name=text_of(name),
    )


def _video(root: Path, video: Listed, split: str, group: str, target: str) -> Video:
    return Video(
        video=video.video,
        method=video.method,
        split=split,
        group=group,
        target=target,
        file=video.file,
        mask=video.masks,
        boxes_of=(video.video,),
        frames=video.frames,
        landmarks=find_landmarks(root, video.file.name),
    )


def _indexed(video: Listed, group: str) -> Indexed:
    label = REAL if video.method == REAL_METHOD else FAKE
    return Indexed(video.video, label, video.method, video.labels, group, video.splits)


def _unknown_originals(unknown: Sequence[str]) -> list[str]:
    """Return a note of the forgeries whose names say nothing of an original."""
    if not unknown:
        return []
    return [
        f"{len(unknown):,} forgeries are a group each, since their names name no original, for "
        f"example {unknown[0]}: an original may stand in another split than its forgeries"
    ]


def _divided(unknown: Sequence[str], placed: Placed) -> list[str]:
    """Return a leak of such forgeries that were divided here."""
    number = sum(placed.splits[video] in placed.made for video in unknown)
    if not number:
        return []
    return [
        f"{number:,} forgeries whose names name no original were divided into "
        f"{', '.join(placed.made)}: they and their originals may have come into different splits"
    ]
