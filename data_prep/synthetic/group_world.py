"""The synthetic world of group pictures: how many there are, and in which split of a release."""

from __future__ import annotations

from dataclasses import dataclass

VERSION = 1
"""The generator's version: the same version and seed give the same group pictures."""

PEOPLE_PER_PICTURE = 10
"""Numbers set aside for a picture: those who stand in it, and those whose faces are swapped in."""

_FIRST_PERSON = 100_000  # no person of the world of clips


@dataclass(frozen=True)
class GroupWorld:
    """A number of group pictures; nobody stands in two of them.

    Attributes:
        seed: decides everything that is drawn.
        train: pictures of the split Train.
        validation: pictures of Val.
        test: pictures of Test-Dev.
        challenge: pictures of Test-Challenge, corrupted by weather and colour.
    """

    seed: int = 2027
    train: int = 260
    validation: int = 40
    test: int = 60
    challenge: int = 60

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            ValueError: a split without a picture.
        """
        if min(self.train, self.validation, self.test, self.challenge) < 1:
            raise ValueError(f"every split needs a picture: {self}")

    def name(self) -> str:
        """Return what tells this world's pictures from others, as the name of a folder."""
        sizes = f"{self.train}-{self.validation}-{self.test}-{self.challenge}"
        return f"groups-v{VERSION}-seed{self.seed}-{sizes}"

    def splits(self) -> dict[str, range]:
        """Return the numbers of the pictures in each split of the release."""
        sizes = {
            "Train": self.train,
            "Val": self.validation,
            "Test-Dev": self.test,
            "Test-Challenge": self.challenge,
        }
        begin, numbers = 0, {}
        for split, size in sizes.items():
            numbers[split] = range(begin, begin + size)
            begin += size
        return numbers


def first_person(picture: int) -> int:
    """Return the number of the first person set aside for a picture."""
    return _FIRST_PERSON + PEOPLE_PER_PICTURE * picture
