"""The lottery: iterative magnitude pruning, rewinding, its invariants and its warning signs."""

from jaxticket.lottery.experiment import Budget, Experiment, Rewind, parse_rewind
from jaxticket.lottery.imp import find_ticket
from jaxticket.lottery.invariants import InvariantViolation
from jaxticket.lottery.level import NonFiniteLoss, Stopped
from jaxticket.lottery.watch import Watch

__all__ = [
    "Budget",
    "Experiment",
    "InvariantViolation",
    "NonFiniteLoss",
    "Rewind",
    "Stopped",
    "Watch",
    "find_ticket",
    "parse_rewind",
]
