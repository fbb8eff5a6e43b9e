"""From the looks at a face to its answer, and from faces to the answer for a file."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from experiments.detecting.findings import Face, Finding, Look
from jaxticket.calibration import (
    NO_FACE,
    Calibration,
    Unit,
    answer,
    probability,
    worst,
)
from jaxticket.statistics import successive_interval


def judge(
    looks: Sequence[Look], number: int, unit: Unit | None, remarks: Sequence[str] = ()
) -> Face:
    """Return a face with its answer.

    Args:
        looks: at it, at least one.
        number: of the face.
        unit: the calibration that its score is read by; None without one.
        remarks: to go with it.
    """
    scores = np.array([look.score for look in looks])
    score = float(scores.mean())
    low, high = successive_interval(scores)
    probable = [None if each is None else probability(each, unit) for each in (score, low, high)]
    assert probable[0] is not None
    return Face(
        number=number,
        looks=list(looks),
        score=score,
        low=low,
        high=high,
        answer=None if unit is None else answer(score, unit),
        probability=probable[0],
        probability_low=probable[1],
        probability_high=probable[2],
        remarks=list(remarks),
    )


def remarks_on_length(looks: int, unit: Unit | None) -> list[str]:
    """Return what to know where the mean of several looks is read as a single picture is."""
    if unit is None or unit.lengths is not None or looks < 2:
        return []
    return [
        f"few looks: the mean of {looks} is read by the thresholds of single pictures; most of "
        "validation's videos are longer"
    ]


def unit_for(
    calibration: Calibration | None, kind: str, compression: str | None, looks: int = 1
) -> Unit | None:
    """Return the calibration that a face is read by: of videos in a video, where there is one.

    The fewer looks, the more their mean varies, and the more often it passes a threshold: where all
    videos of validation had more, or the middle one more than twice as many, it is that of single
    pictures, whose scores vary more.

    Args:
        calibration: of the ticket.
        kind: of the file.
        compression: whose thresholds are taken; None for those of all.
        looks: at the face.

    Raises:
        ValueError: the calibration does not know the compression; says which it knows.
    """
    if calibration is None:
        return None
    units = calibration
    if compression is not None:
        if compression not in calibration.compressions:
            known = ", ".join(calibration.compressions)
            raise ValueError(
                f"--compression={compression}: the ticket has its own thresholds for "
                f"{known or 'no compression: leave it out'}"
            )
        units = calibration.compressions[compression]
    videos = units.videos if kind == "video" else None
    if videos is None:
        return units.frames
    lengths = videos.lengths
    few = lengths is not None and looks < max(lengths.low, lengths.middle / 2)
    return units.frames if few else videos


def with_faces(finding: Finding, faces: Sequence[Face]) -> Finding:
    """Return a finding with its faces, and with the answer and probability of the worst of them."""
    if not faces:
        return replace(finding, answer=NO_FACE)
    highest = max(faces, key=lambda face: face.score)
    return replace(
        finding,
        faces=list(faces),
        answer=worst(Counter(face.answer for face in faces if face.answer is not None)),
        probability=highest.probability,
        probability_low=highest.probability_low,
        probability_high=highest.probability_high,
    )
