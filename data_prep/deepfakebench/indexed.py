"""The videos that index files list and that are there."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from data_prep.checks.complete import PreparationError
from data_prep.checks.excerpts import first_names
from data_prep.deepfakebench.index import find_indexes, read_index
from data_prep.deepfakebench.listed import (
    Found,
    Listed,
    find_masks,
    masks_beside,
    short_name,
)
from data_prep.deepfakebench.paths import DATA_SETS, find_folder, parts_of
from data_prep.deepfakebench.places import Place, assumed_labels, place_rows
from data_prep.schema import REAL_METHOD
from data_prep.source.layout import text_of
from data_prep.source.listing import ListedFile
from data_prep.videos.frames import list_frames
from data_prep.videos.listing import listed

_SHOWN = 3


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
    rows = [row for file in files for row in read_index(root / file.name, ignored)]
    names = DATA_SETS | {root.name} | {row.data_set for row in rows}
    places = place_rows(rows, names, level)
    videos, missing, frames_missing = _present(root, places, names)
    if not videos:
        raise PreparationError(
            f"nothing that {_called(files)} lists is below {root}"
            + (f", for example {missing[0]}" if missing else "")
            + f": give as --source the folder that holds {', '.join(sorted(DATA_SETS)[:3])} or "
            "others, as the index names them (links to folders are not followed)"
        )
    notes = [f"listed by {_called(files)}", *assumed_labels(rows)]
    if missing:
        notes.append(
            f"{len(missing):,} videos of the index are not there, for example {missing[0]}"
        )
    if frames_missing:
        notes.append(f"{frames_missing:,} crops of the index's other videos are not there")
    return Found(_with_unique_names(videos), tuple(files), tuple(notes))


def _present(
    root: Path, places: Sequence[Place], names: frozenset[str]
) -> tuple[list[Listed], list[str], int]:
    """Return the videos that are there, a path of each that is not, and how many crops are not."""
    by_folder: defaultdict[tuple[str, ...], list[Place]] = defaultdict(list)
    for place in places:
        by_folder[place.folders].append(place)
    videos: list[Listed] = []
    missing: list[str] = []
    frames_missing = 0
    for folders, in_folder in by_folder.items():
        first = in_folder[0].row.frames[0]
        folder = find_folder(root, parts_of(first)[:-1], names)
        if folder is None:
            missing.append(first)
            continue
        there = {path.name for path in list_frames(root / folder)}
        clips = _videos(in_folder)
        for clip in clips:
            wanted = {parts_of(path)[-1] for place in clip for path in place.row.frames}
            frames_missing += len(wanted - there)
            if not wanted & there:
                missing.append(first)
                continue
            own = None if wanted == there else tuple(sorted(wanted & there))
            alone = len(clips) == 1
            videos.append(_listed(root, folder, folders, clip, own, alone, names))
    return videos, missing, frames_missing


def _videos(places: Sequence[Place]) -> list[list[Place]]:
    """Return what is listed of each video in one folder: of one name, or of the same crops.

    Raises:
        PreparationError: two entries name the same crops, and the folder is called after one or
            neither of them.
    """
    videos: list[list[Place]] = []
    owners: dict[str, Place] = {}
    of_name: dict[str, list[Place]] = {}
    of_frames: dict[frozenset[str], list[Place]] = {}
    for place in places:
        frames = frozenset(parts_of(path)[-1] for path in place.row.frames)
        for frame in frames:
            owner = owners.setdefault(frame, place)
            if owner.row.video != place.row.video and not (_fits(owner) and _fits(place)):
                raise PreparationError(
                    f"two entries of the index name the frame {frame} of "
                    f"{'/'.join(place.folders)}: {owner.row.place} and {place.row.place}; mend the "
                    "one that names another video's frames"
                )
        video = of_name.get(place.row.video) or of_frames.get(frames)
        if video is None:
            video = []
            videos.append(video)
        video.append(place)
        of_name[place.row.video] = of_frames[frames] = video
    return videos


def _fits(place: Place) -> bool:
    """Return whether an entry is called after its folder: `000` or `000_simswap` after `000`."""
    folder = place.folders[-1] if place.folders else ""
    return re.match(rf"{re.escape(folder)}(?![^\W_])", place.row.video) is not None


def _listed(
    root: Path,
    folder: str,
    folders: tuple[str, ...],
    places: Sequence[Place],
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
        level=places[0].level,
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


def _called(files: Sequence[ListedFile]) -> str:
    return first_names([Path(file.name).name for file in files], _SHOWN)
