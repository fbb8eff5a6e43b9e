"""The index files of DeepfakeBench, read without looking at what they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from data_prep.checks.complete import PreparationError
from data_prep.deepfakebench.listed import LEVELS
from data_prep.source.folder_names import SPLIT_FOLDERS
from data_prep.source.json_objects import is_text, read_object, shown
from data_prep.source.listing import ListedFile
from data_prep.videos.listing import find_file

FOLDER = "dataset_json"
"""Where the index files lie."""

_HELP = (
    '{NAME: {LABEL: {"train": {VIDEO: {"label": LABEL, "frames": [PATH, ...]}}, "val": ..., '
    '"test": ...}}}, for FaceForensics++ with c23 or another level around the videos'
)


class Row(NamedTuple):
    """A video as an index lists it.

    Attributes:
        file: of the index, its name.
        data_set: NAME.
        label: LABEL, such as `FF-DF`; that of the video where it has its own.
        above: the LABEL that the video stands under.
        split: `train`, `validation` or `test`.
        level: the folder of the compression, empty where there is none.
        video: VIDEO.
        frames: paths, whoever's.
        masks: likewise.
    """

    file: str
    data_set: str
    label: str
    above: str
    split: str
    level: str
    video: str
    frames: tuple[str, ...]
    masks: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"{self.file}: {self.above}, {self.split}, {self.video}"


def find_indexes(root: Path, given: Path) -> list[ListedFile]:
    """Return the index files, each by its path relative to `root` or, elsewhere, its whole path.

    Args:
        root: the source folder, resolved.
        given: a file or a folder of them: as it is, in the source, or in its `dataset_json`.

    Raises:
        PreparationError: there is none.
    """
    for path in (given.expanduser(), root / given, root / FOLDER / given):
        if path.is_dir():
            names = sorted(file.name for file in path.glob("[!.]*.json"))
        else:
            path, names = path.parent, [path.name]
        found = [
            (path.resolve(), file) for name in names if (file := find_file(path.resolve(), name))
        ]
        if found:
            return [file._replace(name=str(folder / file.name)) for folder, file in found]
    raise PreparationError(
        f"there is no index {given}, here or in {root} or its {FOLDER}: give a file such as "
        f"FF-DF.json, or the folder {FOLDER}"
    )


def read_index(path: Path, ignored: Counter[str]) -> list[Row]:
    """Read one index file.

    Args:
        path: the file.
        ignored: kind -> number of entries that are passed over, counted up.

    Raises:
        PreparationError: it has another form; the text says where.
    """
    rows = []
    for data_set, labels in _object(read_object(path, _HELP), f"{path}").items():
        for label, splits in _object(labels, f"{path}: {data_set}").items():
            for name, entries in _object(splits, f"{path}: {data_set}, {label}").items():
                where = f"{path}: {label}, {name}"
                split = SPLIT_FOLDERS.get(name)
                if split is None:
                    raise PreparationError(f"{where} is no split; the form is {_HELP}")
                for level, videos in _levels(_object(entries, where)):
                    for video, entry in _object(videos, where).items():
                        row = Row(path.name, data_set, label, label, split, level, video, (), ())
                        rows += _rows(row, entry, ignored)
    return rows


def _levels(entries: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield (folder of a compression level, videos); the folder is empty where there are none."""
    if entries and set(entries) <= LEVELS:
        yield from entries.items()
    else:
        yield "", entries


def _rows(row: Row, entry: Any, ignored: Counter[str]) -> Iterator[Row]:
    if (row.video == "label" and isinstance(entry, str)) or (
        row.video == "frames" and isinstance(entry, list)
    ):
        # DFDC.json's validation holds what belongs into an entry, without the name of the video.
        ignored["entry of an index without a video's name"] += row.video == "frames"
        return
    where = f"{row.file}: {row.above}, {row.split}, the video {row.video!r}"
    entry = _object(entry, where)
    label = entry.get("label", row.above)
    if not is_text(label):
        raise PreparationError(f"{where} has the label {shown(label)}; the form is {_HELP}")
    frames, masks = (
        _paths(entry.get(name, []), f"{where}, {name}") for name in ("frames", "masks")
    )
    if not row.video or not frames:
        ignored["entry of an index without frames"] += 1
        return
    yield row._replace(label=label, frames=frames, masks=masks)


def _object(content: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(content, dict):
        raise PreparationError(f"{where} is no JSON object; the form is {_HELP}")
    if not all(map(is_text, content)):
        raise PreparationError(f"{where} has a name that is no text: {shown(content)}")
    return content


def _paths(paths: Any, where: str) -> tuple[str, ...]:
    if not isinstance(paths, list) or not all(map(is_text, paths)):
        raise PreparationError(f"{where}: no list of paths; the form is {_HELP}")
    return tuple(paths)
