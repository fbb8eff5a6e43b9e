"""Which picture of a folder has which label, split, group and video: from the names alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from data_prep.schema import LABELS
from data_prep.source.entries import Arrangement, Entry, number_frames
from data_prep.source.folder_names import SPLIT_FOLDERS, read_folder_name, wrapping_folders
from data_prep.source.layout import LayoutError, Place, text_of
from data_prep.source.missing_splits import fill_missing_splits, made_splits
from data_prep.source.places import place_pictures
from data_prep.source.split_groups import MADE_SPLITS
from data_prep.source.top_folders import unknown_folders

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
