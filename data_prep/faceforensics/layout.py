"""The videos of a FaceForensics++ tree: the method, split, group, mask and boxes of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from data_prep.checks.complete import PreparationError, crossing_groups
from data_prep.faceforensics.actors import ACTORS, METHOD, NOTE, split_actors
from data_prep.faceforensics.methods import choose_methods
from data_prep.faceforensics.splits import Member, Splits
from data_prep.schema import REAL_METHOD, SPLITS
from data_prep.source.arrange import text_of
from data_prep.source.listing import ListedFile
from data_prep.videos.listing import find_frame_folders, find_videos, subfolders
from data_prep.videos.video_set import Video, VideoSet

# The folders that a level may lie in: downloads say raw, some scripts say c0.
# The best level first.
LEVEL_FOLDERS: Mapping[str, tuple[str, ...]] = {
    "raw": ("raw", "c0"),
    "c23": ("c23",),
    "c40": ("c40",),
}
_ORIGINALS = "original_sequences"
_FORGERIES = "manipulated_sequences"
# Where frames lie that were extracted before, a folder for each video.
_FRAMES = ("images", "frames")


def level_of(compression: str) -> str:
    """The level's name in records: `raw` (also for `c0`), `c23` or `c40`.

    Raises:
        PreparationError: there is no such level.
    """
    for level, folders in LEVEL_FOLDERS.items():
        if compression in folders:
            return level
    raise PreparationError(
        f"the compression {compression!r} is unknown; use one of {', '.join(LEVEL_FOLDERS)}"
    )


def lay_out(
    root: Path, splits: Splits, compression: str, methods: Sequence[str] | None = None
) -> VideoSet:
    """Finds the videos of a level that stand in a split.

    Args:
        root: the source folder, resolved.
        splits: what the split files say.
        compression: `raw`, `c23` or `c40`.
        methods: those wanted; None for all that have videos of the level.

    Raises:
        PreparationError: no originals or no forgeries, a wanted method without videos, a method
            that is called `real`, or a group in two splits.
    """
    ignored: Counter[str] = Counter()
    sources = subfolders(root, _ORIGINALS, ignored)
    sources.sort(key=lambda source: (source != "youtube", source))
    chosen = choose_methods(subfolders(root, _FORGERIES, ignored), methods)
    level = _Level(root, compression, splits, ignored)
    if METHOD in chosen:
        level = replace(level, splits=_with_actors(splits, level))
    originals = [video for source in sources for video in level.originals(source)]
    forgeries = {text_of(method): list(level.forgeries(method, sources)) for method in chosen}
    without = [method for method, videos in forgeries.items() if not videos]
    forged = [video for videos in forgeries.values() for video in videos]
    if not originals or not forged or (methods is not None and without):
        lacking = "originals" if not originals else f"forgeries by {', '.join(without) or 'any'}"
        raise PreparationError(_nothing_found(root, compression, lacking, ignored))
    names = (REAL_METHOD, *(method for method in forgeries if method not in without))
    videos = [*originals, *forged]
    _check_groups(videos)
    videos.sort(key=lambda one: (SPLITS.index(one.split), names.index(one.method), one.video))
    notes = [
        f"the method {method} was left out: it has no {compression} videos that stand in a split"
        for method in without
    ]
    official = [name for name in names[1:] if name != METHOD]
    expected = len(splits.originals) + len(splits.forgeries) * len(official)
    there = sum(_is_official(video) for video in videos)
    if there < expected:
        notes.append(
            f"{there:,} of the {expected:,} videos that the splits name for these methods are there"
        )
    if METHOD in names:
        notes.append(NOTE)
    return VideoSet(
        root=root,
        videos=tuple(videos),
        methods=names,
        compression=compression,
        files=splits.files,
        made_splits=(),
        ignored=dict(sorted((+ignored).items())),
        notes=tuple(notes),
    )


def _with_actors(splits: Splits, level: _Level) -> Splits:
    """The split files' videos and, where there are forgeries, those of DeepFakeDetection."""
    forgeries = level.videos(f"{_FORGERIES}/{METHOD}")
    if not forgeries:
        return splits
    actors = split_actors(level.videos(f"{_ORIGINALS}/{ACTORS}"), forgeries)
    return Splits(
        {**splits.originals, **actors.originals}, {**splits.forgeries, **actors.forgeries}
    )


def _is_official(video: Video) -> bool:
    """Whether the split files name the video."""
    return not video.group.startswith("actor_")


@dataclass(frozen=True)
class _Level:
    """One compression level of a tree; what is passed over is counted in `ignored`."""

    root: Path
    compression: str
    splits: Splits
    ignored: Counter[str]

    def originals(self, source: str) -> Iterator[Video]:
        """The originals of a source, such as `youtube`."""
        for name, file, member in self._placed(f"{_ORIGINALS}/{source}", self.splits.originals):
            video = f"{text_of(source)}/{name}"
            yield Video(
                video,
                REAL_METHOD,
                member.split,
                member.group,
                name,
                file,
                None,
                (video,),
                self._better(file.name),
            )

    def forgeries(self, method: str, sources: Sequence[str]) -> Iterator[Video]:
        """The forgeries by a method, with their masks; originals are looked for in `sources`."""
        folder = f"{_FORGERIES}/{method}"
        masks = find_videos(self.root, f"{folder}/masks/videos", self.ignored)
        masks = masks or find_frame_folders(self.root, f"{folder}/masks", self.ignored)
        for name, file, member in self._placed(folder, self.splits.forgeries):
            video = f"{text_of(method)}/{name}"
            targets = (f"{text_of(source)}/{member.target}" for source in sources)
            yield Video(
                video,
                text_of(method),
                member.split,
                member.group,
                member.target,
                file,
                masks.get(name),
                (video, *targets),
                self._better(file.name),
            )

    def _better(self, file: str) -> tuple[str, ...]:
        """Where the same video, or folder of frames, lies at the levels above, raw first."""
        sequences, source, _, *rest = file.split("/")
        levels = list(LEVEL_FOLDERS)
        above = levels[: levels.index(self.compression)]
        folders = (folder for level in above for folder in LEVEL_FOLDERS[level])
        return tuple("/".join([sequences, source, folder, *rest]) for folder in folders)

    def _placed(
        self, folder: str, members: Mapping[str, Member]
    ) -> Iterator[tuple[str, ListedFile, Member]]:
        for name, file in self.videos(folder, self.ignored).items():
            if name in members:
                yield name, file, members[name]
            else:
                self.ignored["video in no split"] += 1

    def videos(self, folder: str, ignored: Counter[str] | None = None) -> dict[str, ListedFile]:
        """The videos in the first of the level's folders that holds any, or their frames."""
        ignored = Counter() if ignored is None else ignored
        for level in LEVEL_FOLDERS[self.compression]:
            found = find_videos(self.root, f"{folder}/{level}/videos", ignored)
            for frames in _FRAMES:
                found = found or find_frame_folders(
                    self.root, f"{folder}/{level}/{frames}", ignored
                )
            if found:
                return found
        return {}


def _check_groups(videos: Sequence[Video]) -> None:
    """Checks that our own assignment divides no pair."""
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
    counts = ", ".join(f"{number} {kind}" for kind, number in sorted(ignored.items()) if number)
    return (
        f"{root} holds no {lacking} at {compression} that stand in a split: videos lie in "
        f"{_ORIGINALS}/youtube/{compression}/videos/000.mp4 and "
        f"{_FORGERIES}/Deepfakes/{compression}/videos/000_003.mp4; levels found: "
        f"{', '.join(levels) or 'none'}; passed over: {counts or 'nothing'}"
    )
