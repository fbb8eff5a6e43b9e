"""Which picture of a folder has which label, split, group and video: from the names alone."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from data_prep.checks.pairs import NOTE_OF_PAIRS, original_groups
from data_prep.schema import LABELS
from data_prep.source.clip_groups import find_clips, note_of_clips
from data_prep.source.folder_names import SPLIT_FOLDERS, read_folder_name, wrapping_folders
from data_prep.source.frame_names import Frame, number_names, record_numbers
from data_prep.source.layout import LayoutError, Place, text_of
from data_prep.source.places import place_pictures
from data_prep.source.split_groups import MADE_SPLITS, split_groups
from data_prep.source.top_folders import unknown_folders


@dataclass(frozen=True)
class Entry:
    """One picture of the set to be.

    Attributes:
        path: relative to the source folder, `/` between parts.
        key: unique in the set; the path without wrapping folders.
        label: real 0, fake 1.
        split: `train`, `validation` or `test`.
        group: what must not be split.
        video: what frame scores are averaged over.
        frame: number in the video, see `number_frames`.
        method: of a forgery; empty where unknown, and for originals.
        compression: for example `c23`; empty where unknown.
    """

    path: str
    key: str
    label: int
    split: str
    group: str
    video: str
    frame: int = 0
    method: str = ""
    compression: str = ""


@dataclass(frozen=True)
class Arrangement:
    """All entries, with what a person should know about how they were arranged.

    Attributes:
        entries: of all splits.
        notes: what was decided.
        warnings: what the user should look at.
        ignored: kind -> number of files that are no pictures of the set.
        made_splits: the splits into which pictures were divided here; empty where all were given.
    """

    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    ignored: Counter[str] = field(default_factory=Counter)
    made_splits: tuple[str, ...] = ()


_MASKS = frozenset(("mask", "masks", "landmarks"))
"""Folders of pictures that show no face: DeepfakeBench has them beside `frames`."""

Regroup = Callable[[Sequence[Entry]], Sequence[Entry]]
"""Gives entries other groups and videos, by what their names say."""


def arrange(
    paths: Sequence[str], empty_folders: Sequence[str] = (), regroup: Regroup | None = None
) -> Arrangement:
    """Arrange pictures by the names of their folders.

    Where the folders give the splits, a picture without a video folder is a group of its own. Where
    the split is made here, its group is the file's stem, so that `real/0001.jpg` and
    `fake/0001.jpg`, likely a forgery and its source, stay together. A video folder is the group
    (by its name, whatever its class) and the video.

    Args:
        paths: relative to the source folder, `/` between parts.
        empty_folders: the folders without any picture below, in the same form.
        regroup: called before splits are made here, which keep its groups together.

    Raises:
        LayoutError: no known layout, deeper folders than known, two folders for one split, or a
            split's folder without pictures: only a split that has no folder is made from train.
    """
    all_paths, paths = paths, _without_masks(paths)
    depth = wrapping_folders(paths)
    reading = place_pictures(paths, depth)
    places, outside = reading.places, reading.outside
    _check_one_folder_per_split(places)
    without = [place.path for place in places if place.split is None]
    if without and len(without) < len(places):
        raise LayoutError(
            f"some pictures lie below a split's folder and others do not, for example "
            f"{without[0]}: put all of them below train, validation and test, or none"
        )
    _check_no_empty_split(places, depth, outside, empty_folders)
    given = {place.split for place in places}
    split_here = bool(made_splits(given))
    named: Sequence[Entry] = [_entry(place, split_here) for place in places]
    entries, notes, made = fill_missing_splits(named if regroup is None else regroup(named), given)
    warnings = []
    unknown = unknown_folders(outside, depth)
    if outside:
        warnings.append(
            f"{len(outside)} pictures lie outside the folders of the classes and were left out, "
            f"for example {outside[0]}"
            + (f"; folders that were not understood: {unknown}" if unknown else "")
        )
    ignored = +Counter(
        {
            "picture outside the classes": len(outside),
            "picture in folders of masks": len(all_paths) - len(paths),
        }
    )
    notes = (*notes, *reading.notes)
    return Arrangement(number_frames(entries), notes, tuple(warnings), ignored, made)


def _without_masks(paths: Sequence[str]) -> Sequence[str]:
    """Return the paths that lie in no folder of masks, all if all do."""
    shown = [path for path in paths if _MASKS.isdisjoint(path.lower().split("/")[:-1])]
    return shown or paths


def fill_missing_splits(
    entries: Sequence[Entry], given: Collection[str | None]
) -> tuple[Sequence[Entry], tuple[str, ...], tuple[str, ...]]:
    """Make the splits that have no entries out of train, by the salted hash of the group.

    Frames of one clip by their names are made a group (of their split, where it is given), where
    nothing else gives one. Forgeries named after their originals are in their group, also where all
    splits are given. A set for testing only, which is given without train or has one class and no
    splits, stays undivided.

    Args:
        entries: with the splits that were given, all of them `train` if none was.
        given: these splits; None or empty for an entry without one.

    Returns:
        The entries with all their splits, notes that say what was made, and which splits were.

    Raises:
        LayoutError: all entries are frames of a few clips.
    """
    if not any(given) and len({entry.label for entry in entries}) == 1:
        tested, notes = _group_clips([replace(entry, split="test") for entry in entries])
        return tested, ("one class and no splits, so all is test", *notes), ()
    missing = {split: share for split, share in MADE_SPLITS.items() if split not in given}
    entries, notes, pairs = _join_originals(entries)
    divided = made_splits(given) if "train" in given or not any(given) else ()
    kept, of_kept = _group_clips(
        [entry for entry in entries if entry.split not in divided], skipping=pairs
    )
    if not divided:
        return kept, (*of_kept, *notes), ()
    train = [entry for entry in entries if entry.split == "train"]
    # A forgery 000_003 of an original that is there is no frame 003 of a clip 000.
    clip_of = find_clips(
        (entry.key, entry.label, entry.group) for entry in train if entry.group not in pairs
    )
    if clip_of:
        # A clip is no name across given splits: train/real/clip1_1.jpg and test/real/clip1_2.jpg.
        before = "train/" if any(given) else ""
        train, more, _ = _join_originals(
            [
                replace(entry, group=f"{before}{clip_of[entry.key]}")
                if entry.key in clip_of
                else entry
                for entry in train
            ]
        )
        notes = (note_of_clips(clip_of), *(more or notes))
    splits = split_groups(((entry.group, entry.label, entry.method) for entry in train), missing)
    if clip_of and not set(missing) <= set(splits.values()):
        raise LayoutError(
            f"{note_of_clips(clip_of)}: too few clips to make {' and '.join(missing)} of them "
            "without frames of one in two splits; add other clips, or say in the columns group and "
            "split of a manifest.csv how they are to be divided"
        )
    filled = [*kept, *(replace(entry, split=splits[entry.group]) for entry in train)]
    shares = " and ".join(f"{share:.0%} for {split}" for split, share in missing.items())
    note = f"not given, so made from train by the salted hash of the group: {shares}"
    return filled, (note, *of_kept, *notes), divided


def _group_clips(
    entries: Sequence[Entry], skipping: Collection[str] = ()
) -> tuple[list[Entry], tuple[str, ...]]:
    """Make frames of one clip a group of their given split, which a note says.

    Intervals count groups: frames of one clip are no independent pictures. A clip that stands in
    several splits stays a leak (`data_prep.checks.leaks.crossing_clips`).
    """
    clip_of = find_clips(
        (entry.key, entry.label, entry.group) for entry in entries if entry.group not in skipping
    )
    grouped = [
        replace(entry, group=f"{entry.split}/{clip_of[entry.key]}")
        if entry.key in clip_of
        else entry
        for entry in entries
    ]
    return grouped, (note_of_clips(clip_of),) if clip_of else ()


def _join_originals(
    entries: Sequence[Entry],
) -> tuple[list[Entry], tuple[str, ...], Collection[str]]:
    """Give forgeries the group of their originals where names say so; also a note, these groups."""
    groups = original_groups((entry.group, entry.label) for entry in entries)
    if not groups:
        return list(entries), (), ()
    joined = [replace(entry, group=groups.get(entry.group, entry.group)) for entry in entries]
    return joined, (NOTE_OF_PAIRS,), set(groups.values())


def made_splits(given: Collection[str | None]) -> tuple[str, ...]:
    """Return the splits into which `fill_missing_splits` divides, also train; empty if none is."""
    missing = [split for split in MADE_SPLITS if split not in given]
    return ("train", *missing) if missing else ()


def _check_one_folder_per_split(places: Iterable[Place]) -> None:
    folders: defaultdict[str | None, set[str | None]] = defaultdict(set)
    for place in places:
        folders[place.split].add(place.split_folder)
    for split, names in folders.items():
        if len(names) > 1:
            raise LayoutError(
                f"several folders stand for the split {split}: {', '.join(sorted(map(str, names)))}"
                "; keep one of them"
            )


def _check_no_empty_split(
    places: Sequence[Place], depth: int, outside: Iterable[str], empty_folders: Iterable[str]
) -> None:
    """Check that no split has a folder but no pictures, which must not be made up for."""
    given = {place.split for place in places}
    wrapping = places[0].path.split("/")[:depth]
    unlabelled = [path.rpartition("/")[0] for path in outside]
    for text, folders in (
        ("no pictures (links to folders are not followed)", empty_folders),
        ("no pictures in folders of the classes", unlabelled),
    ):
        for folder in sorted(folders):
            named = _split_folder_of(folder.split("/"), wrapping)
            split = named and SPLIT_FOLDERS[named.rpartition("/")[2].lower()]
            if split and split not in given:
                made = f" to have a {split} split made from train" if split in MADE_SPLITS else ""
                raise LayoutError(
                    f"the split {split} is empty: {text_of(named)} holds {text}; put pictures "
                    f"there, or remove the folder{made}"
                )


def _split_folder_of(parts: Sequence[str], wrapping: Sequence[str]) -> str:
    """Return the split's folder that `parts` is or lies in, as a path; empty if there is none.

    It stands beside the classes or the other splits, below a class, or beside a wrapping folder.
    """
    for level, name in enumerate(parts[: len(wrapping) + 2]):
        above = parts[level - 1] if level else ""
        below_class = level == len(wrapping) + 1 and read_folder_name(above).label is not None
        if name.lower() in SPLIT_FOLDERS and (level <= len(wrapping) or below_class):
            return "/".join(parts[: level + 1])
        if level < len(wrapping) and name != wrapping[level]:
            break
    return ""


def _entry(place: Place, split_here: bool) -> Entry:
    """Return the entry of a place, in train if it has no split.

    Args:
        place: where the picture stands.
        split_here: whether a split is made out of train.
    """
    method = place.method or LABELS[place.label]
    video = "/".join((method, *map(text_of, place.below))) if place.below else place.key
    if place.below:
        group = text_of(place.below[-1])
    elif place.split is None:
        group = place.stem
    elif place.split == "train" and split_here:
        # A stem is no name across given splits: train/real/1.jpg and test/real/1.jpg may differ.
        group = f"train/{place.stem}"
    else:
        group = place.key
    return Entry(
        path=place.path,
        key=place.key,
        label=place.label,
        split=place.split or "train",
        group=group,
        video=video,
        method=place.method,
        compression=place.compression,
    )


def number_frames(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Give every entry its number in its video, in the order of the frames, then of the names.

    The number is the given one where these differ, else that in its name, else its position. The
    only picture of a video is its frame 0.
    """
    videos: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        videos[entry.split, entry.video].append(entry)
    numbered = []
    for video in videos.values():
        ordered = sorted(video, key=lambda entry: (entry.frame, natural_order(entry.key)))
        frames: Sequence[Frame] = [entry.frame for entry in ordered]
        if len(set(frames)) < len(frames):
            frames = number_names([PurePosixPath(entry.key).stem for entry in ordered])
        numbers = record_numbers(frames) if len(frames) > 1 else [0]
        numbered += [
            replace(entry, frame=number) for entry, number in zip(ordered, numbers, strict=True)
        ]
    return tuple(sorted(numbered, key=lambda entry: entry.key))


def natural_order(name: str) -> tuple[tuple[int, int | str], ...]:
    """Return a sort key by which `frame_9` comes before `frame_10`."""
    parts = re.split(r"([0-9]+)", name)
    return tuple((0, int(part)) if odd % 2 else (1, part) for odd, part in enumerate(parts))
