"""The videos that index files list and that are there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from data_prep.checks.complete import PreparationError
from data_prep.deepfakebench.index import Row, find_indexes, read_index
from data_prep.deepfakebench.labels import (
    METHODS,
    class_of_folders,
    method_of_folders,
    method_of_label,
)
from data_prep.deepfakebench.listed import (
    DEFAULT_LEVEL,
    LEVELS,
    Listed,
    find_masks,
    masks_beside,
    short_name,
)
from data_prep.deepfakebench.paths import DATA_SETS, find_folder, from_data_set, parts_of
from data_prep.faceforensics.level import LEVEL_FOLDERS
from data_prep.schema import FAKE, LABELS, REAL, REAL_METHOD
from data_prep.source.arrange import text_of
from data_prep.source.listing import ListedFile
from data_prep.videos.frames import list_frames
from data_prep.videos.listing import listed

_SHOWN = 3


class Found(NamedTuple):
    """What index files, or a tree, give.

    Attributes:
        videos: that are there.
        files: that say which they are.
        notes: what was decided, and what is missing.
    """

    videos: list[Listed]
    files: tuple[ListedFile, ...]
    notes: tuple[str, ...]


class _Place(NamedTuple):
    """A row with its folder as the index names it, and what label and folder say."""

    row: Row
    folders: tuple[str, ...]
    method: str


def find_indexed(root: Path, given: Path, level: str | None, ignored: Counter[str]) -> Found:
    """Return the videos of index files that are below the source folder.

    Args:
        root: the source folder, resolved.
        given: see `find_indexes`.
        level: of the compression, `raw`, `c23` or `c40`; None for c23 where an index has levels.
        ignored: kind -> number of entries that are passed over, counted up.

    Raises:
        PreparationError: there is no index, one has another form, has nothing at that level, an
            unknown label or one that its folder contradicts, or nothing of it is there.
    """
    files = find_indexes(root, given)
    rows = _at_level(
        [row for file in files for row in read_index(root / file.name, ignored)],
        level or DEFAULT_LEVEL,
    )
    names = DATA_SETS | {root.name} | {row.data_set for row in rows}
    places = [_place(row, names) for row in _known(rows)]
    _check_classes(places)
    if level is not None:
        _check_level(places, level)
    by_folder: defaultdict[tuple[str, ...], list[_Place]] = defaultdict(list)
    for place in places:
        by_folder[place.folders].append(place)
    videos: list[Listed] = []
    missing: list[str] = []
    frames_missing = 0
    for folders, of_folder in by_folder.items():
        first = of_folder[0].row.frames[0]
        folder = find_folder(root, parts_of(first)[:-1], names)
        if folder is None:
            missing.append(first)
            continue
        there = {path.name for path in list_frames(root / folder)}
        clips = _videos(of_folder)
        for clip in clips:
            wanted = {parts_of(path)[-1] for place in clip for path in place.row.frames}
            frames_missing += len(wanted - there)
            if not wanted & there:
                missing.append(first)
                continue
            own = None if wanted == there else tuple(sorted(wanted & there))
            alone = len(clips) == 1
            videos.append(_listed(root, folder, folders, clip, own, alone, names))
    if not videos:
        raise PreparationError(
            f"nothing that {_called(files)} lists is below {root}"
            + (f", for example {missing[0]}" if missing else "")
            + f": give as --source the folder that holds {', '.join(sorted(DATA_SETS)[:3])} or "
            "others, as the index names them"
        )
    notes = [f"listed by {_called(files)}", *_assumed(rows)]
    if missing:
        notes.append(
            f"{len(missing):,} videos of the index are not there, for example {missing[0]}"
        )
    if frames_missing:
        notes.append(f"{frames_missing:,} crops of the index's other videos are not there")
    return Found(_with_unique_names(videos), tuple(files), tuple(notes))


def _at_level(rows: Sequence[Row], level: str) -> list[Row]:
    """Return the rows of one level, and those that have none."""
    kept = [row for row in rows if not row.level or row.level in LEVEL_FOLDERS[level]]
    if rows and not kept:
        counts = Counter(row.level for row in rows)
        others = ", ".join(f"{name} ({number})" for name, number in sorted(counts.items()))
        raise PreparationError(
            f"the index lists no videos at {level}; levels with videos: {others}: give "
            "--compression"
        )
    return kept


def _known(rows: Sequence[Row]) -> Sequence[Row]:
    """Check that the class of every label is known."""
    labels = {name for row in rows for name in (row.label, row.above)}
    unknown = sorted(label for label in labels if method_of_label(label) is None)
    if unknown:
        raise PreparationError(
            f"the index has labels that say neither real nor fake: {', '.join(unknown)}; known are "
            f"{', '.join(METHODS)} and names that end in _real or _fake"
        )
    return rows


def _place(row: Row, names: frozenset[str]) -> _Place:
    folders = {parts_of(path)[:-1] for path in row.frames}
    if len(folders) > 1:
        listed = " and ".join(sorted("/".join(folder) for folder in folders)[:2])
        raise PreparationError(f"{row.place}: its frames lie in several folders, {listed}")
    below = from_data_set(folders.pop(), names)
    method = method_of_label(row.label) or ""
    if method != REAL_METHOD:
        method = method_of_folders(below) or method
    return _Place(row, below, method)


def _check_classes(places: Iterable[_Place]) -> None:
    """Check labels against each other and against the folders."""
    wrong = []
    of_folder: dict[tuple[str, ...], _Place] = {}
    for place in places:
        row = place.row
        path = "/".join(place.folders)
        label = _class(row.label)
        other = of_folder.setdefault(place.folders, place)
        named = method_of_label(row.label)
        if label != _class(row.above):
            wrong.append(f"{row.place}: its own label is {row.label}")
        elif class_of_folders(place.folders[:-1]) not in (None, label):
            wrong.append(f"{row.place}: {row.label} is {LABELS[label]}, but it lies in {path}")
        elif label != _class(other.row.label):
            wrong.append(f"{row.place}: {row.label}, but {other.row.place} lies in {path} too")
        elif (
            label == FAKE
            and named != place.method
            and {named, place.method} <= set(METHODS.values())
        ):
            wrong.append(f"{row.place}: {row.label} is {named}, but it lies in {path}")
    if wrong:
        more = [f"and {len(wrong) - _SHOWN:,} more"] if len(wrong) > _SHOWN else []
        lines = "\n".join(f"  {text}" for text in [*wrong[:_SHOWN], *more])
        raise PreparationError(f"labels of the index contradict each other or the paths:\n{lines}")


def _check_level(places: Sequence[_Place], level: str) -> None:
    """Check that all videos are of a level that was asked for."""
    others = {_level(place) for place in places}.difference(LEVEL_FOLDERS[level])
    if others:
        named = " and ".join(sorted(name or "no level" for name in others))
        raise PreparationError(
            f"{level} was asked for, but the index has videos of {named} and no choice between "
            "levels for them: leave --compression out"
        )


def _level(place: _Place) -> str:
    return place.row.level or next((part for part in reversed(place.folders) if part in LEVELS), "")


def _class(label: str) -> int:
    return REAL if method_of_label(label) == REAL_METHOD else FAKE


def _videos(places: Sequence[_Place]) -> list[list[_Place]]:
    """Return what is listed of each video in one folder: of one name, or of the same crops."""
    videos: list[list[_Place]] = []
    of_name: dict[str, list[_Place]] = {}
    of_frames: dict[frozenset[str], list[_Place]] = {}
    for place in places:
        frames = frozenset(parts_of(path)[-1] for path in place.row.frames)
        video = of_name.get(place.row.video) or of_frames.get(frames)
        if video is None:
            video = []
            videos.append(video)
        video.append(place)
        of_name[place.row.video] = of_frames[frames] = video
    return videos


def _listed(
    root: Path,
    folder: str,
    folders: tuple[str, ...],
    places: Sequence[_Place],
    frames: tuple[str, ...] | None,
    alone: bool,
    names: frozenset[str],
) -> Listed:
    first, *rest = folders
    below = tuple(rest) if first in names and rest else folders
    row = places[0].row
    masks = next((place.row.masks for place in places if place.row.masks), ())
    fake = places[0].method != REAL_METHOD
    named = find_folder(root, parts_of(masks[0])[:-1], names) if masks and fake else None
    return Listed(
        video=text_of(short_name(below) if alone else f"{short_name(below)}/{row.video}"),
        name=below[-1] if alone else row.video,
        # FSAll and the like are names of collections.
        method=min((place.method for place in places), key=lambda name: (name[-3:] == "All", name)),
        labels=frozenset(place.row.label for place in places),
        splits=frozenset(place.row.split for place in places),
        level=_level(places[0]),
        file=listed(root / folder, folder),
        frames=frames,
        masks=find_masks(root, named, masks_beside(folder)) if fake else None,
    )


def _with_unique_names(videos: Sequence[Listed]) -> list[Listed]:
    """Return the videos; those whose short names meet are called by their whole folders."""
    counts = Counter(video.video for video in videos)
    return [
        video
        if counts[video.video] == 1
        else video._replace(video=text_of(f"{video.file.name}/{video.name}"))
        for video in videos
    ]


def _assumed(rows: Sequence[Row]) -> list[str]:
    """Return a note of the labels that were read by their ending."""
    labels = sorted({row.label for row in rows if row.label not in METHODS})
    if not labels:
        return []
    more = ", ..." if len(labels) > _SHOWN else ""
    return [f"labels read by their ending: {', '.join(labels[:_SHOWN])}{more}"]


def _called(files: Sequence[ListedFile]) -> str:
    names = [Path(file.name).name for file in files]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
