"""The videos of a FaceForensics++ tree: the method, split, group, mask and boxes of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from data_prep.checks.complete import PreparationError, crossing_groups
from data_prep.checks.excerpts import kinds
from data_prep.faceforensics import pairs
from data_prep.faceforensics.actors import ACTORS, METHOD, NOTE, split_actors
from data_prep.faceforensics.layout import FORGERIES, ORIGINALS, check_level, find_layout, hint
from data_prep.faceforensics.level import LEVEL_FOLDERS, Level, level_of
from data_prep.faceforensics.methods import choose_methods
from data_prep.faceforensics.splits import Splits, has_splits, read_splits
from data_prep.faceforensics.whole_pictures import check_whole_pictures
from data_prep.schema import REAL, REAL_METHOD, SPLITS
from data_prep.source.layout import text_of
from data_prep.source.split_groups import SALT, UNSALTED
from data_prep.videos.listing import resolved_root
from data_prep.videos.video_set import Video, VideoSet, in_order


def open_faceforensics(
    source: Path | str,
    compression: str = "c23",
    methods: Sequence[str] | None = None,
    splits: Path | None = None,
    whole_pictures: bool = False,
    *,
    make_splits: bool = False,
) -> VideoSet:
    """List the videos of a FaceForensics++ tree.

    Args:
        source: the folder with original_sequences, manipulated_sequences and the split files.
        compression: `raw` (or `c0`), `c23` or `c40`.
        methods: folders of manipulated_sequences; by default all that have videos at this level.
        splits: the folder of the official split files; by default `splits` in the source, or the
            source itself. DeepFakeDetection alone needs none.
        whole_pictures: whether extracted frames are whole pictures, whatever lies beside them.
        make_splits: where there are no split files, divide the pairs here.

    Raises:
        FileNotFoundError: there is no such folder.
        NotADirectoryError: it is not a folder.
        PreparationError: the level is unknown, split files, videos or methods are missing or
            wrong, or frames are face crops that were cut before.
    """
    level = level_of(compression)
    root = resolved_root(source)
    if splits is not None or has_splits(root):
        official = read_splits(root, splits)
    else:
        official = _without_files(root, level, methods, make_splits)
    videos = list_videos(root, official, level, methods)
    return videos if whole_pictures else check_whole_pictures(videos)


def _without_files(
    root: Path, compression: str, methods: Sequence[str] | None, make_splits: bool
) -> Splits:
    """Return the splits of a tree without split files: made by pair, or none where none are needed.

    Raises:
        PreparationError: they are needed and not to be made.
    """
    layout = find_layout(root, Counter())
    if not layout.originals and not layout.forgeries:
        raise PreparationError(_nothing_found(root, compression, "originals", {}))
    level = Level(root, compression, Splits(), Counter(), layout)
    chosen = set(choose_methods(list(layout.forgeries), methods)) - {METHOD}
    forgeries = {name for method in chosen for name in level.videos(layout.forgeries[method])}
    if make_splits:
        originals = {name for folder in layout.originals.values() for name in level.videos(folder)}
        return pairs.split_pairs(originals, forgeries)
    if METHOD in layout.forgeries and not forgeries:
        return Splits()
    return read_splits(root)


def list_videos(
    root: Path, splits: Splits, compression: str, methods: Sequence[str] | None = None
) -> VideoSet:
    """List the videos of a level that stand in a split.

    Args:
        root: the source folder, resolved.
        splits: what the split files say.
        compression: `raw`, `c23` or `c40`.
        methods: those wanted; None for all that have videos of the level.

    Raises:
        PreparationError: no originals or no forgeries, unless train has none of the videos, a
            wanted method without videos, a method that is called `real`, or a group in two splits.
    """
    ignored: Counter[str] = Counter()
    layout = find_layout(root, ignored)
    levels = check_level(root, layout, compression)
    sources = list(layout.originals)
    chosen = choose_methods(list(layout.forgeries), methods)
    level = Level(root, compression, splits, ignored, layout)
    before = splits
    if METHOD in chosen:
        before = _with_actors(splits, level, UNSALTED)
        level = replace(level, splits=_with_actors(splits, level, SALT))
    originals = [video for source in sources for video in level.originals(source)]
    forgeries = {text_of(method): list(level.forgeries(method, sources)) for method in chosen}
    without = [method for method, videos in forgeries.items() if not videos]
    forged = [video for videos in forgeries.values() for video in videos]
    videos = [*originals, *forged]
    trained = not videos or any(video.split == "train" for video in videos)
    alone = not originals or not forged
    if (alone and trained) or (methods is not None and without):
        lacking = "originals" if not originals else f"forgeries by {', '.join(without) or 'any'}"
        raise PreparationError(_nothing_found(root, compression, lacking, ignored))
    _check_groups(videos)
    left_out = [
        f"the method {method} was left out: it has no {compression} videos that stand in a split"
        for method in without
    ]
    names = (REAL_METHOD, *(method for method in forgeries if method not in without))
    return VideoSet(
        data_set="face_forensics",
        root=root,
        videos=in_order(videos, names),
        methods=names,
        compression=compression,
        files=splits.files,
        made_splits=SPLITS if splits.made else (),
        ignored=dict(sorted((+ignored).items())),
        notes=(*levels, *left_out, *_notes(splits, names, videos)),
        unsalted={video.video: _split(video, before) for video in videos},
    )


def _notes(splits: Splits, methods: Sequence[str], videos: Iterable[Video]) -> Iterator[str]:
    """Yield how many of the videos are there, and how they were divided."""
    official = set(methods) - {REAL_METHOD, METHOD}
    expected = len(splits.originals) + len(splits.forgeries) * len(official)
    # Those of actors are named by no split file.
    there = sum(not video.group.startswith("actor_") for video in videos)
    if there < expected:
        yield (
            f"{there:,} of the {expected:,} videos that the splits name for these methods are there"
        )
    if METHOD in methods:
        yield NOTE
    if splits.made:
        yield pairs.NOTE


def _split(video: Video, splits: Splits) -> str:
    members = splits.originals if video.label == REAL else splits.forgeries
    return members[video.video.rpartition("/")[2]].split


def _with_actors(splits: Splits, level: Level, salt: str) -> Splits:
    """Return the split files' videos and, where there are forgeries, those of DeepFakeDetection."""
    forgeries = level.videos(level.layout.forgeries[METHOD])
    if not forgeries:
        return splits
    folders = level.layout.originals
    chosen = [folders[ACTORS]] if ACTORS in folders else folders.values()
    originals = [name for folder in chosen for name in level.videos(folder)]
    actors = split_actors(originals, forgeries, salt)
    return replace(
        splits,
        originals={**splits.originals, **actors.originals},
        forgeries={**splits.forgeries, **actors.forgeries},
    )


def _check_groups(videos: Sequence[Video]) -> None:
    """Check that our own assignment divides no pair."""
    crossing = crossing_groups(videos)
    if crossing:
        group, splits = next(iter(crossing.items()))
        raise PreparationError(f"the pair {group} stands in {' and '.join(splits)}")


def _nothing_found(root: Path, compression: str, lacking: str, ignored: Mapping[str, int]) -> str:
    levels = [
        level
        for level, folders in LEVEL_FOLDERS.items()
        if any(any(root.glob(f"*_sequences/*/{folder}/*/")) for folder in folders)
    ]
    return (
        f"{root} holds no {lacking} at {compression} that stand in a split: videos lie in "
        f"{ORIGINALS}/youtube/{compression}/videos/000.mp4 and "
        f"{FORGERIES}/Deepfakes/{compression}/videos/000_003.mp4, or without folders of levels in "
        "original/000.mp4 and Deepfakes/000_003.mp4; levels found: "
        f"{', '.join(levels) or 'none'}; passed over: {kinds(ignored)}{hint(root)}"
    )
