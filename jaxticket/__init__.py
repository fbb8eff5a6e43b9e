"""jaxticket: lottery tickets in deepfake detectors.

Train a detector, prune its smallest weights, set the survivors back to their saved beginning,
train again, and keep what is needed to prove, explain, move and deploy the sparse network left.

`load_level` gives the network of a run's level. `trees`, `masks` and `pruning` are pure functions
on pytrees; `models`, `data` and `training` give a detector, batches and a jitted step; `lottery` is
iterative magnitude pruning; `runs` owns the run folder; `report` reads it. Nothing here reads argv,
and nothing has global state.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jaxticket.loading import load_level

__version__ = "0.1.0"
__all__ = ["load_level"]


def __getattr__(name: str) -> Any:
    """Import what a user asks for by name only then: jaxticket itself imports in no time."""
    if name == "load_level":
        from jaxticket.loading import load_level

        return load_level
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
