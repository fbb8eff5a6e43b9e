"""A value with its interval, from a table of seeds by groups.

Seeds and groups are crossed: every training is tested on the same groups. So the value has a part
that shrinks with the number of seeds, a part that shrinks with the number of groups only, and one
of both together; this is the multi-reader, multi-case design of radiology with seeds as readers
(Dorfman, Berbaum, Metz 1992; Hillis, Berbaum, Metz 2008).
"""

from dataclasses import dataclass

import numpy as np

PSEUDO_GROUPS = 0.75
"""Groups of the scarcest class that are taken for wrong beside those seen; by simulation."""

OF_A_SHARE = 0.2
"""Power of what that widens, for a share: the scale of its logit does the most; by simulation."""

ROUNDING = 1e-9
"""Pseudo-values of shares that differ by less are equal: one example in 10^8 moves them more."""


@dataclass(frozen=True)
class Estimate:
    """A value over seeds, or a difference, with its confidence interval.

    Attributes:
        value: the mean over seeds.
        low: lower end; NaN where no interval can be given.
        high: upper end; NaN likewise.
        seeds: trainings.
        groups: what was resampled, whole.
        scarce: groups with the class that the fewest have: they limit what is known.
        seed_variance: part of the squared standard error that more seeds shrink; 0 with one seed,
            whose interval says nothing of other seeds.
        group_variance: the part that only more groups shrink.
        freedom: degrees of freedom of the t interval (Satterthwaite).
        confidence: of the interval, in (0, 1).
    """

    value: float
    low: float
    high: float
    seeds: int
    groups: int
    scarce: int
    seed_variance: float
    group_variance: float
    freedom: float
    confidence: float

    @property
    def ends(self) -> tuple[float, float, float]:
        """The value, its lower and its upper end."""
        return self.value, self.low, self.high

    @property
    def error(self) -> float:
        """The standard error of the value."""
        return float(np.sqrt(self.seed_variance + self.group_variance))

    @property
    def resampled(self) -> str:
        """What the interval covers, in words."""
        if self.seeds == 1:
            return f"1 seed, {self.groups} groups: over groups only, other seeds may differ more"
        if self.groups == 1:
            return f"{self.seeds} seeds, 1 group: over seeds only, for this group alone"
        return f"{self.seeds} seeds, {self.groups} groups"

    def p_above(self, threshold: float) -> float:
        """Return the one-sided p value against "the true value is at most the threshold".

        It agrees with the interval's ends, save for those of a share: they are on the scale of its
        logit.
        """
        return self._p(self.value - threshold)

    def p_below(self, threshold: float) -> float:
        """Return the one-sided p value against "the true value is at least the threshold"."""
        return self._p(threshold - self.value)

    def _p(self, distance: float) -> float:
        if np.isnan(self.low) or np.isnan(distance):
            return 1.0
        if self.error == 0:
            if self.low == self.high:
                return 0.0 if distance > 0 else 1.0
            return float((1 - np.clip(distance, 0, 1)) ** self.scarce)
        from scipy.special import stdtr  # not at the first training step

        return float(stdtr(self.freedom, -distance / self.error))


