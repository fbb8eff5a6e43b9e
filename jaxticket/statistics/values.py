"""Intervals of a mean of what every example has by itself, such as a share or a correlation."""

import numpy as np

from jaxticket.statistics.estimate import Estimate, estimate, same
from jaxticket.statistics.intervals import pseudo_values


def value_interval(
    values: np.ndarray,
    groups: np.ndarray,
    *,
    confidence: float = 0.95,
    share: bool = False,
    limits: tuple[float, float] = (-np.inf, np.inf),
) -> Estimate:
    """Return the mean over seeds of the mean over examples, with its interval.

    For a paired difference, give differences. With one group the interval is over seeds alone; it
    is NaN with one seed too, and where leaving one group out leaves a seed without a value.

    Args:
        values: float [S, N], one row a seed; NaN where an example has no value, which is left out.
        groups: [N], what hangs together.
        confidence: of the interval.
        share: the mean is a share in [0, 1]: interval on the scale of its logit.
        limits: no end lies beyond.

    Raises:
        ValueError: the shapes do not fit, or a seed has no value at all.
    """
    values, groups = np.asarray(values, np.float64), np.asarray(groups)
    if values.ndim != 2 or values.shape[1:] != groups.shape:
        raise ValueError(
            f"values must be [seeds, examples] beside a group an example, got {values.shape} and "
            f"{groups.shape}"
        )
    known = np.isfinite(values)
    if not known.any(axis=1).all() or not len(values):
        raise ValueError(f"values of shape {values.shape} hold a seed without any")
    used = known.any(axis=0)
    names, member = np.unique(groups[used], return_inverse=True)
    sums, counts = (
        np.stack([np.bincount(member, row, minlength=len(names)) for row in table])
        for table in (np.where(known, values, 0.0)[:, used], known[:, used])
    )
    means = sums.sum(axis=1) / counts.sum(axis=1)
    table = means[:, None]
    if len(names) > 1:
        left_out = counts.sum(axis=1, keepdims=True) - counts
        with np.errstate(invalid="ignore", divide="ignore"):
            rest = (sums.sum(axis=1, keepdims=True) - sums) / left_out
        table = pseudo_values(means, rest)
    return estimate(
        float(means.mean()),
        table,
        len(names),
        confidence=confidence,
        share=share,
        limits=limits,
        tied=same(means),
    )
