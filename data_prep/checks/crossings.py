"""What stands in more than one split, and how it is said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from data_prep.checks.complete import PreparationError
from data_prep.checks.excerpts import count_text, first_lines

_NAMED = 5
_LISTED = 100

# What is said of one leak of each kind, and of several.
GROUPS = ("group stands in more than one split", "groups stand in more than one split")
CLIPS = (
    "clip stands by the names of its frames in more than one split",
    "clips stand by the names of their frames in more than one split",
)
IDENTICAL = ("picture stands in more than one split", "pictures stand in more than one split")
NEAR = (
    "picture has a nearly identical one in another split",
    "pictures have a nearly identical one in another split",
)
TWO_LABELS = (
    "picture is real in one place, fake in another",
    "pictures are real in one place, fake in another",
)


@dataclass(frozen=True)
class Crossing:
    """What stands in more than one split.

    Attributes:
        names: the group, or the keys of the pictures.
        splits: in the order of `SPLITS`.
        pictures: how many stand there.
    """

    names: tuple[str, ...]
    splits: tuple[str, ...]
    pictures: int


@dataclass(frozen=True)
class Leaks:
    """All that was found.

    Attributes:
        groups: that stand in more than one split.
        clips: of which frames, by their names (`data_prep.checks.clips`), stand in more than one
            split. Those that are a group are not counted again.
        identical: pictures with identical pixels in more than one split, one entry for each
            distinct picture.
        near: pictures of validation and test of which train (for test, also validation) has a
            nearly identical one; the first name is theirs. Those that have an identical one are
            not counted again.
        two_labels: the keys of pictures with identical pixels that are real and fake, one entry
            for each distinct picture. Nearly identical ones may be: a subtle forgery is near its
            original.
        within_a_split: further copies of a picture inside one split, which are no leak.
    """

    groups: tuple[Crossing, ...] = ()
    identical: tuple[Crossing, ...] = ()
    near: tuple[Crossing, ...] = ()
    two_labels: tuple[tuple[str, ...], ...] = ()
    within_a_split: int = 0
    clips: tuple[Crossing, ...] = ()

    def __bool__(self) -> bool:
        """Return whether there is a leak."""
        return bool(self.groups or self.clips or self.identical or self.near or self.two_labels)


def own(leaks: Leaks, made_splits: Collection[str]) -> Leaks:
    """Return those of the leaks that lead from one of `made_splits` into another."""

    def mine(crossings: Iterable[Crossing]) -> tuple[Crossing, ...]:
        return tuple(
            crossing for crossing in crossings if len(set(crossing.splits) & set(made_splits)) > 1
        )

    return Leaks(mine(leaks.groups), mine(leaks.identical), mine(leaks.near))


def refuse_leaks(leaks: Leaks, *, strict: bool, remedy: str = "") -> None:
    """Refuse leaks, with a list of at most 100 of each kind.

    Args:
        leaks: those that are not allowed.
        strict: whether no leaks are, or only those of the program's own split.
        remedy: what can be done about them beside removing the copies, where the set's splits and
            groups can be given.

    Raises:
        PreparationError: there is one.
    """
    if not leaks:
        return
    why = "no leaks are allowed (strict), but" if strict else "the split made here is wrong:"
    named = (
        (leaks.groups, ""),
        (leaks.clips, ""),
        (leaks.identical, " = "),
        (leaks.near, " like "),
    )
    by_kind = [[_text(crossing, between) for crossing in kind] for kind, between in named]
    by_kind.append([f"{' = '.join(keys)} has two labels" for keys in leaks.two_labels])
    lines = "\n".join(first_lines(texts, _LISTED) for texts in by_kind if texts)
    warned = "leave --strict out: then the data card warns of them" if strict else ""
    advice = ", or ".join(filter(None, ("Remove the copies", remedy, warned)))
    raise PreparationError(f"{why} {' and '.join(_counts(leaks))}\n{lines}\n{advice}")


def leak_warnings(leaks: Leaks) -> list[str]:
    """Return a warning for each kind of leak, with counts and a few examples."""
    warnings = []
    if leaks.groups:
        number = sum(crossing.pictures for crossing in leaks.groups)
        warnings.append(
            count_text(
                len(leaks.groups),
                f"group with {count_text(number, 'picture')} stands in more than one split ",
                f"groups with {number:,} pictures stand in more than one split ",
            )
            + f"({examples(leaks.groups)}): if these are the same videos, the test is "
            "not independent"
        )
    if leaks.clips:
        number = sum(crossing.pictures for crossing in leaks.clips)
        warnings.append(
            f"{len(leaks.clips)} clips with {number} pictures, by the names before their numbers, "
            f"stand in more than one split ({examples(leaks.clips)}): if these are frames of "
            "the same videos, the test is not independent"
        )
    if leaks.identical:
        warnings.append(
            f"{count_text(len(leaks.identical), *IDENTICAL)}: what is tested was also trained on"
        )
    if leaks.near:
        warnings.append(
            f"{len(leaks.near)} pictures of validation and test are nearly identical to one of "
            f"another split ({examples(leaks.near, ' like ')}): the test is not independent"
        )
    if leaks.two_labels:
        warnings.append(count_text(len(leaks.two_labels), *TWO_LABELS))
    return warnings


def _counts(leaks: Leaks) -> list[str]:
    kinds = (
        (leaks.groups, GROUPS),
        (leaks.clips, CLIPS),
        (leaks.identical, IDENTICAL),
        (leaks.near, NEAR),
        (leaks.two_labels, TWO_LABELS),
    )
    return [count_text(len(leaked), *what) for leaked, what in kinds if leaked]


def _text(crossing: Crossing, between: str) -> str:
    return f"{between.join(crossing.names)} in {' and '.join(crossing.splits)}"


def examples(crossings: Sequence[Crossing], between: str = "") -> str:
    """Return a few of what stands in more than one split, with `between` between the names."""
    return "; ".join(_text(crossing, between) for crossing in crossings[:_NAMED])
