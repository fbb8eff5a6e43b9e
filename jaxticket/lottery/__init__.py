"""The lottery: iterative magnitude pruning, rewinding, its invariants and its warning signs."""

from jaxticket.lottery.controls import CONTROLS, Control, control
from jaxticket.lottery.experiment import Budget, Experiment, Rewind, parse_rewind
from jaxticket.lottery.imp import find_ticket
from jaxticket.lottery.invariants import InvariantViolation
from jaxticket.lottery.level import NonFiniteLoss, Stopped
from jaxticket.lottery.retraining import Ticket, read_ticket, retrain
from jaxticket.lottery.watch import Watch

__all__ = [
    "CONTROLS",
    "Budget",
    "Control",
    "Experiment",
    "InvariantViolation",
    "NonFiniteLoss",
    "Rewind",
    "Stopped",
    "Ticket",
    "Watch",
    "control",
    "find_ticket",
    "parse_rewind",
    "read_ticket",
    "retrain",
]
