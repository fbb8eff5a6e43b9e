"""What a detector's logits mean: temperature, thresholds with bounds, answers. No JAX.

Fitted on validation groups, read on test, kept in the ticket. A score is the log odds of fake.
"""

from jaxticket.calibration.answer import (
    ANSWERS,
    CANNOT_TELL,
    NO_FACE,
    NO_SIGN,
    SIGNS,
    Answer,
    answer,
    fake_score,
    probability,
    sigmoid,
    worst,
)
from jaxticket.calibration.fit import Scores, by_compression, calibrate, outcomes
from jaxticket.calibration.likeness import measure, ranges, unlike
from jaxticket.calibration.record import (
    Calibration,
    Framing,
    Outcome,
    Range,
    Seen,
    Threshold,
    Unit,
    Units,
)
from jaxticket.calibration.words import WHOLE, bounds, line, on_test, units_of

__all__ = [
    "ANSWERS",
    "CANNOT_TELL",
    "NO_FACE",
    "NO_SIGN",
    "SIGNS",
    "WHOLE",
    "Answer",
    "Calibration",
    "Framing",
    "Outcome",
    "Range",
    "Scores",
    "Seen",
    "Threshold",
    "Unit",
    "Units",
    "answer",
    "bounds",
    "by_compression",
    "calibrate",
    "fake_score",
    "line",
    "measure",
    "on_test",
    "outcomes",
    "probability",
    "ranges",
    "sigmoid",
    "units_of",
    "unlike",
    "worst",
]
