"""What a calibration says: temperature, thresholds, and what came out at them."""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

Rate = Annotated[float, Meta(gt=0, lt=1)]
Part = Annotated[float, Meta(ge=0, le=1)]
Number = Annotated[int, Meta(ge=0)]
SIDES = (1, 8000)
"""Of the shorter sides of pictures, pixels: those that are larger are not read."""


class Threshold(Struct, frozen=True, kw_only=True):
    """A bound on how often a score lies beyond; a score is a log odds of fake.

    Attributes:
        value: the threshold; None where the groups are too few for the bound.
        groups: that it was found by, with one example each.
        beyond: how many of them lie beyond it.
        needed: the fewest groups that give one.
    """

    value: float | None
    groups: Number
    beyond: Number
    needed: Number


class Error(Struct, frozen=True, kw_only=True):
    """An expected calibration error with its 95% interval over groups, None where there is none.

    `by_chance` is what probabilities that are all true would show here on average.
    """

    value: Part
    low: Part | None
    high: Part | None
    by_chance: Part


class Bin(Struct, frozen=True, kw_only=True):
    """Of a reliability diagram: examples whose probability lies in [low, high).

    `probability` is their mean, `fakes` the share that is fake, with its 95% interval over groups.
    """

    low: Part
    high: Part
    count: Number
    probability: Part
    fakes: Part
    fakes_low: Part | None
    fakes_high: Part | None


class Reliability(Struct, frozen=True, kw_only=True):
    """Do the probabilities come true on a split, before and after division by the temperature?"""

    examples: Number
    groups: Number
    fakes: Number
    before: Error
    after: Error
    bins: list[Bin]


class Share(Struct, frozen=True, kw_only=True):
    """A share of groups with its exact 95% interval (Clopper, Pearson 1934)."""

    count: Number
    low: Part
    high: Part


class Outcome(Struct, frozen=True, kw_only=True):
    """What the thresholds answer for one example each of the groups of a class, in a part.

    Attributes:
        by, name: the part: `all` and empty, or `compression` or `method` and which.
        label: `real` or `fake`.
        groups: how many.
        signs, cannot_tell, no_sign: how many get that answer. `signs` of reals are false alarms,
            `no_sign` of fakes are misses.
    """

    by: Literal["all", "compression", "method"]
    name: str
    label: Literal["real", "fake"]
    groups: Annotated[int, Meta(ge=1)]
    signs: Share
    cannot_tell: Share
    no_sign: Share


class Unit(Struct, frozen=True, kw_only=True):
    """A calibration of frames, or of whole videos, whose score is the mean over their frames.

    Attributes:
        temperature: sigmoid(score / temperature) is the probability of fake.
        upper: above it are "signs of forgery": bounds false alarms.
        lower: below it is "no sign found": bounds misses. Never above `upper`.
        validation: reliability where it was fitted.
        test: reliability on test.
        validation_outcomes, test_outcomes: what the thresholds answer there.
        lengths: of videos: how many frames they had in validation; None of frames.

    Raises:
        ValueError: the lower threshold lies above the upper one.
    """

    temperature: Annotated[float, Meta(gt=0)]
    upper: Threshold
    lower: Threshold
    validation: Reliability
    test: Reliability | None = None
    validation_outcomes: list[Outcome] = []
    test_outcomes: list[Outcome] = []
    lengths: "Range | None" = None

    def __post_init__(self) -> None:
        """Refuse thresholds that cross."""
        upper, lower = self.upper.value, self.lower.value
        if upper is not None and lower is not None and lower > upper:
            raise ValueError(f"the lower threshold {lower:g} lies above the upper one, {upper:g}")


class Range(Struct, frozen=True, kw_only=True):
    """The least and the largest value of a measure of validation's pictures, and its middle."""

    low: float
    middle: float
    high: float


class Framing(Struct, frozen=True, kw_only=True):
    """How ready crops of a validation lie around the faces that a detector finds in them: medians.

    Attributes:
        detector: its name.
        scale: side of the crop over the longer side of the box.
        right, down: from the box's centre to the crop's, in longer sides of the box.
        pictures: in which it found a face.

    Raises:
        ValueError: no crop of a face lies so.
    """

    detector: str
    scale: float
    right: float
    down: float
    pictures: int

    def __post_init__(self) -> None:
        """Refuse what no crop of a face is."""
        if not (0.5 <= self.scale <= 20 and abs(self.right) <= 2 and abs(self.down) <= 2):
            raise ValueError(
                f"crops {self.scale:g} times as large as faces, their centres {self.right:g} and "
                f"{self.down:g} away"
            )


class Seen(Struct, frozen=True, kw_only=True):
    """What validation's pictures were like; see `jaxticket.calibration.likeness`.

    Attributes:
        examples: how many.
        measures: name -> range.
        formats: of the encoded pictures -> how many.
        compressions: names that the set knows -> how many.
        framing: of crops that somebody else cut; None of others, and where it is not known.

    Raises:
        ValueError: a picture with such a side cannot be.
    """

    examples: int
    measures: Mapping[str, Range]
    formats: Mapping[str, int]
    compressions: Mapping[str, int]
    framing: Framing | None = None

    def __post_init__(self) -> None:
        """Refuse sides that crops would be made of."""
        side = self.measures.get("side")
        if side is not None and not SIDES[0] <= side.low <= side.high <= SIDES[1]:
            raise ValueError(f"pictures with sides of {side.low:g} to {side.high:g} pixels")


class Calibration(Struct, frozen=True, kw_only=True):
    """What a network's logits mean, found on validation groups.

    Attributes:
        rate: bound of the false alarms, and of the misses, in (0, 1).
        confidence: of each bound.
        data_name, data_fingerprint, synthetic: the set.
        predictions: SHA-256 of the CSV of validation predictions that it was fitted to.
        frames: of single pictures.
        videos: of videos; None where no video of the set has two frames.
        compressions: name -> the same of that compression alone, where the set knows several.
        seen: what validation's pictures were like; None where they were not found.
    """

    rate: Rate
    confidence: Rate
    data_name: str
    data_fingerprint: str
    synthetic: bool
    predictions: str
    frames: Unit
    videos: Unit | None = None
    compressions: Mapping[str, "Units"] = {}
    seen: Seen | None = None


class Units(Struct, frozen=True, kw_only=True):
    """The calibrations of one compression."""

    frames: Unit
    videos: Unit | None = None
