"""The videos of a FaceForensics++ tree: the method, split, group, mask and boxes of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data_prep.checks import PreparationError, crossing_groups
from data_prep.faceforensics.files import find_videos, subfolders
from data_prep.faceforensics.methods import REAL_METHOD, choose_methods
from data_prep.faceforensics.splits import Member, Splits
from data_prep.layouts import text_of
from data_prep.listing import ListedFile
from data_prep.records import FAKE, REAL, SPLITS

# The folders that a level may lie in: downloads say raw, some scripts say c0.
LEVEL_FOLDERS: Mapping[str, tuple[str, ...]] = {
    "raw": ("raw", "c0"),
    "c23": ("c23",),
    "c40": ("c40",),
}
_ORIGINALS = "original_sequences"
_FORGERIES = "manipulated_sequences"


@dataclass(frozen=True)
class Video:
    """One video of the set to be.

    Attributes:
        video: `youtube/000` or `Deepfakes/000_003`; unique in the set.
        method: `real`, or the folder of the method.
        split: `train`, `validation` or `test`.
        group: the pair of the split file.
        file: the video.
        mask: the video of the forged region, None where there is none.
        boxes_of: the videos whose face boxes fit, the best first: its own, then its target's.
    """

    video: str
    method: str
    split: str
    group: str
    file: ListedFile
    mask: ListedFile | None
    boxes_of: tuple[str, ...]

    @property
    def label(self) -> int:
        """Real 0, fake 1."""
        return REAL if self.method == REAL_METHOD else FAKE


@dataclass(frozen=True)
class Tree:
    """The videos of one compression level that stand in a split, and what was passed over.

    Attributes:
        videos: by split, method and name.
        methods: `real`, then those that have videos.
        ignored: how many entries of the folders are no videos of the set, by kind.
        notes: what is missing.
    """

    videos: tuple[Video, ...]
    methods: tuple[str, ...]
    ignored: Mapping[str, int]
    notes: tuple[str, ...]


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
) -> Tree:
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
    expected = len(splits.originals) + len(splits.forgeries) * (len(names) - 1)
    if len(videos) < expected:
        notes.append(
            f"{len(videos):,} of the {expected:,} videos that the splits name for these methods "
            "are there"
        )
    return Tree(tuple(videos), names, dict(sorted((+ignored).items())), tuple(notes))


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
            yield Video(video, REAL_METHOD, member.split, member.group, file, None, (video,))

    def forgeries(self, method: str, sources: Sequence[str]) -> Iterator[Video]:
        """The forgeries by a method, with their masks; originals are looked for in `sources`."""
        folder = f"{_FORGERIES}/{method}"
        masks = find_videos(self.root, f"{folder}/masks/videos", self.ignored)
        for name, file, member in self._placed(folder, self.splits.forgeries):
            video = f"{text_of(method)}/{name}"
            targets = (f"{text_of(source)}/{member.target}" for source in sources)
            yield Video(
                video,
                text_of(method),
                member.split,
                member.group,
                file,
                masks.get(name),
                (video, *targets),
            )

    def _placed(
        self, folder: str, members: Mapping[str, Member]
    ) -> Iterator[tuple[str, ListedFile, Member]]:
        for name, file in self._videos(folder).items():
            if name in members:
                yield name, file, members[name]
            else:
                self.ignored["video in no split"] += 1

    def _videos(self, folder: str) -> dict[str, ListedFile]:
        """The videos in the first of the level's folders that holds any."""
        for level in LEVEL_FOLDERS[self.compression]:
            found = find_videos(self.root, f"{folder}/{level}/videos", self.ignored)
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
        if any(any(root.glob(f"*_sequences/*/{folder}/videos")) for folder in folders)
    ]
    counts = ", ".join(f"{number} {kind}" for kind, number in sorted(ignored.items()) if number)
    return (
        f"{root} holds no {lacking} at {compression} that stand in a split: videos lie in "
        f"{_ORIGINALS}/youtube/{compression}/videos/000.mp4 and "
        f"{_FORGERIES}/Deepfakes/{compression}/videos/000_003.mp4; levels found: "
        f"{', '.join(levels) or 'none'}; passed over: {counts or 'nothing'}"
    )
