"""What scores mean: which class is high, which range they have, above which threshold fake is said.

Inside the audit scores are high for fake; `Reading` knows how they stood in the file.
"""

from dataclasses import dataclass

import numpy as np

PROBABILITY, PERCENT, LOGIT = "probability", "percent", "logit"
THRESHOLDS = {PROBABILITY: 0.5, PERCENT: 50.0, LOGIT: 0.0}
MOST_LOGIT = 40.0
"""Scores that are never negative and go beyond are percents."""
PLURALS = {PROBABILITY: "probabilities", PERCENT: "percents", LOGIT: "logits"}


@dataclass(frozen=True)
class Reading:
    """How a model's scores are read.

    Attributes:
        scale: probability, percent or logit.
        threshold: above it fake is said, in the units of the file.
        high: the class that high scores in the file stand for.
    """

    scale: str
    threshold: float
    high: str

    @property
    def sign(self) -> int:
        """-1 where scores are turned, so that they are high for fake."""
        return 1 if self.high == "fake" else -1

    @property
    def words(self) -> str:
        """How the scores are read, as a sentence."""
        side = "above" if self.high == "fake" else "below"
        return f"{PLURALS[self.scale]}, high for {self.high}; {side} {self.threshold:g} says fake"

    def inside(self, scores: np.ndarray) -> np.ndarray:
        """Return scores of the file so that they are high for fake, ranks kept exactly."""
        return self.sign * scores

    def outside(self, score: float) -> float:
        """Return a score, high for fake, as it would stand in the file."""
        return self.sign * score

    def answers(self, scores: np.ndarray) -> np.ndarray:
        """Return 1 for fake and -1 for real, of scores that are high for fake."""
        return np.where(scores > self.sign * self.threshold, 1.0, -1.0)

    def probabilities(self, scores: np.ndarray) -> np.ndarray:
        """Return the probabilities of fake, of scores that are high for fake."""
        if self.scale == LOGIT:
            return np.exp(-np.logaddexp(0.0, -scores))
        share = scores / (100 if self.scale == PERCENT else 1)
        return share if self.sign == 1 else 1 + share


def read_scale(
    scores: np.ndarray, scale: str, threshold: float | None, high: str, name: str
) -> Reading:
    """Return how scores are read.

    Args:
        scores: as they stand in the file.
        scale: as `--scale` gives it; `auto` tells it by the range.
        threshold: as given; None for that of the scale.
        high: the class that high scores stand for.
        name: of the model, for messages.

    Raises:
        ValueError: scores lie outside the scale that was given.
    """
    low, top = float(scores.min()), float(scores.max())
    if scale == "auto":
        scale = LOGIT
        if low >= 0 and top <= 1:
            scale = PROBABILITY
        elif low >= 0 and MOST_LOGIT < top <= 100:
            scale = PERCENT
    most = {PROBABILITY: 1, PERCENT: 100}.get(scale)
    if most is not None and (low < 0 or top > most):
        raise ValueError(
            f"--scale={scale}: the scores of {name} run from {low:g} to {top:g}, not from 0 to "
            f"{most}"
        )
    return Reading(scale, THRESHOLDS[scale] if threshold is None else threshold, high)
