"""The videos of a set to be, listed but not yet read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from data_prep.schema import FAKE, REAL, REAL_METHOD, SPLITS
from data_prep.source.listing import ListedFile


@dataclass(frozen=True)
class Video:
    """One video of the set to be.

    Attributes:
        video: folder and name, such as `youtube/000` or `Deepfakes/000_003`; unique in the set.
        method: `real`, or the name of the method.
        split: `train`, `validation` or `test`.
        group: what must not be split; each data set's package says what it is.
        target: the original whose frames the video shows, by name; its own for an original.
        file: the video.
        mask: the video of the forged region, None where there is none.
        boxes_of: the videos whose face boxes fit, the best first: its own, then its target's.
        better: files, relative to the source folder, that hold the same frames in a better quality
            where they are there, best first. Faces are detected in them.
        frames: of a folder of ready crops the pictures that are the video's; None for all.
        landmarks: of ready crops: a folder of NumPy files or a JSON file
            (`data_prep.faces.landmarks`), None where there are none.
    """

    video: str
    method: str
    split: str
    group: str
    target: str
    file: ListedFile
    mask: ListedFile | None
    boxes_of: tuple[str, ...]
    better: tuple[str, ...] = ()
    frames: tuple[str, ...] | None = None
    landmarks: ListedFile | None = None

    @property
    def label(self) -> int:
        """Real 0, fake 1."""
        return REAL if self.method == REAL_METHOD else FAKE


@dataclass(frozen=True)
class VideoSet:
    """The videos that become a set, and what was passed over.

    Attributes:
        data_set: which data set they are of: the name of its folder among the prepared sets.
        root: the source folder, resolved; names of files are relative to it.
        videos: in the order in which they are written.
        methods: `real`, then those that have videos.
        compression: the level as it stands in the records; empty where unknown.
        files: other files that decided which videos these are, such as lists of a split.
        made_splits: the splits that this program made, in which a leak is an error; those that
            the release or the user gave are not among them.
        ignored: how many entries of the folders are no videos of the set, by kind.
        notes: what was decided, and what is missing.
        leaks: what the given splits share: warnings, or errors where that is asked for.
        ready: why the pictures are taken for face crops, which are not searched for faces; empty
            where they are frames.
        name: of the set by default; empty for the source folder's.
        unsalted: video -> split, of those that earlier versions put elsewhere, by an unsalted hash.
    """

    data_set: str
    root: Path
    videos: tuple[Video, ...]
    methods: tuple[str, ...]
    compression: str = ""
    files: tuple[ListedFile, ...] = ()
    made_splits: tuple[str, ...] = SPLITS
    ignored: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    leaks: tuple[str, ...] = ()
    ready: str = ""
    name: str = ""
    unsalted: Mapping[str, str] = field(default_factory=dict)

    def as_before(self) -> VideoSet:
        """Return the set as earlier versions divided it, by an unsalted hash."""
        if not self.unsalted:
            return self
        videos = [
            replace(video, split=self.unsalted.get(video.video, video.split))
            for video in self.videos
        ]
        notes = tuple(note.replace("salted hash", "hash") for note in self.notes)
        return replace(self, videos=in_order(videos, self.methods), notes=notes, unsalted={})


def in_order(videos: Iterable[Video], methods: Sequence[str]) -> tuple[Video, ...]:
    """Return videos in the order in which they are written: by split, method and name."""

    def place(video: Video) -> tuple[int, int, str]:
        return SPLITS.index(video.split), methods.index(video.method), video.video

    return tuple(sorted(videos, key=place))
