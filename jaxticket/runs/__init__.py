"""Runs: the run folder, its checkpoints and logs; the only code that knows its file names.

What reads tables and figures imports no JAX: what keeps weights, which does, comes when it is
asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from jaxticket.runs.clock import Clock
from jaxticket.runs.damage import Damaged
from jaxticket.runs.levels import LevelRecord
from jaxticket.runs.opening import ConfigMismatch
from jaxticket.runs.predictions import Predictions
from jaxticket.runs.reader import RunRecord, read_recipe, read_run

if TYPE_CHECKING:
    from jaxticket.runs.environment import describe_environment
    from jaxticket.runs.folder import Run
    from jaxticket.runs.weights import read_beginning, read_level

_WITH_JAX = {
    "Run": "folder",
    "describe_environment": "environment",
    "read_beginning": "weights",
    "read_level": "weights",
}

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


def __getattr__(name: str) -> Any:
    if name not in _WITH_JAX:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WITH_JAX[name]}"), name)
