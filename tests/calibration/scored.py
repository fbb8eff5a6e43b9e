"""Scores that are written by hand, and what they are calibrated to."""

import numpy as np

from jaxticket.calibration import Calibration, Scores, calibrate


def scores(real, fake, *, videos=None, groups=None, compression="", methods=("Swap",)) -> Scores:
    """Scores of reals and fakes, each of a group of its own unless groups are named."""
    count = len(real) + len(fake)
    keys = np.array([f"{compression}{number:04d}" for number in range(count)])
    kinds = [methods[number % len(methods)] for number in range(len(fake))]
    return Scores(
        keys=keys,
        groups=keys if groups is None else np.array(groups),
        videos=keys if videos is None else np.array(videos),
        methods=np.array(["real"] * len(real) + kinds),
        compressions=np.full(count, compression),
        fake=np.arange(count) >= len(real),
        scores=np.array([*real, *fake], float),
    )


def calibration(validation: Scores, test: Scores | None = None, **fields) -> Calibration:
    """The calibration of scores at 5% with 95% confidence."""
    units = calibrate(validation, test, 0.05, 0.95)
    said = {"data_name": "noise", "data_fingerprint": "0", "synthetic": False, "predictions": "p"}
    return Calibration(
        rate=0.05, confidence=0.95, frames=units.frames, videos=units.videos, **said | fields
    )