def estimate(
    value: float,
    table: np.ndarray,
    scarce: int,
    *,
    groups: int | None = None,
    confidence: float = 0.95,
    share: bool = False,
    limits: tuple[float, float] = (-1.0, 1.0),
    mistakes: float = 0.0,
    exact: bool = False,
    tied: bool = False,
) -> Estimate:
    """Return the t interval of a mean over a crossed table of seeds and groups.

    With the mean squares of seeds, groups and their interaction, the squared standard error is
    (MS_seed + max(MS_group - MS_interaction, 0)) / (S G): the interaction, already in MS_seed, is
    not counted twice. Seeds that come to the very same value by different answers, as counts do,
    have no MS_seed to show it: then MS_interaction, its expectation without an effect of seeds,
    stands for it. The degrees of freedom are Satterthwaite's (1946), S - 1 for the first term
    and `scarce` - 1 for the second. Few mistakes show too little of their spread, so both terms
    are `widened`. Where nothing varies, t says nothing: then the interval goes as far as `reach`.
    It is NaN where the groups are too few (`are_too_few`), and where leaving a group out leaves no
    value.

    Args:
        value: the plain mean over seeds.
        table: float [S, G], jackknife pseudo-values.
        scarce: groups with the rarest class, 1..G.
        groups: their number where the columns of the table are merged groups.
        confidence: in (0, 1).
        share: the value is a share in [0, 1]: interval on the scale of its logit.
        limits: no end lies beyond.
        mistakes: as in `widened`, of a difference; those of a share are known from its value.
        exact: no variance means that there is none (both compared are the same).
        tied: all seeds have one value, though the means of the table's rows may differ by the
            jackknife's correction.

    Raises:
        ValueError: the confidence is not in (0, 1).
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie in (0, 1), got {confidence}")
    seeds, columns = table.shape
    tail = (1 - confidence) / 2
    if not np.isfinite(table).all() or np.isnan(value) or are_too_few(scarce, columns, seeds):
        seed_part = group_part = freedom = low = high = float("nan")
    else:
        wider = widened(rarer(value), scarce) ** OF_A_SHARE if share else widened(mistakes, scarce)
        wider = wider if columns > 1 else 1.0
        seed_part, group_part = (wider * part for part in variance_parts(table, tied=tied))
        freedom = _freedom(seed_part, group_part, seeds, scarce)
        if seed_part + group_part > 0:
            low, high = _t_ends(value, seed_part + group_part, freedom, tail, share)
        else:
            half = 0.0 if exact else reach(scarce, tail)
            low, high = value - half, value + half
    return Estimate(
        value=float(value),
        low=float(np.maximum(low, limits[0])),
        high=float(np.minimum(high, limits[1])),
        seeds=seeds,
        groups=columns if groups is None else groups,
        scarce=scarce,
        seed_variance=seed_part,
        group_variance=group_part,
        freedom=freedom,
        confidence=confidence,
    )


def are_too_few(scarce: int, groups: int, seeds: int = 1) -> bool:
    """Return whether no interval can be given, whatever the numbers.

    The only group with a class shows nothing of that class in other groups. If it is the only group
    at all, several seeds still tell of other seeds, for this group alone.

    Args:
        scarce: groups with the class that the fewest have.
        groups: all of them.
        seeds: trainings.
    """
    return scarce < 2 and (groups > 1 or seeds == 1)


def reach(scarce: int, tail: float) -> float:
    """Return how far an interval goes to either side where nothing varies, in (0, 1).

    As far as an unseen kind of group could pull: 1 - tail^(1/scarce) (Clopper, Pearson 1934, a
    whole group as one trial).

    Args:
        scarce: groups with the class that the fewest have.
        tail: (1 - confidence) / 2.
    """
    return 1 - tail ** (1 / scarce)


def rarer(share: float) -> float:
    """Return the share of the rarer answer, in [0, 1/2]: mistakes where most is right."""
    return max(min(share, 1 - share), 0.0)


def widened(mistakes: float, scarce: int) -> float:
    """Return what a variance is multiplied by because few mistakes are seen, 1 or more.

    The variance of a mean of rare mistakes grows as they do, and a sample that happens to hold few
    shows little of it. So mistakes are added as in Agresti and Caffo (2000): as many as
    `PSEUDO_GROUPS` further groups of the scarcest class make that are wrong as a whole. Without
    them `non_inferior` is claimed too easily near an AUC of 1; where mistakes are many they are
    hardly felt.

    Args:
        mistakes: their share (`rarer`), summed over the two networks of a difference. 0: nothing
            is known of mistakes, and 1 is returned.
        scarce: groups with the class that the fewest have.
    """
    return 1 + PSEUDO_GROUPS / (scarce * mistakes) if mistakes > 0 else 1.0


def variance_parts(table: np.ndarray, *, tied: bool = False) -> tuple[float, float]:
    """Return the parts of seeds and of groups of the squared standard error of a table's mean.

    Args:
        table: float [S, G]. One seed: no part of seeds. One group: no part of groups.
        tied: as in `estimate`; rows of one mean always are.
    """
    seeds, groups = table.shape
    if same(table):
        return 0.0, 0.0
    mean, of_seed, of_group = table.mean(), table.mean(axis=1), table.mean(axis=0)
    between_seeds = groups * np.sum((of_seed - mean) ** 2) / max(seeds - 1, 1)
    between_groups = seeds * np.sum((of_group - mean) ** 2) / max(groups - 1, 1)
    rest = table - of_seed[:, None] - of_group + mean
    interaction = np.sum(rest**2) / max((seeds - 1) * (groups - 1), 1)
    if seeds == 1:
        return 0.0, float(between_groups / groups)
    both = max(between_groups - interaction, 0.0)
    if tied or same(of_seed):
        between_seeds = interaction
    return float(between_seeds / table.size), float(both / table.size)


def same(values: np.ndarray) -> bool:
    """Return whether all values are equal up to rounding, as of seeds that tie."""
    return bool(np.ptp(values) < ROUNDING)


def _freedom(seed_part: float, group_part: float, seeds: int, scarce: int) -> float:
    parts = ((seed_part, seeds - 1), (group_part, scarce - 1))
    whole = seed_part + group_part
    if whole == 0:
        return float(max(seeds - 1, scarce - 1))
    # As shares of the whole: the squares of tiny variances would vanish.
    return 1 / sum((part / whole) ** 2 / max(freedom, 1) for part, freedom in parts)


def _t_ends(
    value: float, variance: float, freedom: float, tail: float, share: bool
) -> tuple[float, float]:
    from scipy.special import expit, logit, stdtrit  # not at the first training step

    half = float(stdtrit(freedom, 1 - tail)) * np.sqrt(variance)
    if share and 0 < value < 1:
        half /= value * (1 - value)
        return float(expit(logit(value) - half)), float(expit(logit(value) + half))
    return value - half, value + half
