"""The lottery: iterative magnitude pruning, rewinding, its invariants and its warning signs."""

from jaxticket.lottery.assemble import assemble, make_budget
from jaxticket.lottery.callbacks import Callbacks
from jaxticket.lottery.controls import CONTROLS, Control, check_control, control
from jaxticket.lottery.dense_controls import DENSE_CONTROLS, levels_of_steps
from jaxticket.lottery.divergence import LossExploded, weight_signs
from jaxticket.lottery.execution import Execution
from jaxticket.lottery.experiment import Budget, Experiment, Rewind, parse_rewind
from jaxticket.lottery.finish import finish
from jaxticket.lottery.imp import find_ticket, ticket_turns
from jaxticket.lottery.invariants import InvariantViolation
from jaxticket.lottery.kept_ticket import by_place, kept_rewind, kept_ticket
from jaxticket.lottery.level import NonFiniteLoss, Stopped
from jaxticket.lottery.prune import check_criterion
from jaxticket.lottery.retraining import (
    Ticket,
    control_of,
    read_ticket,
    retrain,
    retrain_turns,
    unpacked,
)

__all__ = [
    "CONTROLS",
    "DENSE_CONTROLS",
    "Budget",
    "Callbacks",
    "Control",
    "Execution",
    "Experiment",
    "InvariantViolation",
    "LossExploded",
    "NonFiniteLoss",
    "Rewind",
    "Stopped",
    "Ticket",
    "assemble",
    "by_place",
    "check_control",
    "check_criterion",
    "control",
    "control_of",
    "find_ticket",
    "finish",
    "kept_rewind",
    "kept_ticket",
    "levels_of_steps",
    "make_budget",
    "parse_rewind",
    "read_ticket",
    "retrain",
    "retrain_turns",
    "ticket_turns",
    "unpacked",
    "weight_signs",
]
