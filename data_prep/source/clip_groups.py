"""Frames of one clip, by their names, kept together where splits are made here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from data_prep.checks.clips import clips, stem

if TYPE_CHECKING:
    from data_prep.source.arrange import Entry

_NAMED = 3


def group_clips(entries: Sequence[Entry]) -> tuple[list[Entry], str]:
    """Give the frames of a clip one group, where splits are to be made out of train.

    Entries that have a group by more than their own name keep it.

    Args:
        entries: in train those that are to be divided.

    Returns:
        The entries, and a note that says which clips were seen; empty where there are none.
    """
    alone = {
        entry.key: stem(entry.key)
        for entry in entries
        if entry.split == "train"
        and entry.group in (entry.key, stem(entry.key), f"train/{stem(entry.key)}")
    }
    clip_of = clips((alone[entry.key], entry.label) for entry in entries if entry.key in alone)
    # A clip is no name across given splits: train/real/clip1_1.jpg and test/real/clip1_2.jpg.
    before = "train/" if any(entry.split != "train" for entry in entries) else ""
    frames = {key: clip_of[name] for key, name in alone.items() if name in clip_of}
    if not frames:
        return list(entries), ""
    found = sorted(set(frames.values()))
    named = ", ".join(found[:_NAMED]) + (", ..." if len(found) > _NAMED else "")
    grouped = [
        replace(entry, group=f"{before}{frames[entry.key]}") if entry.key in frames else entry
        for entry in entries
    ]
    return grouped, (
        f"{len(frames)} pictures are frames of {len(found)} clips, by the names before their "
        f"numbers ({named}), and each clip is a group"
    )
