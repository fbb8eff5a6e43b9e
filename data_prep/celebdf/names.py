"""What the folders and names of Celeb-DF say of a video."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from data_prep.schema import FAKE, REAL

CELEBRITIES = "Celeb-real"
OTHERS = "YouTube-real"
FORGERIES = "Celeb-synthesis"
FOLDERS: Mapping[str, int] = {CELEBRITIES: REAL, OTHERS: REAL, FORGERIES: FAKE}
"""Folder -> label."""


class Named(NamedTuple):
    """What a name says.

    Attributes:
        clip: the original whose frames the video shows, the group.
        identities: of the target and, in a forgery, the source; none where the name gives none.
    """

    clip: str
    identities: tuple[str, ...]


def read_name(folder: str, name: str) -> Named | None:
    """Read a name without suffix in `folder`; None for a forgery that names no target.

    Args:
        folder: of `FOLDERS`.
        name: `id0_0000`, `00170` or `id0_id1_0000`.
    """
    parts = name.split("_")
    if folder == FORGERIES:
        if len(parts) != 3 or not all(parts):
            return None
        target, source, clip = parts
        return Named(f"{target}_{clip}", (target, source))
    # Nobody says who is seen in the videos of YouTube.
    known = folder == CELEBRITIES and len(parts) == 2 and all(parts)
    return Named(name, (parts[0],) if known else ())
