"""Calibration: do the probabilities that a detector gives come true?

Intervals leave out a group at a time, as those of the other metrics do.
"""

from dataclasses import dataclass

import numpy as np

from jaxticket.statistics.estimate import Estimate, estimate, same
from jaxticket.statistics.intervals import pseudo_values, scarcest
from jaxticket.statistics.values import value_interval

BINS = 10


@dataclass(frozen=True)
class Bin:
    """The examples whose probability lies in one bin.

    Attributes:
        low: its lower edge, which belongs to it.
        high: its upper edge, which does not, but for 1.
        count: examples, of all seeds together.
        probability: their mean probability of fake.
        fakes: the share that is fake, with its interval.
    """

    low: float
    high: float
    count: int
    probability: float
    fakes: Estimate


def calibration_error(
    labels: np.ndarray, probabilities: np.ndarray, groups: np.ndarray, bins: int = BINS
) -> Estimate:
    """Return the expected calibration error (Naeini et al. 2015) with its interval.

    The mean over examples of how far the share of fakes of their bin lies from the bin's mean
    probability; bins of equal width. It is never below 0, and above it by chance alone
    (`chance_error`): where the probabilities are nearly true the interval lies too high;
    `calibration_interval` has one of a single network that does not.

    Args:
        labels: int [N] of 0 and 1.
        probabilities: of fake, float [S, N] in [0, 1].
        groups: [N], what hangs together.
        bins: their number.

    Raises:
        ValueError: the shapes do not fit, or a probability lies outside.
    """
    labels, probabilities, groups = _checked(labels, probabilities, groups)
    names, member = np.unique(groups, return_inverse=True)
    sizes = np.bincount(member, minlength=len(names))
    values, rest = np.zeros(len(probabilities)), np.zeros((len(probabilities), len(names)))
    for seed, row in enumerate(probabilities):
        gaps = sums_by_bin(row - labels, row, member, len(names), bins)
        values[seed] = np.abs(gaps.sum(0)).sum() / len(labels)
        with np.errstate(invalid="ignore", divide="ignore"):
            rest[seed] = np.abs(gaps.sum(0) - gaps).sum(1) / (len(labels) - sizes)
    return estimate(
        float(values.mean()),
        pseudo_values(values, rest),
        scarcest(labels, member),
        share=True,
        limits=(0.0, 1.0),
        tied=same(values),
    )


def chance_error(
    probabilities: np.ndarray, groups: np.ndarray, bins: int = BINS, *, draws: int = 200
) -> float:
    """Return the mean calibration error of a detector whose probabilities are all true.

    Labels are drawn from the probabilities, a group's examples by one random number, since they
    hang together.

    Args:
        probabilities: of fake, float [N] in [0, 1].
        groups: [N].
        bins: their number.
        draws: of labels.
    """
    names, member = np.unique(groups, return_inverse=True)
    one = np.zeros(len(member), int)
    generator = np.random.default_rng(0)
    errors = []
    for _ in range(draws):
        drawn = generator.random(len(names))[member] < probabilities
        gaps = sums_by_bin(probabilities - drawn, probabilities, one, 1, bins)
        errors.append(np.abs(gaps).sum() / len(member))
    return float(np.mean(errors))


def brier_score(labels: np.ndarray, probabilities: np.ndarray, groups: np.ndarray) -> Estimate:
    """Return the mean squared error of the probabilities (Brier 1950) with its interval.

    Args:
        labels: int [N] of 0 and 1.
        probabilities: of fake, float [S, N] in [0, 1].
        groups: [N].

    Raises:
        ValueError: as in `calibration_error`.
    """
    labels, probabilities, groups = _checked(labels, probabilities, groups)
    errors = (probabilities - labels) ** 2
    return value_interval(errors, groups, share=True, limits=(0.0, 1.0))


def reliability(
    labels: np.ndarray, probabilities: np.ndarray, groups: np.ndarray, bins: int = BINS
) -> list[Bin]:
    """Return the bins that hold examples: their mean probability beside their share of fakes.

    Args:
        labels: int [N] of 0 and 1.
        probabilities: of fake, float [S, N] in [0, 1].
        groups: [N].
        bins: their number.

    Raises:
        ValueError: as in `calibration_error`.
    """
    labels, probabilities, groups = _checked(labels, probabilities, groups)
    place = _place(probabilities, bins)
    rows = []
    for at in range(bins):
        inside = place == at
        seeds = inside.any(axis=1)
        if not seeds.any():
            continue
        fakes = np.where(inside, labels, np.nan)[seeds]
        rows.append(
            Bin(
                low=at / bins,
                high=(at + 1) / bins,
                count=int(inside.sum()),
                probability=float(probabilities[inside].mean()),
                fakes=value_interval(fakes, groups, share=True, limits=(0.0, 1.0)),
            )
        )
    return rows


def _place(probabilities: np.ndarray, bins: int) -> np.ndarray:
    return np.minimum((probabilities * bins).astype(int), bins - 1)


def sums_by_bin(
    amounts: np.ndarray, row: np.ndarray, member: np.ndarray, count: int, bins: int
) -> np.ndarray:
    """Return the sum of amounts [N] in every group and bin of the probabilities [N], [G, bins]."""
    cell = member * bins + _place(row, bins)
    return np.bincount(cell, amounts, minlength=count * bins).reshape(count, bins)


def _checked(
    labels: np.ndarray, probabilities: np.ndarray, groups: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    labels, groups = np.asarray(labels), np.asarray(groups)
    probabilities = np.asarray(probabilities, np.float64)
    if probabilities.ndim != 2 or not labels.shape == groups.shape == probabilities.shape[1:]:
        raise ValueError(
            f"probabilities must be [seeds, examples] beside a label and a group an example, got "
            f"{probabilities.shape}, {labels.shape} and {groups.shape}"
        )
    if not ((probabilities >= 0) & (probabilities <= 1)).all():
        raise ValueError("probabilities must lie in [0, 1]")
    return labels, probabilities, groups
