"""What the page's server and the process that looks at files say to each other, a line of JSON."""

from msgspec import Struct

from experiments.detecting.findings import Finding


class Job(Struct, frozen=True):
    """A file to look at."""

    path: str


class Marks(Struct, frozen=True):
    """Probabilities at which a face's answer changes, 0 to 1; None without such a threshold."""

    lower: float | None
    upper: float | None


class About(Struct, frozen=True, tag=True):
    """The first line: what answers.

    Attributes:
        facts: pairs of a name and what is said.
        notices: what a person must know before an answer.
        maps: whether pictures show where the network looked.
    """

    facts: list[tuple[str, str]]
    notices: list[str]
    maps: bool


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
    """The answer for a file.

    Attributes:
        finding: itself.
        marks: of each of its faces.
        pictures: PNG and JPEG, by the names that the finding gives them; base64 in JSON.
    """

    finding: Finding
    marks: list[Marks]
    pictures: dict[str, bytes]


Message = About | Unable | Progress | Refused | Found
