"""Predictions as the scores that a calibration is fitted to."""

from jaxticket.calibration import Scores, fake_score
from jaxticket.runs import Predictions


def scores_of(predictions: Predictions) -> Scores:
    """Return predictions as scores; whatever is not `real` is fake."""
    return Scores(
        keys=predictions.keys,
        groups=predictions.groups,
        videos=predictions.videos,
        methods=predictions.methods,
        compressions=predictions.compressions,
        fake=predictions.labels > 0,
        scores=fake_score(predictions.logits),
    )
