"""A calibration from predictions: fitted on validation, read on test."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from jaxticket.calibration.answer import ANSWERS, answer, sigmoid
from jaxticket.calibration.drawing import one_a_group
from jaxticket.calibration.record import (
    Bin,
    Error,
    Outcome,
    Range,
    Reliability,
    Share,
    Threshold,
    Unit,
    Units,
)
from jaxticket.statistics import (
    by_video,
    calibration_error,
    calibration_interval,
    chance_error,
    fit_temperature,
    reliability,
    share_interval,
    tail_bound,
)

PICTURES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".tif", ".tiff")
"""How the name of a video ends that is a single picture."""

ROUNDED = 1e-4
"""How far a score lies from another engine's at most, relative to the largest of a set."""


@dataclass(frozen=True, eq=False)
class Scores:
    """Scored examples, in whatever order.

    Attributes:
        keys, groups, videos, methods, compressions: str [N].
        fake: bool [N].
        scores: log odds of fake, float [N].
    """

    keys: np.ndarray
    groups: np.ndarray
    videos: np.ndarray
    methods: np.ndarray
    compressions: np.ndarray
    fake: np.ndarray
    scores: np.ndarray

    def part(self, chosen: np.ndarray) -> "Scores":
        """Return those at the places, or where true."""
        return replace(self, **{name: rows[chosen] for name, rows in vars(self).items()})

    def of_videos(self) -> "Scores | None":
        """Return whole videos, of one compression each; None where none has two frames.

        Several faces of one picture are no frames: they are several people's.
        """
        if all(str(name).lower().endswith(PICTURES) for name in np.unique(self.videos)):
            return None
        names = np.char.add(np.char.add(self.videos, " "), self.compressions)
        found = by_video(names, self.fake, self.groups, self.scores)
        if len(found.names) == len(self.keys):
            return None
        rows = self.part(found.first)
        names = np.char.add(np.char.add(found.names, " "), found.labels.astype(int).astype(str))
        return replace(rows, keys=names, scores=found.scores)

    def lengths(self) -> Range:
        """Return how many frames the videos have."""
        rows = np.stack([self.videos, self.compressions, self.fake.astype(str)])
        counts = np.unique(rows, axis=1, return_counts=True)[1]
        return Range(
            low=float(counts.min()), middle=float(np.median(counts)), high=float(counts.max())
        )


def calibrate(validation: Scores, test: Scores | None, rate: float, confidence: float) -> Units:
    """Return the calibrations of frames and, where there are any, of videos.

    Args:
        validation: what it is fitted to, of both classes.
        test: what it is read on only.
        rate: bound of false alarms and misses, in (0, 1).
        confidence: of each bound.

    Raises:
        ValueError: a class is missing in a split, or rate or confidence are not in (0, 1).
    """
    frames = _unit(validation, test, rate, confidence)
    videos = validation.of_videos()
    if videos is None:
        return Units(frames=frames)
    # The test split may have one frame a video: then a frame is all there is of it.
    of_test = None if test is None else test.of_videos() or test
    unit = _unit(videos, of_test, rate, confidence)
    unit = msgspec.structs.replace(unit, lengths=validation.lengths())
    return Units(frames=frames, videos=unit)


def by_compression(
    validation: Scores, test: Scores | None, rate: float, confidence: float
) -> dict[str, Units]:
    """Return the same for each compression that has both classes, where there are several."""
    names = [str(name) for name in np.unique(validation.compressions) if name]
    if len(names) < 2:
        return {}
    found = {}
    for name in names:
        own = validation.part(validation.compressions == name)
        read = None if test is None else test.part(test.compressions == name)
        if _has_both(own):
            found[name] = calibrate(
                own, read if read is not None and _has_both(read) else None, rate, confidence
            )
    return found


def _unit(validation: Scores, test: Scores | None, rate: float, confidence: float) -> Unit:
    temperature = fit_temperature(validation.fake, validation.scores, validation.groups)
    upper, lower = thresholds(validation, rate, confidence)
    unit = Unit(
        temperature=temperature,
        upper=upper,
        lower=lower,
        validation=_reliability(validation, temperature),
        test=None if test is None else _reliability(test, temperature),
    )
    return msgspec.structs.replace(
        unit,
        validation_outcomes=list(outcomes(validation, unit)),
        test_outcomes=[] if test is None else list(outcomes(test, unit)),
    )


