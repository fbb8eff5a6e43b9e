"""The folders whose videos are described by a file in them, and these videos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from data_prep.dfdc.described import Described, contradiction
from data_prep.dfdc.labels import LABELS_FILES, read_labels
from data_prep.dfdc.metadata import METADATA_FILE, read_metadata
from data_prep.dfdc.preview import PREVIEW_FILE, read_preview
from data_prep.faces.boxes import BOXES_FILE
from data_prep.source.folder_names import SPLIT_FOLDERS
from data_prep.source.layout import text_of
from data_prep.source.listing import ListedFile
from data_prep.source.synthetic_mark import DESCRIPTION_FILE
from data_prep.videos.label_rows import refuse_contradictions
from data_prep.videos.listing import find_file, find_videos, subfolders

_VIDEOS = "videos"
"""A folder that some copies put between the labels and the videos."""

_DEPTH = 2
"""How far below the source parts are: `train/dfdc_train_part_0`."""


class Clip(NamedTuple):
    """A video that is described.

    Attributes:
        part: its folder below the source, `/` at its end; empty for the source itself.
        name: without suffix; in the preview the path.
        described: what is said of it.
        file: the video.
    """

    part: str
    name: str
    described: Described
    file: ListedFile

    @property
    def video(self) -> str:
        """Its name in the set."""
        return f"{self.part}{text_of(self.name)}"


class Part(NamedTuple):
    """A folder, the files that describe its videos, and those of these that are there."""

    files: tuple[ListedFile, ...]
    clips: tuple[Clip, ...]


def find_parts(root: Path, ignored: Counter[str]) -> list[Part]:
    """Return the parts of the resolved folder `root`, the source itself perhaps among them.

    Args:
        root: the source folder.
        ignored: kind -> number of what is passed over, counted up.

    Raises:
        PreparationError: what describes a part is wrong, or contradicts itself.
    """
    return list(_parts(root, ".", _DEPTH, ignored))


def _parts(root: Path, folder: str, depth: int, ignored: Counter[str]) -> Iterator[Part]:
    names = (METADATA_FILE, *LABELS_FILES, *((PREVIEW_FILE,) if folder == "." else ()))
    files = {name: file for name in names if (file := find_file(root, f"{folder}/{name}"))}
    # What lies in a part is counted with its videos.
    passed = Counter() if files else ignored
    if PREVIEW_FILE in files:
        yield _preview(root, files.pop(PREVIEW_FILE), ignored)
    if files:
        yield _part(root, folder, files, ignored)
    if not depth:
        return
    for name in subfolders(root, folder, passed):
        below = list(_parts(root, f"{folder}/{name}".removeprefix("./"), depth - 1, passed))
        if not below:
            passed[f"folder without {METADATA_FILE}"] += 1
        yield from below


def _preview(root: Path, file: ListedFile, ignored: Counter[str]) -> Part:
    described = read_preview(root / file.name)
    videos = {
        f"{folder}/{name}": video
        for folder in sorted({name.rpartition("/")[0] for name in described})
        for name, video in find_videos(root, folder, ignored).items()
    }
    return Part((file,), _clips("", described, videos, ignored))


def _part(root: Path, folder: str, files: Mapping[str, ListedFile], ignored: Counter[str]) -> Part:
    passed: Counter[str] = Counter()
    below = find_videos(root, f"{folder}/{_VIDEOS}", passed)
    videos = {**below, **find_videos(root, folder, passed)}
    if below:
        passed["folder among the videos"] -= 1
    for name in (*files, BOXES_FILE, DESCRIPTION_FILE):
        passed[f"{Path(name).suffix} file"] -= (root / folder / name).is_file()
    ignored.update(+passed)
    part = "" if folder == "." else f"{text_of(folder)}/"
    described = _described(root, folder, files)
    return Part(tuple(files.values()), _clips(part, described, videos, ignored))


def _clips(
    part: str,
    described: Mapping[str, Described],
    videos: Mapping[str, ListedFile],
    ignored: Counter[str],
) -> tuple[Clip, ...]:
    ignored["video without metadata"] += len(videos.keys() - described.keys())
    ignored["metadata without a video"] += len(described.keys() - videos.keys())
    return tuple(
        Clip(part, name, described[name], file)
        for name, file in videos.items()
        if name in described
    )


def _described(root: Path, folder: str, files: Mapping[str, ListedFile]) -> dict[str, Described]:
    """Return what metadata and labels say of the videos of a folder; both must say the same."""
    names = [SPLIT_FOLDERS.get(name.lower()) for name in folder.split("/")]
    split = next(filter(None, names), "test")
    described: dict[str, Described] = {}
    for name, file in files.items():
        path = root / file.name
        said = (read_metadata if name == METADATA_FILE else read_labels)(path, split)
        differ = [
            contradiction(
                video, said[video].label, "another file beside says", described[video].label
            )
            for video in said.keys() & described.keys()
            if said[video].label != described[video].label
        ]
        refuse_contradictions(path, sorted(differ), "1 is fake")
        described = said | described
    return described
