"""What the page's server and the process that looks at files say to each other, a line of JSON."""

from msgspec import Struct

from experiments.detecting.findings import Finding


class Job(Struct, frozen=True):
    """A file to look at, and the folder that pictures of what is found go to."""

    path: str
    folder: str


class Marks(Struct, frozen=True):
    """Where the answers lie on the scale of probabilities, 0 to 1; None without a threshold."""

    lower: float | None
    upper: float | None


class About(Struct, frozen=True, tag=True):
    """The first line: what answers.

    Attributes:
        facts: pairs of a name and what is said.
        notices: what a person must know before an answer.
        calibrated: whether there are thresholds.
        picture, video: where the answers lie on the scale of probabilities, by kind of file.
    """

    facts: list[tuple[str, str]]
    notices: list[str]
    calibrated: bool
    picture: Marks
    video: Marks


class Unable(Struct, frozen=True, tag=True):
    """The first line instead: why nothing can be answered."""

    sentence: str


class Progress(Struct, frozen=True, tag=True):
    """Of a file: what is done, 0 to 1, or None where that is not known."""

    share: float | None


class Refused(Struct, frozen=True, tag=True):
    """A file that is not answered: the status of HTTP, and why."""

    status: int
    sentence: str


class Found(Struct, frozen=True, tag=True):
    """The answer for a file."""

    finding: Finding


Message = About | Unable | Progress | Refused | Found