def thresholds(scores: Scores, rate: float, confidence: float) -> tuple[Threshold, Threshold]:
    """Return the upper threshold and the lower one.

    Where they cross, one for both between them keeps both bounds. Each bound holds with the
    confidence asked for, both together with less: by 95% each, in 90% at least.
    """
    real, fake = (_drawn(scores.part(scores.fake == kind)) for kind in (False, True))
    upper = tail_bound(real.scores, rate, confidence)
    turned = tail_bound(-fake.scores, rate, confidence)
    slack = ROUNDED * float(np.abs(scores.scores).max())
    high = None if upper.threshold is None else upper.threshold + slack
    low = None if turned.threshold is None else -turned.threshold - slack
    if high is not None and low is not None and high < low:
        high = low = (high + low) / 2
    return (
        Threshold(value=high, groups=upper.groups, needed=upper.needed,
                  beyond=0 if high is None else int((real.scores > high).sum())),
        Threshold(value=low, groups=turned.groups, needed=turned.needed,
                  beyond=0 if low is None else int((fake.scores < low).sum())),
    )  # fmt: skip


def outcomes(scores: Scores, unit: Unit) -> Iterator[Outcome]:
    """Yield what the thresholds answer, of all, by compression, and of fakes by method."""
    parts: list[tuple[str, str, np.ndarray]] = [("all", "", np.ones(len(scores.keys), bool))]
    for by, column in (("compression", scores.compressions), ("method", scores.methods)):
        names = list(np.unique(column[scores.fake] if by == "method" else column))
        parts += [(by, str(name), column == name) for name in names if name and len(names) > 1]
    for by, name, chosen in parts:
        for label in ("real", "fake"):
            own = scores.part(chosen & (scores.fake == (label == "fake")))
            if len(own.keys):
                yield _outcome(by, name, label, _drawn(own), unit)


def _outcome(by, name, label, drawn: Scores, unit: Unit) -> Outcome:
    answers = [answer(score, unit) for score in drawn.scores]
    signs, cannot_tell, no_sign = (_share(answers.count(kind), len(answers)) for kind in ANSWERS)
    return Outcome(by=by, name=name, label=label, groups=len(answers), signs=signs,
                   cannot_tell=cannot_tell, no_sign=no_sign)  # fmt: skip


def _share(count: int, total: int) -> Share:
    low, high = share_interval(count, total)
    return Share(count=count, low=low, high=high)


def _drawn(scores: Scores) -> Scores:
    return scores.part(one_a_group(scores.keys, scores.groups))


def _reliability(scores: Scores, temperature: float) -> Reliability:
    labels, groups = scores.fake.astype(int), scores.groups
    before, after = (sigmoid(scores.scores / by) for by in (1.0, temperature))
    return Reliability(
        examples=len(labels),
        groups=len(np.unique(groups)),
        fakes=int(labels.sum()),
        before=_error(labels, before, groups),
        after=_error(labels, after, groups),
        bins=[
            Bin(low=one.low, high=one.high, count=one.count, probability=one.probability,
                fakes=one.fakes.value, fakes_low=_end(one.fakes.low),
                fakes_high=_end(one.fakes.high))
            for one in reliability(labels, after[None], groups)
        ],
    )  # fmt: skip


def _error(labels: np.ndarray, probabilities: np.ndarray, groups: np.ndarray) -> Error:
    low, high = calibration_interval(labels, probabilities, groups)
    return Error(
        value=calibration_error(labels, probabilities[None], groups).value,
        low=_end(low),
        high=_end(high),
        by_chance=chance_error(probabilities, groups),
    )


def _end(end: float) -> float | None:
    return None if np.isnan(end) else float(end)


def _has_both(scores: Scores) -> bool:
    return len(np.unique(scores.fake)) == 2
