"""What the folders and names of Celeb-DF say of a video."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from data_prep.media.containers import video_stem
from data_prep.schema import FAKE, REAL

CELEBRITIES = "Celeb-real"
OTHERS = "YouTube-real"
FORGERIES = "Celeb-synthesis"
FOLDERS: Mapping[str, int] = {CELEBRITIES: REAL, OTHERS: REAL, FORGERIES: FAKE}
"""Folder -> label."""

FAMILIES = ("FaceSwap", "FaceReenact", "TalkingFace")
"""Celeb-DF++'s folders in `FORGERIES`, each of which holds a folder a method."""

METHOD_SPELLINGS: Mapping[str, str] = {"Celeb-DF-v2": "Celeb-DF"}
"""The folder of the old forgeries among Celeb-DF++'s, which its authors call by both names."""

VIDEOS = "videos"
"""A folder that some copies put between any of these and the videos; it says nothing."""

_FORMS = {FORGERIES: r"id\d+_id\d+_\d+", CELEBRITIES: r"id\d+_\d+", OTHERS: r"\d+"}
_SPELLINGS = {folder.lower(): folder for folder in FOLDERS}


class Named(NamedTuple):
    """What a name says.

    Attributes:
        clip: the original clip of the target, the group.
        identities: of the target and, in a forgery, the source; none where the name gives none.
    """

    clip: str
    identities: tuple[str, ...]


def official_folder(name: str) -> str | None:
    """Return the folder of `FOLDERS` that a name in any case means."""
    return _SPELLINGS.get(name.lower())


def read_name(folder: str, name: str) -> Named | None:
    """Read a name without suffix in `folder`; None for a forgery that names no target.

    Args:
        folder: of `FOLDERS`.
        name: `id0_0000` or `00170`; in `FORGERIES` `id0_id1_0000` or, of a face that a recording
            of speech drives, `id0_0000_...`.
    """
    parts = name.split("_")
    if folder == FORGERIES:
        if len(parts) < 3 or not all(parts):
            return None
        target, second, third = parts[:3]
        if second.isdecimal():
            return Named(f"{target}_{second}", (target,))
        return Named(f"{target}_{third}", (target, second)) if len(parts) == 3 else None
    # Nobody says who is seen in the videos of YouTube.
    known = folder == CELEBRITIES and len(parts) == 2 and all(parts)
    return Named(name, (parts[0],) if known else ())


def read_path(path: str) -> tuple[str, str] | None:
    """Read a video's path, with any folders before the official one.

    Args:
        path: `YouTube-real/00170.mp4` or `Celeb-synthesis/FaceSwap/SimSwap/id0_id1_0000.mp4`,
            perhaps with backslashes.

    Returns:
        The official folder, and the path from it on without suffix; None if it is no such path.
    """
    parts = path.replace("\\", "/").split("/")
    places = [place for place, part in enumerate(parts[:-1]) if official_folder(part)]
    if not places or ".." in parts:
        return None
    folder = official_folder(parts[places[0]]) or ""
    stem = video_stem(parts[-1])
    between = [
        METHOD_SPELLINGS.get(part, part) for part in parts[places[0] + 1 : -1] if part != VIDEOS
    ]
    if stem is None or not all(between):
        return None
    return folder, "/".join([folder, *between, stem])


def read_bare_name(name: str) -> tuple[str, str] | None:
    """Read `id0_id1_0000.mp4` as `read_path` does: v1 and v2 name the videos of each folder apart.

    None for a name of another form.
    """
    folders = [folder for folder, form in _FORMS.items() if re.fullmatch(rf"{form}\.\w+", name)]
    return read_path(f"{folders[0]}/{name}") if folders else None
