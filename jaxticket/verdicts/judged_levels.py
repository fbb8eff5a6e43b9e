"""The sparse levels that a headline may speak of, with the controls beside them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from jaxticket.statistics import Estimate
from jaxticket.verdicts.evidence import Evidence

ONE_SHOT = "one_shot"
WANTED = ("random_global", "random_layers", "reinit", ONE_SHOT)
"""The controls that the headline asks for: is it this mask, this beginning, this search?"""
LONG_DENSE = "long_dense"
"""Asked for where dense's own training leaves open whether it had converged. No ticket has to
beat it: with all weights and many times a level's steps, it is a question of its own."""


@dataclass(frozen=True)
class Level:
    """A sparse level beside dense and its controls, over seeds.

    Attributes:
        level: its number.
        sparsity: of the prunable weights.
        evidence: `over_controls` by the words for each control, without `longer`.
        dense, ticket: the means of the metric.
        controls: words -> mean of the metric.
        kinds: of the controls that it was compared with, such as `random_global`.
        longer: dense trained as long as the search; None where it was not.
        over_longer: (ticket - longer), paired.
    """

    level: int
    sparsity: float
    evidence: Evidence
    dense: Estimate
    ticket: Estimate
    controls: Mapping[str, float] = field(default_factory=dict)
    kinds: Collection[str] = ()
    longer: float | None = None
    over_longer: Estimate | None = None


def levels_to_judge(
    kinds: Mapping[int, Collection[str]], losses: Mapping[int, float], margin: float
) -> list[int]:
    """Return the levels that the headline may speak of, in order; nothing is read from test.

    With controls, the levels that have the most kinds of them. Without any, the deepest level
    whose validation value lies at most the margin below dense's; where none does, the one that
    loses least.

    Args:
        kinds: of every sparse level, the controls that it has.
        losses: of every sparse level, the validation value of (dense - ticket).
        margin: of the metric.
    """
    most = max((len(set(names)) for names in kinds.values()), default=0)
    if most:
        return sorted(level for level, names in kinds.items() if len(set(names)) == most)
    near = [level for level, loss in losses.items() if loss <= margin]
    if near or not losses:
        return [max(near)] if near else []
    return [min(losses, key=lambda level: losses[level])]


def possible_at(level: int, wanted: Sequence[str]) -> list[str]:
    """Return the controls that a level can have: the first one's ticket is one-shot itself."""
    return [name for name in wanted if level > 1 or name != ONE_SHOT]


def lacking(one: Level, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the controls that are asked for and were not compared."""
    askable = possible_at(one.level, wanted)
    return tuple(name for name in askable if name not in one.kinds and name != LONG_DENSE)
