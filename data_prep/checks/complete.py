"""Checks that a set can be trained and tested on, and what its user should be warned of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from data_prep.checks.excerpts import first_names
from data_prep.schema import LABELS, SPLITS

_NAMED = 5

NO_FACE = "no face was found"
"""How the reason begins why a video without a face was left out, which is no fault of the file."""


class PreparationError(ValueError):
    """The pictures cannot become a set that one could train and test on."""


class Grouped(Protocol):
    """What the checks look at in a picture."""

    @property
    def group(self) -> str:
        """What must not be split."""
        ...

    @property
    def split(self) -> str:
        """`train`, `validation` or `test`."""
        ...

    @property
    def label(self) -> int:
        """Real 0, fake 1."""
        ...


def check_classes_and_splits(
    pictures: Iterable[Grouped], where: object, *, trained: bool = False
) -> None:
    """Check that train holds both classes and that no split is empty.

    A set without train is one for testing only, which may be of one class and of one split.

    Args:
        pictures: all pictures.
        where: what the texts name.
        trained: whether the set is to have a train, however many of its pictures are left.

    Raises:
        PreparationError: otherwise.
    """
    pictures = list(pictures)
    counts = Counter((picture.split, picture.label) for picture in pictures)
    if counts and not trained and not any(counts["train", label] for label in range(len(LABELS))):
        return
    for label, name in enumerate(LABELS):
        if not any(counts[split, label] for split in SPLITS):
            raise PreparationError(
                f"{where} holds no {name} pictures that can be read: a detector needs both classes"
            )
        if not counts["train", label]:
            raise PreparationError(
                f"the split train of {where} holds no {name} pictures that can be read"
            )
    for split in SPLITS:
        if not any(counts[split, label] for label in range(len(LABELS))):
            groups = sorted({picture.group for picture in pictures})
            raise PreparationError(
                f"the split {split} of {where} is empty: put pictures there that can be read, or "
                "give more groups (videos, or pictures) to split; the groups are "
                f"{first_names(groups, _NAMED)}"
            )


def check_skipped(skipped: Sequence[tuple[str, str]], limit: int, kind: str = "pictures") -> None:
    """Check the number of pictures, or of what `kind` says, that were left out.

    Videos in which no face was found (`NO_FACE`) are not counted.

    Args:
        skipped: (name, reason) of each.
        limit: how many may be left out.
        kind: what the text calls them.

    Raises:
        PreparationError: there are more; the text lists them.
    """
    counted = [(name, reason) for name, reason in skipped if not reason.startswith(NO_FACE)]
    if len(counted) > limit:
        names = "\n".join(f"  {name}: {reason}" for name, reason in counted)
        raise PreparationError(
            f"more than {limit} {kind} cannot be used; repair or remove them, or raise the skip "
            f"limit:\n{names}"
        )


def crossing_groups(pictures: Iterable[Grouped]) -> Mapping[str, tuple[str, ...]]:
    """Return the groups that stand in more than one split, with these splits."""
    splits: defaultdict[str, set[str]] = defaultdict(set)
    for picture in pictures:
        splits[picture.group].add(picture.split)
    return {
        group: tuple(split for split in SPLITS if split in present)
        for group, present in sorted(splits.items())
        if len(present) > 1
    }


def warnings_of(pictures: Iterable[Grouped]) -> list[str]:
    """Return a warning of every evaluation split that is there and holds one class only."""
    counts = Counter((picture.split, picture.label) for picture in pictures)
    present = {split for split, _ in counts}
    return [
        f"the split {split} holds no {name} pictures: no AUC can be had there"
        for split in ("validation", "test")
        for label, name in enumerate(LABELS)
        if split in present and not counts[split, label]
    ]


def warn_not_forged(keys: Sequence[str]) -> list[str]:
    """Return a warning of forged pictures with a mask of which no pixel is in their crop."""
    if not keys:
        return []
    named = ", ".join(keys[:_NAMED]) + (", ..." if len(keys) > _NAMED else "")
    return [
        f"{len(keys)} forged pictures show nothing forged: no pixel of their mask is in their crop "
        f"({named}); is another face forged than the one cropped?"
    ]
