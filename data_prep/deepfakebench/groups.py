"""What the names of videos say: the original that is shown, and the group of both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from data_prep.celebdf.names import CELEBRITIES, FORGERIES, read_name
from data_prep.checks.clips import CELEBRITY
from data_prep.checks.pairs import PAIR, linked

_ACTOR = re.compile(r"(\d+)(?:_\d+)?__(.+?)(?:__[A-Za-z0-9]{8})?")
_UADFV = re.compile(r"(\d{4})_fake")


class Named(NamedTuple):
    """What a name says.

    Attributes:
        target: the original whose frames are shown.
        group: what must not be split; empty where the name says nothing.
        identities: who is seen, where Celeb-DF's names say it.
    """

    target: str
    group: str = ""
    identities: tuple[str, ...] = ()


def read_names(videos: Sequence[tuple[str, bool]]) -> list[Named]:
    """Read the names of all videos of a set together: forgeries link originals.

    `000_003` and `003_000` are in the group `000_003` with both originals; `id0_id1_0000` is in
    that of `id0_0000`; `01_02__walking__ABCDEFGH` in that of the actor 01; `0000_fake` of UADFV in
    that of `0000`.

    Args:
        videos: name and whether it is a forgery.
    """
    forged = [name for name, fake in videos if fake]
    groups = linked(pair.groups() for name in forged if (pair := PAIR.fullmatch(name)))
    groups |= {of[1]: of[1] for name in forged if (of := _UADFV.fullmatch(name))}
    return [_read(name, fake, groups) for name, fake in videos]


def _read(name: str, fake: bool, groups: Mapping[str, str]) -> Named:
    if actor := _ACTOR.fullmatch(name):
        return Named(f"{actor[1]}__{actor[2]}", f"actor_{actor[1]}")
    if CELEBRITY.fullmatch(name):
        named = read_name(FORGERIES if fake else CELEBRITIES, name)
        return Named(named.clip, named.clip, named.identities) if named else Named(name)
    forgery = (PAIR.fullmatch(name) or _UADFV.fullmatch(name)) if fake else None
    target = forgery[1] if forgery else name
    return Named(target, groups.get(target, "") if forgery or not fake else "")
