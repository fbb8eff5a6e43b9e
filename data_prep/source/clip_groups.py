"""Frames of one clip, by their names, kept together where splits are made here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data_prep.checks.clips import clips, stem

_NAMED = 3

UNAVERAGED = (
    "frame scores are not averaged over a clip: name the videos in a column video of a "
    "manifest.csv, or prepare the folder with python -m data_prep.videos_split"
)
"""What a note of clips says of pictures that are no frames of a video in the records."""


def find_clips(pictures: Iterable[tuple[str, int, str]]) -> dict[str, str]:
    """Return the clip of each picture that is one of its frames and has no other group.

    Args:
        pictures: key, label and group of each that is to be divided.

    Returns:
        Key -> clip.
    """
    alone = [
        (key, stem(key), label)
        for key, label, group in pictures
        if group in (key, stem(key), f"train/{stem(key)}")
    ]
    clip_of = clips((name, label) for _, name, label in alone)
    return {key: clip_of[name] for key, name, _ in alone if name in clip_of}


def note_of_clips(clip_of: Mapping[str, str]) -> str:
    """Return the note that these pictures were grouped by their names."""
    found = sorted(set(clip_of.values()))
    named = ", ".join(found[:_NAMED]) + (", ..." if len(found) > _NAMED else "")
    return (
        f"{len(clip_of)} pictures are frames of {len(found)} clips, by the names before their "
        f"numbers ({named}), and each clip is a group"
    )
