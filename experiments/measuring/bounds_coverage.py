"""How often the bounds of a calibration hold, and its error's interval, in simulated worlds."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from experiments.measuring.simulated_detectors import Detector, draw_detectors, draw_logits
from experiments.measuring.simulated_logits import World
from jaxticket.calibration import Scores, sigmoid
from jaxticket.calibration.fit import thresholds
from jaxticket.statistics import (
    METRICS,
    calibration_error,
    calibration_interval,
    fit_temperature,
    tail_bound,
)

Ends = tuple[float | None, float | None]
"""An upper threshold and a lower one."""


@dataclass(eq=False)
class Ways:
    """What each way to choose thresholds came to, a row a study.

    Attributes:
        false_alarms, misses: whether the true rate is at most the bound.
        both: whether both are, where there are both thresholds.
        open: true share between the thresholds, of as many reals as fakes.
    """

    false_alarms: list[bool] = field(default_factory=list)
    misses: list[bool] = field(default_factory=list)
    both: list[bool] = field(default_factory=list)
    open: list[float] = field(default_factory=list)

    def add(self, detector: Detector, ends: Ends, rate: float) -> None:
        """Read thresholds against the truth; without one there is nothing to hold."""
        upper, lower = ends
        if upper is not None:
            self.false_alarms.append(detector.false_alarms(upper) <= rate)
        if lower is not None:
            self.misses.append(detector.misses(lower) <= rate)
        if upper is not None and lower is not None:
            self.both.append(self.false_alarms[-1] and self.misses[-1])
            self.open.append(detector.open(lower, upper))


def exact(scores: Scores, rate: float, confidence: float) -> Ends:
    """Return the thresholds that calibrate finds."""
    upper, lower = thresholds(scores, rate, confidence)
    return upper.value, lower.value


def quantiles(scores: Scores, rate: float, confidence: float) -> Ends:
    """Return the thresholds at which validation has just the rate, as is often done."""
    real, fake = scores.scores[~scores.fake], scores.scores[scores.fake]
    return _uncrossed(float(np.quantile(real, 1 - rate)), float(np.quantile(fake, rate)))


def by_example(scores: Scores, rate: float, confidence: float) -> Ends:
    """Return the bounds as if examples were independent, though frames of a video are not."""
    upper = tail_bound(scores.scores[~scores.fake], rate, confidence).threshold
    lower = tail_bound(-scores.scores[scores.fake], rate, confidence).threshold
    return _uncrossed(upper, None if lower is None else -lower)


WAYS: dict[str, Callable[[Scores, float, float], Ends]] = {
    "bound": exact,
    "quantile": quantiles,
    "frames as groups": by_example,
}


def _uncrossed(upper: float | None, lower: float | None) -> Ends:
    if upper is None or lower is None or upper >= lower:
        return upper, lower
    return (upper + lower) / 2, (upper + lower) / 2


@dataclass(frozen=True)
class Kind:
    """What an example is.

    Attributes:
        name: in words.
        mean: frames that its score is the mean of; 1 where each frame is an example.
        read: frames that the score of a new one is the mean of.
    """

    name: str
    mean: int
    read: int


def kinds(frames: int) -> list[Kind]:
    """Return frames, whole videos, and videos that are read at fewer and at more frames."""
    return [
        Kind("frames", 1, 1),
        Kind("videos", frames, frames),
        Kind("videos, new ones of one frame", frames, 1),
        Kind("videos, new ones ten times as long", frames, 10 * frames),
    ]


def studies(
    world: World,
    groups: int,
    frames: int,
    kind: Kind,
    *,
    epochs: int,
    repeats: int,
    generator: np.random.Generator,
) -> Iterator[tuple[Detector, Scores, Scores]]:
    """Yield a network as it is read, its validation scores, and as many of test.

    Of several epochs it is the one with the best AUC on validation.
    """
    # The mean over frames of a video is one frame with less noise.
    looks = frames if kind.mean == 1 else 1
    for _ in range(repeats):
        detectors = draw_detectors(world, epochs, generator)
        fitted = [detector.of_videos(kind.mean) for detector in detectors]
        labels, names, logits = draw_logits(fitted, groups, looks, generator)
        best = int(np.argmax([METRICS["auc"](labels, row) for row in logits])) if epochs > 1 else 0
        again = draw_logits(fitted[best : best + 1], groups, looks, generator)
        read = detectors[best].of_videos(kind.read)
        yield read, _scores(labels, names, logits[best]), _scores(*again[:2], again[2][0])


def count_ways(
    drawn: Iterator[tuple[Detector, Scores, Scores]], rates: Sequence[float], confidence: float
) -> dict[tuple[float, str], Ways]:
    """Return what each of `WAYS` comes to over studies, by rate and name."""
    found = {(rate, name): Ways() for rate in rates for name in WAYS}
    for detector, validation, _ in drawn:
        for (rate, name), ways in found.items():
            ways.add(detector, WAYS[name](validation, rate, confidence), rate)
    return found


@dataclass(frozen=True)
class ErrorHeld:
    """Of one study: the true calibration error, and which intervals of it hold it.

    Attributes:
        true: at the temperature that validation gave.
        validation, test: whether the interval on that split holds it.
        left_out: whether that on test by leaving groups out does.
        width: of that on test.
    """

    true: float
    validation: bool
    test: bool
    left_out: bool
    width: float


def count_errors(drawn: Iterator[tuple[Detector, Scores, Scores]]) -> list[ErrorHeld]:
    """Return how the intervals of the calibration error do, a row a study."""
    found = []
    for detector, validation, test in drawn:
        temperature = fit_temperature(validation.fake, validation.scores, validation.groups)
        true = detector.calibration_error(temperature)
        labels, said = test.fake.astype(int), _said(test, temperature)
        own = calibration_interval(
            validation.fake.astype(int), _said(validation, temperature), validation.groups
        )
        low, high = calibration_interval(labels, said, test.groups)
        left_out = calibration_error(labels, said[None], test.groups)
        found.append(
            ErrorHeld(
                true=true,
                validation=own[0] <= true <= own[1],
                test=low <= true <= high,
                left_out=left_out.low <= true <= left_out.high,
                width=high - low,
            )
        )
    return found


def _said(scores: Scores, temperature: float) -> np.ndarray:
    return sigmoid(scores.scores / temperature)


def _scores(labels: np.ndarray, groups: np.ndarray, logits: np.ndarray) -> Scores:
    names, nothing = groups.astype(str), np.full(len(groups), "")
    keys = np.arange(len(groups)).astype(str)
    return Scores(keys, names, names, nothing, nothing, labels == 1, logits)
