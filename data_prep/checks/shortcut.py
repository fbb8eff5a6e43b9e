"""Whether the files give the label away before a pixel is looked at."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Protocol

_SUSPICIOUS = 0.1


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
    def container(self) -> str:
        """Format, size and, for JPEG, the quantisation tables."""
        ...


def shortcut_accuracy(pictures: Sequence[Contained]) -> tuple[float, float]:
    """Return how well the file's format, size and quantisation tables alone tell real from fake.

    A container is given the label it has most often in train; one unknown there is given train's
    most frequent label.

    Args:
        pictures: all pictures of the set.

    Returns:
        The accuracy of that rule outside of train, and of always guessing train's most frequent
        label; both 0 where there is nothing to judge by.
    """
    train = [picture for picture in pictures if picture.split == "train"]
    others = [picture for picture in pictures if picture.split != "train"]
    if not train or not others:
        return 0.0, 0.0
    frequent = Counter(picture.label for picture in train).most_common(1)[0][0]
    labels: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for picture in train:
        labels[picture.container][picture.label] += 1
    rule = {container: counts.most_common(1)[0][0] for container, counts in labels.items()}
    right = sum(rule.get(picture.container, frequent) == picture.label for picture in others)
    guessed = sum(picture.label == frequent for picture in others)
    return right / len(others), guessed / len(others)


def shortcut_warning(pictures: Sequence[Contained]) -> str | None:
    """Return a warning if the files alone are right 10 points more often than guessing, or None."""
    accuracy, guessing = shortcut_accuracy(pictures)
    if accuracy < guessing + _SUSPICIOUS:
        return None
    return (
        f"format, size and JPEG quantisation of the files alone tell real from fake in "
        f"{accuracy:.0%} of the validation and test pictures (guessing: {guessing:.0%}): a "
        "detector may learn the files instead of the faces; give both classes the same encoding"
    )
