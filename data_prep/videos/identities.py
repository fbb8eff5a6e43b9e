"""People that are seen on both sides of a test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_NAMED = 5


def shared_identities(people: Mapping[str, tuple[str, Iterable[str]]]) -> list[str]:
    """Return a leak of the identities that stand in the test and outside of it; none if none do.

    Args:
        people: video -> its split, and who is seen in it.
    """
    test = {video: set(seen) for video, (split, seen) in people.items() if split == "test"}
    others = {who for split, seen in people.values() if split != "test" for who in seen}
    shared = set().union(*test.values()) & others
    if not shared:
        return []
    number = sum(bool(seen & shared) for seen in test.values())
    more = ", ..." if len(shared) > _NAMED else ""
    return [
        f"{len(shared)} identities of the official test ({', '.join(sorted(shared)[:_NAMED])}"
        f"{more}), seen in {number} of its {len(test)} videos, stand in train or validation too: "
        "the test is not one of unseen people"
    ]
