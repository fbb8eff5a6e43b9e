"""Whether the files give the label away before a pixel is looked at."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

_SUSPICIOUS = 0.1
_CHANCE = 0.01


class Contained(Protocol):
    """What is known of a picture's file."""

    @property
    def split(self) -> str:
        """`train`, `validation` or `test`."""
        ...

    @property
    def label(self) -> int:
        """Real 0, fake 1."""
        ...

    @property
    def group(self) -> str:
        """What must not be split."""
        ...

    @property
    def container(self) -> str:
        """Format, size and, for JPEG, the quantisation tables."""
        ...


class Shortcut(NamedTuple):
    """How well the files alone tell real from fake, outside of train.

    Attributes:
        accuracy: of the rule that a container has the label it has most often in train.
        guessing: the accuracy of always saying train's most frequent label.
        chance: how likely guessing is to be right as often as the rule, if it knows which class is
            the larger one. A group counts once for each of its classes, since frames of a video
            come in one container.
    """

    accuracy: float
    guessing: float
    chance: float


def find_shortcut(pictures: Sequence[Contained]) -> Shortcut | None:
    """Return how well the file's format, size and quantisation tables alone tell real from fake.

    A container that is unknown in train is given train's most frequent label.

    Args:
        pictures: all pictures of the set.

    Returns:
        The shortcut; None where there is nothing to judge by.
    """
    from scipy.special import bdtrc

    train = [picture for picture in pictures if picture.split == "train"]
    others = [picture for picture in pictures if picture.split != "train"]
    if not train or not others:
        return None
    frequent = Counter(picture.label for picture in train).most_common(1)[0][0]
    labels: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for picture in train:
        labels[picture.container][picture.label] += 1
    rule = {container: counts.most_common(1)[0][0] for container, counts in labels.items()}

    def by_rule(picture: Contained) -> bool:
        return rule.get(picture.container, frequent) == picture.label

    def by_guess(picture: Contained) -> bool:
        return picture.label == frequent

    right, guessed = _right_groups(others, by_rule), _right_groups(others, by_guess)
    groups = len({(picture.group, picture.label) for picture in others})
    base = max(guessed, groups - guessed) / groups
    return Shortcut(
        accuracy=sum(map(by_rule, others)) / len(others),
        guessing=sum(map(by_guess, others)) / len(others),
        # Of a binomial, that so many or more are right.
        chance=float(bdtrc(right - 1, groups, base)) if right else 1.0,
    )


def _right_groups(pictures: Sequence[Contained], right: Callable[[Contained], bool]) -> int:
    """Return how many groups a rule is right of, in pictures of their mean; rounded down."""
    verdicts: defaultdict[tuple[str, int], list[bool]] = defaultdict(list)
    for picture in pictures:
        verdicts[picture.group, picture.label].append(right(picture))
    return int(sum(sum(group) / len(group) for group in verdicts.values()) + 1e-9)


def shortcut_warning(pictures: Sequence[Contained]) -> str | None:
    """Return a warning if the files alone are right 10 points more often than guessing, or None.

    None, too, where guessing would be right as often in one set of a hundred: few pictures say
    nothing.
    """
    found = find_shortcut(pictures)
    if found is None or found.accuracy < found.guessing + _SUSPICIOUS or found.chance > _CHANCE:
        return None
    return (
        f"format, size and JPEG quantisation of the files alone tell real from fake in "
        f"{found.accuracy:.0%} of the validation and test pictures (guessing: "
        f"{found.guessing:.0%}): a detector may learn the files instead of the faces; give both "
        "classes the same encoding"
    )
