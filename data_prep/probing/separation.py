"""How well scores tell forgeries from their own originals: the AUC, its interval, and pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Separation(NamedTuple):
    """How far the scores of forgeries lie above those of their originals.

    Attributes:
        auc: the chance that a forgery scores above an original, ties counted half.
        interval: 95 % bootstrap interval of the AUC; groups are resampled.
        paired: the share of forgeries that score above their own original, ties counted half.
    """

    auc: float
    interval: tuple[float, float]
    paired: float


def separation(
    forged: np.ndarray,
    original: np.ndarray,
    groups: Sequence[str],
    resamples: int = 2000,
    seed: int = 0,
) -> Separation:
    """Compare the scores of forgeries with those of their originals.

    The interval is the percentile bootstrap of the two-sample statistic with whole groups drawn,
    since pictures of the same people are not independent (Efron and Tibshirani 1993, 8 and 13).

    Args:
        forged: scores of forgeries [N], higher for more forged.
        original: the score of the original of each [N].
        groups: of each pair of scores [N]; what must not be split.
        resamples: how often the groups are drawn.
        seed: of the draws.

    Raises:
        ValueError: there are no scores, not equally many of each, or one is not a number.
    """
    forged, original = np.asarray(forged, np.float64), np.asarray(original, np.float64)
    if not len(forged) or forged.shape != original.shape or forged.shape != (len(groups),):
        raise ValueError(
            f"{list(forged.shape)} scores of forgeries, {list(original.shape)} of originals and "
            f"{len(groups)} groups: there must be as many of each, and at least one"
        )
    if np.isnan(forged).any() or np.isnan(original).any():
        raise ValueError("a score is not a number")
    wins = _wins(forged[:, None], original)
    names, belongs = np.unique(groups, return_inverse=True)
    member = np.eye(len(names))[belongs]
    between, sizes = member.T @ wins @ member, member.sum(axis=0)
    draws = np.random.default_rng(seed).multinomial(
        len(names), np.full(len(names), 1 / len(names)), resamples
    )
    drawn = np.einsum("rg,gh,rh->r", draws, between, draws, optimize=True) / (draws @ sizes) ** 2
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Separation(
        float(wins.mean()), (float(low), float(high)), float(_wins(forged, original).mean())
    )


def _wins(forged: np.ndarray, original: np.ndarray) -> np.ndarray:
    """Return 1 where the forgery scores higher, 1/2 where both are equal, else 0."""
    return (forged > original) + 0.5 * (forged == original)
