"""Long-tailed training sets: of some forgery methods a share of the videos only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from data_prep.checks.complete import PreparationError
from data_prep.schema import REAL_METHOD
from data_prep.source.split_groups import hash_order
from data_prep.videos.video_set import VideoSet

TRAIN = "train"
"""The only split that gets a long tail."""

SALT = "jaxticket long tail "
"""Before every name that is hashed; versions before it had none."""


def read_shares(text: str) -> dict[str, float]:
    """Return the share of each method, from `Swap:0.1,SelfBlend:0.3`; none from an empty text.

    Raises:
        PreparationError: a part has another form, a share is not in (0, 1], a method stands there
            twice, or it is `real`.
    """
    shares: dict[str, float] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        method, colon, number = part.rpartition(":")
        try:
            share = float(number)
        except ValueError:
            share = None
        if not method or not colon or share is None:
            raise PreparationError(
                f"long_tail names {part!r}, but must be methods with their shares, such as "
                "Swap:0.1,SelfBlend:0.3"
            )
        if not 0 < share <= 1:
            raise PreparationError(
                f"long_tail keeps a share of {number} of {method}, but must keep more than 0 and "
                "at most 1"
            )
        if method in shares:
            raise PreparationError(f"long_tail names {method} more than once")
        if method == REAL_METHOD:
            raise PreparationError("long_tail thins forgery methods; real videos always stay")
        shares[method] = share
    return shares


def with_long_tail(videos: VideoSet, shares: Mapping[str, float], salt: str = SALT) -> VideoSet:
    """Return the same set with a share of a method's training videos only; other splits stay whole.

    Which videos stay is decided by a salted hash of their names: it is the same at every
    compression, and a smaller share is a part of a larger one. Their number is rounded; one stays
    at least.

    Args:
        videos: the set to be.
        shares: method -> share in (0, 1]; methods that are not named keep all.
        salt: `SALT`, or empty for the choice of earlier versions.

    Returns:
        The set with a note of what was left out; itself where nothing is.

    Raises:
        PreparationError: the set has no such method.
    """
    forgeries = [method for method in videos.methods if method != REAL_METHOD]
    unknown = [method for method in shares if method not in forgeries]
    if unknown:
        raise PreparationError(
            f"long_tail names {', '.join(unknown)}; the forgery methods of {videos.root} are "
            f"{', '.join(forgeries)}"
        )
    left_out: set[str] = set()
    stays = []
    for method, share in shares.items():
        names = [
            video.video for video in videos.videos if (video.method, video.split) == (method, TRAIN)
        ]
        stay = hash_order(names, salt)[: max(1, round(share * len(names)))]
        if len(stay) < len(names):
            left_out |= set(names).difference(stay)
            stays.append(f"{len(stay):,} of {len(names):,} {method} videos")
    if not left_out:
        return videos
    rule = "salted hash" if salt else "hash"
    note = (
        f"long-tailed: training keeps {', '.join(stays)}, chosen by a {rule} of their names; "
        "validation and test are whole"
    )
    return replace(
        videos,
        videos=tuple(video for video in videos.videos if video.video not in left_out),
        notes=(*videos.notes, note),
    )
