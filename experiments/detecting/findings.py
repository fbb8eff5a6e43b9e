"""What was found: in a file its faces, of a face its looks; as the JSON that detect writes."""

from typing import Literal

from msgspec import Struct

from jaxticket.calibration import Answer

SCHEMA = "jaxticket_detections/1"
"""Of results.json and the columns of results.csv; the number changes where a reader would break."""

Kind = Literal["picture", "video", "crop"]


class Look(Struct, frozen=True, kw_only=True, gc=False):
    """A face in one picture or frame.

    Attributes:
        frame: its number, from 0; 0 in a picture.
        seconds: of the frame in its video, 0.0 in a picture.
        box: x, y, width, height of the face, pixels; x and y of the upper left corner. Of a crop
            the whole picture.
        square: x, y and side of what was cropped around it, pixels; None of a crop.
        score: log odds of fake.
    """

    frame: int
    seconds: float
    box: tuple[float, float, float, float]
    square: tuple[int, int, int] | None
    score: float


class Face(Struct, frozen=True, kw_only=True):
    """A face, followed through a video where it is one.

    Attributes:
        number: from 1, in the order in which they appear, from the left where together.
        looks: at it, in order.
        score: mean log odds of fake over the looks.
        low, high: 95% interval of that mean over frames; None of one look, and where they are too
            few.
        answer: None without a calibration.
        probability: of fake, calibrated, or by the plain logit without a calibration.
        probability_low, probability_high: of `low` and `high`.
        remarks: how it is unlike what the ticket was calibrated on, and what else to know; each
            begins with its topic and a colon.
        picture: file name of a picture of it; None without.
    """

    number: int
    looks: list[Look]
    score: float
    low: float | None = None
    high: float | None = None
    answer: Answer | None
    probability: float
    probability_low: float | None = None
    probability_high: float | None = None
    remarks: list[str] = []
    picture: str | None = None


class Finding(Struct, frozen=True, kw_only=True):
    """What was found in one file.

    Attributes:
        path: as it was given, or below the folder that was.
        kind: how it was looked at.
        width, height: pixels; 0 where it could not be read.
        faces: those that were scored; none where there is no face.
        answer: of the file: of its worst face, or `no face found`; None without a calibration or
            where it could not be read.
        probability, probability_low, probability_high: of the face that scores highest.
        remarks: on the file as a whole, likewise.
        error: why it could not be read, or not to its end; what was read is answered.
        pictures: file names of overlays, and of the timeline.
    """

    path: str
    kind: Kind
    width: int = 0
    height: int = 0
    faces: list[Face] = []
    answer: str | None = None
    probability: float | None = None
    probability_low: float | None = None
    probability_high: float | None = None
    remarks: list[str] = []
    error: str | None = None
    pictures: list[str] = []


class Asked(Struct, frozen=True, kw_only=True):
    """What was asked: the ticket, and how files were looked at.

    Attributes:
        ticket: name of its file.
        model: of the network.
        weights: SHA-256 of the ticket's weights; None where it has no hashes.
        trained_on: name of the set.
        fingerprint: of the set's content.
        synthetic: whether its pictures are drawn by a program.
        calibrated_on: name of the set whose validation gave the thresholds; None without any.
        rate, confidence: of the bounds of false alarms and misses; None without thresholds.
        compression: whose thresholds were taken; None for those of all.
        engine: that ran the network.
        faces: how they were found: the name of the detector, `boxes` or `crops`.
        detect_every, fewest_looks: the options.
    """

    ticket: str
    model: str
    weights: str | None
    trained_on: str
    fingerprint: str
    synthetic: bool
    calibrated_on: str | None
    rate: float | None
    confidence: float | None
    compression: str | None
    engine: str
    faces: str
    detect_every: int
    fewest_looks: int


class Results(Struct, frozen=True, kw_only=True):
    """The content of results.json.

    Attributes:
        schema: `SCHEMA`.
        asked: what was asked.
        notes: what to know of all answers.
        ignored: kind -> how many other files lay in the folders.
        files: in the order in which they were looked at.
        complete: whether all files were.
    """

    schema: str = SCHEMA
    asked: Asked
    notes: list[str]
    ignored: dict[str, int] = {}
    files: list[Finding] = []
    complete: bool = False
