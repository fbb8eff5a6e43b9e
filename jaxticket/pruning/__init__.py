"""Pruning: criteria (parameters to scores), selection (scores to masks), levels, search."""

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
    level_parts,
    level_sparsities,
    passing,
    rounds_between,
    steps_between,
    survivors,
)
from jaxticket.pruning.search import FULL, Search, parse_search
from jaxticket.pruning.selection import Scope, select

__all__ = [
    "CRITERIA",
    "FULL",
    "Criterion",
    "Network",
    "Scope",
    "Search",
    "by_fraction",
    "by_sparsities",
    "criterion",
    "level_parts",
    "level_sparsities",
    "magnitude",
    "needs_training",
    "parse_search",
    "passing",
    "random",
    "rounds_between",
    "select",
    "snip",
    "steps_between",
    "survivors",
    "synflow",
]
