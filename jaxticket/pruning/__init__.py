"""Pruning: criteria (parameters to scores), selection (scores to masks), schedule (levels)."""

from jaxticket.pruning.criteria import (
    CRITERIA,
    Criterion,
    Network,
    criterion,
    magnitude,
    needs_training,
    random,
    snip,
    synflow,
)
from jaxticket.pruning.schedule import (
    by_fraction,
    by_sparsities,
    level_sparsities,
    passing,
    rounds_between,
    steps_between,
    survivors,
)
from jaxticket.pruning.selection import Scope, select

__all__ = [
    "CRITERIA",
    "Criterion",
    "Network",
    "Scope",
    "by_fraction",
    "by_sparsities",
    "criterion",
    "level_sparsities",
    "magnitude",
    "needs_training",
    "passing",
    "random",
    "rounds_between",
    "select",
    "snip",
    "steps_between",
    "survivors",
    "synflow",
]
