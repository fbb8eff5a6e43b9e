"""The synthetic world: who lives in it, in which split, and who is forged with whom."""

from __future__ import annotations

from dataclasses import dataclass

VERSION = 2
"""The generator's version: raise it when frames change for the same seed."""


@dataclass(frozen=True)
class World:
    """A number of people, two to a pair, each in a clip of their own.

    Attributes:
        seed: decides everything that is drawn.
        train: pairs in the training split; a pair is in one split only.
        validation: pairs in the validation split.
        test: pairs in the test split.
        frames: length of every clip.
    """

    seed: int = 2027
    train: int = 100
    validation: int = 12
    test: int = 18
    frames: int = 5

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            ValueError: a split without a pair, a clip without frames, or more than 1,000 people.
        """
        if min(self.train, self.validation, self.test) < 1 or self.frames < 1:
            raise ValueError(f"every split needs a pair and every clip a frame: {self}")
        if 2 * (self.train + self.validation + self.test) > 1000:
            raise ValueError(f"names have three digits, so 1,000 people are the most: {self}")

    def name(self, *compressions: str) -> str:
        """Return what tells this world's videos from others, as the name of a folder."""
        sizes = f"{self.train}-{self.validation}-{self.test}x{self.frames}"
        return "-".join([f"v{VERSION}", f"seed{self.seed}", sizes, *compressions])

    def pairs(self) -> dict[str, list[tuple[int, int]]]:
        """Return the pairs of people in each split."""
        begin = 0
        pairs = {}
        for split in ("train", "validation", "test"):
            end = begin + getattr(self, split)
            pairs[split] = [(2 * pair, 2 * pair + 1) for pair in range(begin, end)]
            begin = end
        return pairs


def person_name(number: int) -> str:
    """Return the name of a person's clip: three digits."""
    return f"{number:03d}"
