"""From the looks at a face to its answer, and from faces to the answer for a file."""

import math
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

UNCALIBRATED = "not calibrated: the probability is the plain logit's, and there is no threshold"


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
    low, high = interval_over_frames(scores)
    probable = [None if each is None else _probability(each, unit) for each in (score, low, high)]
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
        remarks=[*remarks, *remarks_on_length(len(looks), unit)],
    )


def remarks_on_length(looks: int, unit: Unit | None) -> list[str]:
    """Return what to know where the mean of several looks is read as a single picture is."""
    if unit is None or unit.lengths is not None or looks < 2:
        return []
    return [
        f"few looks: the mean of {looks} is read by the thresholds of single pictures; validation "
        "had no videos as short, or none"
    ]


def unit_for(
    calibration: Calibration | None, kind: str, compression: str | None, looks: int = 1
) -> Unit | None:
    """Return the calibration that a face is read by: of videos in a video, where there is one.

    The fewer looks, the more their mean varies, and the more often it passes a threshold: where all
    videos of validation had more, it is that of single pictures, whose scores vary more.

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
            known = ", ".join(calibration.compressions) or "none"
            raise ValueError(
                f"--compression={compression}: the ticket is calibrated for {known} apart"
            )
        units = calibration.compressions[compression]
    videos = units.videos if kind == "video" else None
    if videos is None or (videos.lengths is not None and looks < videos.lengths.low):
        return units.frames
    return videos


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


def interval_over_frames(scores: np.ndarray) -> tuple[float | None, float | None]:
    """Return the 95% interval of the mean of successive scores; None where they are too few.

    Neighbouring frames are alike, so means of ten batches of successive frames are taken
    (Schmeiser 1982, Operations Research 30). Batches that are still alike, as of a short video,
    count for fewer, by the correlation of neighbours without its bias (Marriott, Pope 1954,
    Biometrika 41); where they come to fewer than two, nothing can be said.

    Args:
        scores: float [N], in order.
    """
    if len(scores) < 2 * BATCHES:
        return None, None
    from scipy.special import stdtrit

    means = np.array([part.mean() for part in np.array_split(scores, BATCHES)])
    middle, apart = float(scores.mean()), means - means.mean()
    squares = float(apart @ apart)
    if squares == 0:
        return middle, middle
    alike = float(apart[1:] @ apart[:-1]) / squares
    alike = max(alike + (1 + 3 * alike) / BATCHES, 0.0)
    worth = BATCHES * (1 - alike) / (1 + alike)
    if worth < 2:
        return None, None
    error = math.sqrt(squares / (BATCHES - 1) / worth)
    half = float(stdtrit(worth - 1, 0.975)) * error
    return middle - half, middle + half


BATCHES = 10


def _probability(score: float, unit: Unit | None) -> float:
    if unit is not None:
        return probability(score, unit)
    return float(1 / (1 + np.exp(-np.clip(score, -700, 700))))
