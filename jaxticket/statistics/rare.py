"""Rare features: what the rarest forgery methods or groups lose when a network is pruned."""

from collections.abc import Collection, Mapping

import numpy as np

from jaxticket.statistics.estimate import Estimate, estimate, rarer, same
from jaxticket.statistics.intervals import pseudo_values, scarcest
from jaxticket.statistics.leave_out import recalls_left_out
from jaxticket.statistics.values import value_interval


def rarest(counts: Mapping[str, int], most: int) -> tuple[str, ...]:
    """Return the names with the fewest training examples, rarest first; empty if none is rare.

    Equals stay together: the `most` rarest and their equals, or, where that would be all, those
    strictly below. With uniform counts there are no rare ones.

    Args:
        counts: examples in training by method, or by group.
        most: how many are wanted, 1 or more.

    Raises:
        ValueError: `most` is below 1.
    """
    if most < 1:
        raise ValueError(f"ask for one rare name or more, got {most}")
    if not counts:
        return ()
    edge = sorted(counts.values())[min(most, len(counts)) - 1]
    rare = [name for name, count in counts.items() if count <= edge]
    if len(rare) == len(counts):
        rare = [name for name, count in counts.items() if count < edge]
    return tuple(sorted(rare, key=lambda name: (counts[name], name)))


def recall_by(
    names: np.ndarray, right: np.ndarray, groups: np.ndarray, *, confidence: float = 0.95
) -> dict[str, Estimate]:
    """Return P(correct | name), the share of right answers of every method or group.

    A name with one group only has an interval over seeds alone, none with one seed.

    Args:
        names: [N], the method or the group of each example.
        right: bool [S, N], one row a seed.
        groups: [N], what hangs together.
        confidence: of the intervals.

    Raises:
        ValueError: the shapes do not fit.
    """
    names, right, groups = _checked(names, right, groups)
    return {
        str(name): value_interval(
            right[:, names == name],
            groups[names == name],
            confidence=confidence,
            share=True,
            limits=(0.0, 1.0),
        )
        for name in np.unique(names)
    }


def harm_to_rare(
    names: np.ndarray,
    counts: Mapping[str, int],
    rare: Collection[str],
    dense: np.ndarray,
    ticket: np.ndarray,
    groups: np.ndarray,
    *,
    confidence: float = 0.95,
) -> Estimate | None:
    """Return how much more recall the rare lose than the others: drop(rare) - drop(others).

    A drop is recall(dense) - recall(ticket), all examples of the rare (of the others) pooled.
    Above 0, pruning hurts the rare more.

    Args:
        names: [N], the method or the group of each example.
        counts: examples in training by name; an example whose name is not in it is left out.
        rare: names out of `counts`, say by `rarest`.
        dense: bool [S, N], right answers; row s has the same seed in both.
        ticket: bool [S, N].
        groups: [N], what hangs together.
        confidence: of the interval.

    Returns:
        A value in [-2, 2]; None where there are no rare ones, or no others.

    Raises:
        ValueError: the shapes do not fit, or a rare name is not counted.
    """
    strange = sorted(set(rare) - set(counts))
    if strange:
        raise ValueError(f"{strange[0]!r} is called rare but has no training count")
    names, dense, groups = _checked(names, dense, groups)
    _, ticket, _ = _checked(names, ticket, groups)
    if dense.shape != ticket.shape:
        raise ValueError(
            f"dense has shape {dense.shape} and ticket {ticket.shape}: pair them by seed and "
            "example"
        )
    kept = np.isin(names, list(counts))
    is_rare = np.isin(names[kept], list(rare)).astype(int)
    if not is_rare.any() or is_rare.all():
        return None
    columns, member = np.unique(groups[kept], return_inverse=True)
    values, rest = np.zeros(len(dense)), np.zeros((len(dense), len(columns)))
    mistakes = 0.0
    for answers, sign in ((dense[:, kept], 1), (ticket[:, kept], -1)):
        for seed, row in enumerate(answers):
            whole, without = recalls_left_out(is_rare, row, member, len(columns))
            values[seed] += sign * (whole[1] - whole[0])
            rest[seed] += sign * (without[:, 1] - without[:, 0])
            mistakes += sum(rarer(float(recall)) for recall in whole) / len(dense)
    return estimate(
        float(values.mean()),
        pseudo_values(values, rest),
        scarcest(is_rare, member),
        confidence=confidence,
        limits=(-2.0, 2.0),
        mistakes=mistakes,
        exact=np.array_equal(dense[:, kept], ticket[:, kept]),
        tied=same(values),
    )


def _checked(
    names: np.ndarray, right: np.ndarray, groups: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    names, right, groups = np.asarray(names), np.asarray(right), np.asarray(groups)
    if right.ndim != 2 or not names.shape == groups.shape == right.shape[1:]:
        raise ValueError(
            f"right answers must be [seeds, examples] beside a name and a group an example, got "
            f"{right.shape}, {names.shape} and {groups.shape}"
        )
    return names, right, groups
