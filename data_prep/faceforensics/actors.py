"""DeepFakeDetection: its names, and splits by the actor whose frames are shown.

The set has no official split, and every actor was forged with several others: only the target can
be kept together. A source's face may therefore stand in two splits, which the data card says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from data_prep.faceforensics.splits import Member, Splits
from data_prep.schema import FAKE, REAL
from data_prep.source.split_groups import SALT, shares_text, split_groups

ACTORS = "actors"
"""Where its originals lie in original_sequences: `01__walking`, <actor>__<scene>."""

METHOD = "DeepFakeDetection"
"""Where its forgeries lie: `01_02__walking__ABCDEFGH`, <target>_<source>__<scene>__<8 signs>."""

NOTE = (
    f"{METHOD} has no official split: made by the salted hash of the target actor, "
    f"{shares_text()}; the faces of source actors stand in several splits"
)

_ORIGINAL = re.compile(r"(\d+)__(.+)")
_FORGERY = re.compile(r"(\d+)_\d+__(.+)__[A-Za-z0-9]{8}")


def split_actors(originals: Iterable[str], forgeries: Iterable[str], salt: str = SALT) -> Splits:
    """Place the videos of actors by their names; others are left out.

    Args:
        originals: names without suffix.
        forgeries: likewise.
        salt: see `data_prep.source.split_groups`.

    Returns:
        The group of each is `actor_01`, the target actor.
    """
    real = {name: parts for name in originals if (parts := _ORIGINAL.fullmatch(name))}
    fake = {name: parts for name in forgeries if (parts := _FORGERY.fullmatch(name))}
    labels = [(parts[1], REAL) for parts in real.values()]
    labels += [(parts[1], FAKE) for parts in fake.values()]
    splits = split_groups(labels, salt=salt)

    def member(parts: re.Match[str]) -> Member:
        return Member(splits[parts[1]], f"actor_{parts[1]}", f"{parts[1]}__{parts[2]}")

    return Splits(
        {name: member(parts) for name, parts in real.items()},
        {name: member(parts) for name, parts in fake.items()},
    )
