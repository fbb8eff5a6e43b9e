"""Schedules: how sparse each level is.

Sparsity is the pruned fraction of the prunable weights, in [0, 1). Level 0 is dense.
"""

import itertools
import math
from collections.abc import Sequence

from jaxticket.pruning.criteria import needs_training
from jaxticket.pruning.search import parse_search
from jaxticket.recipe import Options

DEFAULT_ROUNDS = 7
"""Prunings of a run that says neither rounds nor sparsities."""


def level_sparsities(options: Options) -> tuple[float, ...]:
    """Return the sparsity of every level, 0 first.

    Sparsities to reach have rounds between them where a deep level needs trained levels on the way:
    one-shot levels are pruned from the dense network, and what SNIP, SynFlow and chance remove does
    not depend on training.
    """
    if options.sparsities is None:
        rounds = DEFAULT_ROUNDS if options.rounds is None else options.rounds
        return by_fraction(rounds, options.prune_fraction)
    gradual = options.pruning == "iterative" and needs_training(options.criterion)
    return by_sparsities(options.sparsities, options.prune_fraction if gradual else None)


def by_fraction(rounds: int, prune_fraction: float) -> tuple[float, ...]:
    """Return the sparsity of levels 0..rounds when every round prunes the same fraction.

    Level r has 1 - (1 - p)**r (Frankle and Carbin 2019, 1803.03635, section 2).

    Args:
        rounds: number of prunings, at least 0.
        prune_fraction: fraction p of the surviving weights that a round removes, in (0, 1).

    Raises:
        ValueError: an argument is out of its range.
    """
    _check_fraction(prune_fraction)
    if rounds < 0:
        raise ValueError(f"rounds must be 0 or more, got {rounds}")
    return tuple(1.0 - (1.0 - prune_fraction) ** r for r in range(rounds + 1))


def by_sparsities(targets: Sequence[float], prune_fraction: float | None) -> tuple[float, ...]:
    """Return the sparsity of every level on the way through the targets, level 0 (dense) first.

    Between two targets come as few rounds of equal fraction as keep each at `prune_fraction` or
    less: 0.98 alone, at 0.2, is 18 rounds. Each target is hit exactly.

    Args:
        targets: strictly increasing sparsities in (0, 1); a leading 0 is allowed.
        prune_fraction: most that one round may remove of what is left, in (0, 1); None reaches
            every target in one jump.

    Raises:
        ValueError: targets empty, out of range or not increasing.
    """
    if prune_fraction is not None:
        _check_fraction(prune_fraction)
    wanted = [t for i, t in enumerate(targets) if not (i == 0 and t == 0)]
    if not wanted:
        raise ValueError("sparsities must name at least one value above 0, such as 0.2,0.5,0.8")
    if bad := [t for t in wanted if not 0 < t < 1]:
        raise ValueError(f"sparsities must lie in (0, 1), as fractions, not percent; got {bad}")
    if bad := [(a, b) for a, b in itertools.pairwise(wanted) if b <= a]:
        raise ValueError(f"sparsities must increase; {bad[0][1]} comes after {bad[0][0]}")
    levels = [0.0]
    for target in wanted:
        jump = prune_fraction is None
        rounds = 1 if jump else rounds_between(levels[-1], target, prune_fraction)
        levels += steps_between(levels[-1], target, rounds)
    return tuple(levels)


def passing(options: Options) -> frozenset[int]:
    """Return the numbers of the levels that only lead to the next.

    With sparsities to reach these are all others; without, there is none, but of a search that is
    shortened all between level 0 and the last, where they lead to it.
    """
    levels, targets = level_sparsities(options), options.sparsities
    if targets is None:
        shortened = not parse_search(options.search).is_full and options.pruning == "iterative"
        return frozenset(range(1, len(levels) - 1)) if shortened else frozenset()
    return frozenset(i for i, level in enumerate(levels) if i and level not in targets)


def level_parts(options: Options) -> tuple[float, ...]:
    """Return the part of a full training, in (0, 1], that every level takes, about.

    It is less than 1 of a level that only leads to the next where the search is `short:F`; where it
    waits for masks to settle it is at most 1, and not known beforehand.
    """
    part, on_the_way = parse_search(options.search).fraction, passing(options)
    return tuple(part if n in on_the_way else 1.0 for n in range(len(level_sparsities(options))))


def steps_between(start: float, end: float, rounds: int) -> tuple[float, ...]:
    """Return the sparsity after each of `rounds` rounds of equal fraction, the last exactly `end`.

    The exponential schedule of SynFlow (Tanaka et al. 2020, 2006.05467, algorithm 1).

    Args:
        start: where it begins, in [0, 1).
        end: where it ends, in [start, 1).
        rounds: at least 1.
    """
    left, target = 1.0 - start, 1.0 - end
    return (*(1.0 - left * (target / left) ** (i / rounds) for i in range(1, rounds)), end)


def rounds_between(start: float, end: float, prune_fraction: float) -> int:
    """Return the fewest rounds of equal fraction, each at most `prune_fraction`, at least 1."""
    # The small slack keeps 0.2, 0.36, 0.488 at one round each in spite of rounding.
    needed = math.log((1.0 - end) / (1.0 - start)) / math.log(1.0 - prune_fraction)
    return max(1, math.ceil(needed - 1e-9))


def survivors(total: int, sparsity: float) -> int:
    """Return how many of `total` weights are left at a sparsity: total - round(total * sparsity).

    Python integers and float64, so the count is exact far beyond 2**24 weights.
    """
    return total - round(total * sparsity)


def _check_fraction(prune_fraction: float) -> None:
    if not 0 < prune_fraction < 1:
        raise ValueError(f"prune_fraction must lie in (0, 1), got {prune_fraction}")
