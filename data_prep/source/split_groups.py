"""Splits made by us: by the hash of the group, so that no group is ever divided."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

MADE_SPLITS: Mapping[str, float] = {"validation": 0.1, "test": 0.1}


def split_groups(
    members: Iterable[tuple[str, int]], fractions: Mapping[str, float] = MADE_SPLITS
) -> dict[str, str]:
    """Assign whole groups to splits, in the order of the sha256 of their names.

    Groups of real pictures only, of fake ones only, and of both are divided apart from each other,
    so that each split gets its share of each class; each part gives at least one group to every
    split as long as it has more groups than there are splits to fill.

    Args:
        members: (group, label) of every picture.
        fractions: the share of the groups that goes to each split but `train`, in (0, 1).

    Returns:
        The split of every group: `train` or a key of `fractions`.
    """
    labels: defaultdict[str, set[int]] = defaultdict(set)
    for group, label in members:
        labels[group].add(label)
    strata: defaultdict[tuple[int, ...], list[str]] = defaultdict(list)
    for group, present in labels.items():
        strata[tuple(sorted(present))].append(group)
    assigned: dict[str, str] = {}
    for groups in strata.values():
        groups.sort(key=lambda group: hashlib.sha256(group.encode("utf-8")).digest())
        begin = 0
        for split, fraction in fractions.items():
            wanted = max(1, round(len(groups) * fraction)) if len(groups) > len(fractions) else 0
            assigned.update(dict.fromkeys(groups[begin : begin + wanted], split))
            begin += wanted
        assigned.update(dict.fromkeys(groups[begin:], "train"))
    return assigned
