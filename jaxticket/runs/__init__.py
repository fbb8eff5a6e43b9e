"""Runs: the run folder, its checkpoints and logs; the only code that knows its file names."""

from jaxticket.runs.clock import Clock
from jaxticket.runs.damage import Damaged
from jaxticket.runs.environment import describe_environment
from jaxticket.runs.folder import Run
from jaxticket.runs.levels import LevelRecord
from jaxticket.runs.opening import ConfigMismatch
from jaxticket.runs.predictions import Predictions
from jaxticket.runs.reader import RunRecord, read_recipe, read_run
from jaxticket.runs.weights import read_beginning, read_level

__all__ = [
    "Clock",
    "ConfigMismatch",
    "Damaged",
    "LevelRecord",
    "Predictions",
    "Run",
    "RunRecord",
    "describe_environment",
    "read_beginning",
    "read_level",
    "read_recipe",
    "read_run",
]
