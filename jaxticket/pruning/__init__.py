"""Pruning: criteria (parameters to scores), selection (scores to masks), schedule (levels)."""

from jaxticket.pruning.criteria import magnitude
from jaxticket.pruning.schedule import by_fraction, by_sparsities, survivors
from jaxticket.pruning.selection import Scope, select

__all__ = ["Scope", "by_fraction", "by_sparsities", "magnitude", "select", "survivors"]
