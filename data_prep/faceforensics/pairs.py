"""Splits of a tree without split files: its pairs, as the names of the forgeries make them."""

from __future__ import annotations

from collections.abc import Iterable

from data_prep.faceforensics.splits import Member, Splits
from data_prep.schema import FAKE, REAL
from data_prep.source.split_groups import shares_text, split_groups

NOTE = (
    "there are no official split files: made by the salted hash of the pair, as the names of "
    f"forgeries say it, {shares_text()}; figures are not comparable with those of the "
    "official splits"
)


def split_pairs(originals: Iterable[str], forgeries: Iterable[str]) -> Splits:
    """Place videos by their names; forgeries that are not called <target>_<source> are left out.

    Args:
        originals: names without suffix.
        forgeries: likewise, of all methods.

    Returns:
        The group of each is the originals that forgeries join, officially a pair, by the first two.
    """
    parts = {
        name: (target, source)
        for name in forgeries
        for target, _, source in [name.partition("_")]
        if target.isdecimal() and source.isdecimal()
    }
    joined = {name: {name} for name in originals if name.isdecimal()}
    for pair in parts.values():
        members = set().union(*(joined.get(name, {name}) for name in pair))
        joined |= dict.fromkeys(members, members)
    groups = {name: "_".join(sorted(members)[:2]) for name, members in joined.items()}
    labels = [(groups[name], REAL) for name in joined if name in set(originals)]
    labels += [(groups[target], FAKE) for target, _ in parts.values()]
    splits = split_groups(labels)

    def member(target: str) -> Member:
        return Member(splits[groups[target]], groups[target], target)

    return Splits(
        {name: member(name) for name in joined if groups[name] in splits},
        {name: member(target) for name, (target, _) in parts.items()},
        made=True,
    )
