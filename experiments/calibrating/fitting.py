"""From predictions to a calibration: thresholds and temperature of validation, answers on test."""

import numpy as np

from experiments.options.calibrate import Config
from jaxticket.calibration import (
    Calibration,
    Seen,
    by_compression,
    calibrate,
)
from jaxticket.runs import Predictions
from jaxticket.runs.calibrations import scores_of


def fit(
    config: Config,
    validation: Predictions,
    test: Predictions | None,
    seen: Seen | None,
    *,
    data_name: str,
    data_fingerprint: str,
    synthetic: bool,
    digest: str,
) -> Calibration:
    """Return the calibration of a network by its predictions.

    Args:
        config: the rate and the confidence of the bounds.
        validation: what it is fitted to.
        test: what it is read on; None without that split.
        seen: what validation's pictures were like.
        data_name, data_fingerprint, synthetic: the set that both are of.
        digest: SHA-256 of the CSV of the validation predictions.

    Raises:
        ValueError: validation holds one class only, or a logit is not finite.
    """
    fitted, read = scores_of(validation), None if test is None else scores_of(test)
    if len(np.unique(fitted.fake)) < 2:
        only = "fake" if fitted.fake.all() else "real"
        raise ValueError(
            f"the validation split of {data_name} holds {only} pictures only: to calibrate, both "
            "classes are needed there"
        )
    units = calibrate(fitted, read, config.rate, config.confidence)
    return Calibration(
        rate=config.rate,
        confidence=config.confidence,
        data_name=data_name,
        data_fingerprint=data_fingerprint,
        synthetic=synthetic,
        predictions=digest,
        frames=units.frames,
        videos=units.videos,
        compressions=by_compression(fitted, read, config.rate, config.confidence),
        seen=seen,
    )
