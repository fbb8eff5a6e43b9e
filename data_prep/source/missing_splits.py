"""Splits that were not given, made out of train; clips and forgeries are kept together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from data_prep.checks.pairs import NOTE_OF_PAIRS, original_groups
from data_prep.source.clip_groups import UNAVERAGED, find_clips, note_of_clips
from data_prep.source.entries import Entry
from data_prep.source.layout import LayoutError
from data_prep.source.split_groups import MADE_SPLITS, shares_text, split_groups


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
    train, of_train = _group_clips(train, skipping=pairs, of_split=any(given))
    if of_train:
        train, more, _ = _join_originals(train)
        notes = (*of_train, *(more or notes))
    splits = split_groups(((entry.group, entry.label, entry.method) for entry in train), missing)
    if of_train and not set(missing) <= set(splits.values()):
        raise LayoutError(
            f"{of_train[0]}: too few clips to make {' and '.join(missing)} of them "
            "without frames of one in two splits; add other clips, or say in the columns group and "
            "split of a manifest.csv how they are to be divided"
        )
    filled = [*kept, *(replace(entry, split=splits[entry.group]) for entry in train)]
    note = f"splits made from train by the salted hash of the group: {shares_text(missing)}"
    return filled, tuple(dict.fromkeys((note, *of_kept, *notes))), divided


def _group_clips(
    entries: Sequence[Entry], skipping: Collection[str] = (), of_split: bool = True
) -> tuple[list[Entry], tuple[str, ...]]:
    """Make frames of one clip a group, which notes say.

    Intervals count groups: frames of one clip are no independent pictures. A clip that stands in
    several splits stays a leak (`data_prep.checks.leaks.crossing_clips`).

    Args:
        entries: of which some may be frames of clips.
        skipping: groups that stay: a forgery 000_003 of an original that is there is no frame 003
            of a clip 000.
        of_split: whether the group's name holds the split. A clip is no name across given splits:
            train/real/clip1_1.jpg and test/real/clip1_2.jpg may differ.
    """
    clip_of = find_clips(
        (entry.key, entry.label, entry.group) for entry in entries if entry.group not in skipping
    )
    grouped = [
        replace(entry, group=f"{entry.split}/" * of_split + clip_of[entry.key])
        if entry.key in clip_of
        else entry
        for entry in entries
    ]
    return grouped, (note_of_clips(clip_of), UNAVERAGED) if clip_of else ()


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
