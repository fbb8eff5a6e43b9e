"""Splits made by us: by a salted hash of the group, so that no group is ever divided."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

MADE_SPLITS: Mapping[str, float] = {"validation": 0.1, "test": 0.1}

SALT = "jaxticket split "
"""Before every name that is hashed: a list that somebody divided by the hash of the same names is
divided independently of that. Versions before it had none."""

UNSALTED = ""

Member = tuple[str, int] | tuple[str, int, str]
"""(group, label) of a picture or video, and perhaps its method."""


def split_groups(
    members: Iterable[Member], fractions: Mapping[str, float] = MADE_SPLITS, salt: str = SALT
) -> dict[str, str]:
    """Assign whole groups to splits, in the order of the sha256 of their salted names.

    Groups of real pictures only, of fake ones only, and of both are divided apart from each other,
    so that each split gets its share of each class; each part gives at least one group to every
    split as long as it has more groups than there are splits to fill. Inside a part, every split
    gets the methods in the proportions of the whole, as far as whole groups allow.

    Args:
        members: of every picture.
        fractions: the share of the groups that goes to each split but `train`, in (0, 1).
        salt: `SALT`, or `UNSALTED` for the splits of earlier versions.

    Returns:
        The split of every group: `train` or a key of `fractions`.
    """
    labels: defaultdict[str, set[int]] = defaultdict(set)
    methods: defaultdict[str, set[str]] = defaultdict(set)
    for group, label, *method in members:
        labels[group].add(label)
        methods[group].update(method)
    parts: defaultdict[tuple[int, ...], list[str]] = defaultdict(list)
    for group, present in labels.items():
        parts[tuple(sorted(present))].append(group)
    assigned: dict[str, str] = {}
    for part in parts.values():
        groups = _ordered(part, methods, salt)
        begin = 0
        for split, fraction in fractions.items():
            wanted = max(1, round(len(groups) * fraction)) if len(groups) > len(fractions) else 0
            assigned.update(dict.fromkeys(groups[begin : begin + wanted], split))
            begin += wanted
        assigned.update(dict.fromkeys(groups[begin:], "train"))
    return assigned


def shares_text(shares: Mapping[str, float] = MADE_SPLITS) -> str:
    """Return the share of each split for a note: `10% for validation and 10% for test`."""
    return " and ".join(f"{share:.0%} for {split}" for split, share in shares.items())


def hash_order(names: Iterable[str], salt: str) -> list[str]:
    """Return the names in the order of the sha256 of each with the salt before it."""
    return sorted(names, key=lambda name: hashlib.sha256(f"{salt}{name}".encode()).digest())


def _ordered(groups: Iterable[str], methods: Mapping[str, set[str]], salt: str) -> list[str]:
    """Return the groups by hash, those of different methods evenly mixed."""
    alike: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for group in hash_order(groups, salt):
        alike[tuple(sorted(methods[group]))].append(group)
    places = {
        group: (place + 0.5) / len(same)
        for same in alike.values()
        for place, group in enumerate(same)
    }
    return sorted(hash_order(places, salt), key=places.__getitem__)
