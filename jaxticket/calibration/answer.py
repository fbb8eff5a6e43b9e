"""From a score to an answer in words and a probability."""

from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np

from jaxticket.calibration.record import Unit

Answer = Literal["signs of forgery", "cannot tell", "no sign found"]
SIGNS, CANNOT_TELL, NO_SIGN = ANSWERS = get_args(Answer)
NO_FACE = "no face found"


def sigmoid(scores: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-score)), the probability of which a score is the log odds."""
    return 1 / (1 + np.exp(-np.clip(scores, -700, 700)))


def fake_score(logits: np.ndarray) -> np.ndarray:
    """Return the log odds of fake, float64 [N], of logits [N], [N, 1] or [N, C].

    One logit is that already. Of C, one a class with the real one first, it is the logarithm of the
    other classes' probability over the real one's.
    """
    logits = np.asarray(logits, np.float64)
    if logits.ndim == 1 or logits.shape[1] == 1:
        return logits.reshape(len(logits))
    return np.logaddexp.reduce(logits[:, 1:], axis=1) - logits[:, 0]


def answer(score: float, unit: Unit) -> Answer:
    """Return what a score means: beyond a threshold, or between, or where there is none."""
    if unit.upper.value is not None and score > unit.upper.value:
        return SIGNS
    if unit.lower.value is not None and score < unit.lower.value:
        return NO_SIGN
    return CANNOT_TELL


def probability(score: float, unit: Unit | None) -> float:
    """Return the probability of fake, where fakes are as frequent as in validation.

    Args:
        score: log odds of fake.
        unit: calibrates it; without one it is the plain score's.
    """
    temperature = 1.0 if unit is None else unit.temperature
    return float(sigmoid(np.asarray(score / temperature)))


def worst(answers: Mapping[Answer, int]) -> Answer | None:
    """Return the answer for what holds several faces, from how many got which.

    One face with signs of forgery is enough; no sign is found only where none of them has any. The
    more faces, the more false alarms: the bound is one face's.
    """
    return next((kind for kind in ANSWERS if answers.get(kind)), None)
