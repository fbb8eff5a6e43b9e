"""Forgeries named after their originals, `000_003` of `000` by `003`: one group with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from data_prep.checks.clips import CELEBRITY

PAIR = re.compile(r"(\d{3})_(\d{3})(?!\d)")
"""Target and source of a forgery of FaceForensics++."""

NOTE_OF_PAIRS = (
    "forgeries are in the group of their originals, which their names give (000_003: those of 000 "
    "and 003, or of 000 alone where all names hang together; id0_id1_0000: id0_0000)"
)


def linked(pairs: Iterable[Sequence[str]]) -> dict[str, str]:
    """Return original -> the names of both that a forgery links, joined by `_`.

    Where targets and sources are not swapped in pairs (`000_001`, `001_002`), all might hang
    together as one group: then a target stands for itself, and sources link nothing.

    Args:
        pairs: target and source of each forgery.
    """
    pairs = list(pairs)
    together: dict[str, set[str]] = {}
    for a, b in pairs:
        both = together.get(a, {a}) | together.get(b, {b})
        together.update(dict.fromkeys(both, both))
    if any(len(names) > 2 for names in together.values()):
        return {target: target for target, _ in pairs}
    return {name: "_".join(sorted(names)) for name, names in together.items()}


def original_groups(groups: Iterable[tuple[str, int]]) -> dict[str, str]:
    """Return the group of originals and forgeries in place of those that stand for one of them.

    Only where a forgery's target is there under its name: other sets number otherwise.

    Args:
        groups: name and label of the group of each picture.

    Returns:
        Group -> group, of those that change.
    """
    of_class: tuple[dict[str, str], dict[str, str]] = {}, {}
    for group, label in set(groups):
        of_class[label][group.removeprefix("train/")] = group
    originals, fakes = of_class
    pairs = [pair for pair in map(PAIR.fullmatch, fakes) if pair and pair[1] in originals]
    joined = linked(pair.groups() for pair in pairs)
    joined |= {pair[0]: joined[pair[1]] for pair in pairs}
    for clip in filter(None, map(CELEBRITY.fullmatch, fakes)):
        if "_".join(clip.groups()) in originals:
            joined[clip[0]] = "_".join(clip.groups())
    return {
        group: group.removesuffix(name) + joined[name]
        for named in of_class
        for name, group in named.items()
        if name in joined and joined[name] != name
    }
