"""One compression level of a FaceForensics++ tree: its folders and the videos in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data_prep.checks.complete import PreparationError
from data_prep.faceforensics.layout import Layout
from data_prep.faceforensics.splits import Member, Splits
from data_prep.schema import REAL_METHOD
from data_prep.source.layout import text_of
from data_prep.source.listing import ListedFile
from data_prep.videos.listing import find_frame_folders, find_videos
from data_prep.videos.video_set import Video

# The folders that a level may lie in, the best level first: downloads say raw, some scripts c0.
LEVEL_FOLDERS: Mapping[str, tuple[str, ...]] = {
    "raw": ("raw", "c0"),
    "c23": ("c23",),
    "c40": ("c40",),
}
# Where frames lie that were extracted before, a folder for each video.
_FRAMES = ("images", "frames")


def level_of(compression: str) -> str:
    """Return a level's name in records: `raw` (also for `c0`), `c23` or `c40`.

    Raises:
        PreparationError: there is no such level.
    """
    for level, folders in LEVEL_FOLDERS.items():
        if compression in folders:
            return level
    raise PreparationError(
        f"the compression {compression!r} is unknown; use one of {', '.join(LEVEL_FOLDERS)}"
    )


@dataclass(frozen=True)
class Level:
    """One compression level of a tree; what is passed over is counted in `ignored`."""

    root: Path
    compression: str
    splits: Splits
    ignored: Counter[str]
    layout: Layout

    def originals(self, source: str) -> Iterator[Video]:
        """Yield the originals of a source, such as `youtube`."""
        folder = self.layout.originals[source]
        for name, file, member in self._placed(folder, self.splits.originals):
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
        """Yield the forgeries by a method, with their masks; their originals are in `sources`."""
        folder = self.layout.forgeries[method]
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
        """Return where the same video, or folder of frames, lies at the levels above, raw first."""
        if not self.layout.has_levels:
            return ()
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
        """Return the videos in the first of the level's folders that holds any, or their frames."""
        ignored = Counter() if ignored is None else ignored
        if not self.layout.has_levels:
            videos = find_videos(self.root, folder, ignored)
            return videos or find_frame_folders(self.root, folder, ignored)
        for level in LEVEL_FOLDERS[self.compression]:
            videos = find_videos(self.root, f"{folder}/{level}/videos", ignored)
            for frames in _FRAMES:
                videos = videos or find_frame_folders(
                    self.root, f"{folder}/{level}/{frames}", ignored
                )
            if videos:
                return videos
        return {}
