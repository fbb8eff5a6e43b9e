"""Where the threshold stands among the scores, and where the scores want it."""

from dataclasses import dataclass

import numpy as np

from experiments.auditing.conventions import Reading
from experiments.auditing.figures import Cases
from jaxticket.statistics import METRICS
from jaxticket.statistics.metrics import roc

ALL = 0.95
"""A share called one class from which on it is (nearly) everything."""


@dataclass(frozen=True)
class Threshold:
    """One threshold on one model's scores, the same of all seeds, in the units of the file.

    Shares and accuracies are means over seeds.

    Attributes:
        model: its name.
        threshold: where fake begins.
        balanced_accuracy: there.
        reals_called_fake: share of the reals, in [0, 1].
        fakes_called_fake: share of the fakes.
        called_fake: share of all.
        medians: of the reals' and of the fakes' scores.
        wanted: the threshold with the highest balanced accuracy on these very scores.
        best: that balanced accuracy.
        chosen_on_validation: the threshold that a validation split wants; None without one.
        of_validation: the balanced accuracy of that threshold here.
    """

    model: str
    threshold: float
    balanced_accuracy: float
    reals_called_fake: float
    fakes_called_fake: float
    called_fake: float
    medians: tuple[float, float]
    wanted: float
    best: float
    chosen_on_validation: float | None
    of_validation: float | None

    @property
    def lopsided(self) -> str:
        """`fake` or `real` where (nearly) everything is called so; else nothing."""
        shares = (self.reals_called_fake, self.fakes_called_fake)
        return "fake" if min(shares) >= ALL else "real" if max(shares) <= 1 - ALL else ""


def look_at_threshold(
    name: str, cases: Cases, reading: Reading, validation: Cases | None
) -> Threshold:
    """Return what a threshold does, and which one the scores want.

    Args:
        name: of the model.
        cases: frames or videos.
        reading: how their scores are read.
        validation: the same of a validation split; None without one.
    """
    fake = cases.labels == 1
    called = reading.answers(cases.scores) > 0
    reals, fakes = called[:, ~fake].mean(), called[:, fake].mean()
    wanted, best = _of_all_seeds(cases)
    chosen = there = None
    if validation is not None and len(np.unique(validation.labels)) == 2:
        at, _ = _of_all_seeds(validation)
        balanced = METRICS["balanced_accuracy"]
        there = float(np.mean([balanced(cases.labels, row - at) for row in cases.scores]))
        chosen = reading.outside(at)
    return Threshold(
        model=name,
        threshold=reading.threshold,
        balanced_accuracy=float((1 - reals + fakes) / 2),
        reals_called_fake=float(reals),
        fakes_called_fake=float(fakes),
        called_fake=float(called.mean()),
        medians=(
            reading.outside(float(np.median(cases.scores[:, ~fake]))),
            reading.outside(float(np.median(cases.scores[:, fake]))),
        ),
        wanted=reading.outside(wanted),
        best=best,
        chosen_on_validation=chosen,
        of_validation=there,
    )


def _of_all_seeds(cases: Cases) -> tuple[float, float]:
    """Return the one threshold that is best on the mean over seeds, and that mean."""
    return best_threshold(np.tile(cases.labels, len(cases.scores)), cases.scores.ravel())


def best_threshold(labels: np.ndarray, scores: np.ndarray) -> tuple[float, float]:
    """Return the threshold with the highest balanced accuracy, and that accuracy.

    It lies half-way between two scores; below all of them where calling everything fake is best.

    Args:
        labels: int [N], both classes.
        scores: float [N], high for fake.
    """
    false_alarms, hits = roc(labels, scores)
    gains = (1 + hits - false_alarms) / 2
    at = int(np.argmax(gains))
    falling = np.unique(scores)[::-1]
    edges = np.r_[falling[0], falling, falling[-1] - 1]
    return float((edges[at] + edges[at + 1]) / 2), float(gains[at])
